"""Which articles help with a case, in which order, and why each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_flow.engine.case.erased import ERASED
from service_flow.engine.case.items import items_of
from service_flow.engine.case.state import CaseState
from service_flow.features.knowledge.naming import Titles
from service_flow.features.knowledge.searching import Index
from service_flow.features.knowledge.words import AboutModel, ArticleModel

FIELD, ITEM, STATE, FLOW, WORDS = 4.0, 3.0, 2.0, 1.0, 3.0
"""What each link counts; words as much as that at most."""
_FEW = 0.2
"""A share of the words below which an article is not offered for them alone."""
_WHY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "field": "{} is {}", "item": "is about {}", "state": "stands in {}", "flow": "for {}", "words": "same words",
    },
    "zh": {
        "field": "“{}”为“{}”", "item": "涉及“{}”", "state": "处于“{}”", "flow": "适用于“{}”", "words": "词语相符",
    },
}  # fmt: skip


class Offer(NamedTuple):
    """An article that helps with a case: its text in the language asked for, or in the other one where it has no such
    text (`language` says which), and `why` it is offered. The higher the `score`, the better it fits."""

    article: str
    title: str
    text: str
    language: str
    public: bool
    why: tuple[str, ...]
    score: float


def offers(
    articles: Mapping[str, ArticleModel], index: Index, state: CaseState, language: str, titles: Titles
) -> Iterator[Offer]:  # fmt: skip
    """The articles that help with a case, the best first; of those that fit equally well, by name."""
    texts = (value for value in (*state.facts.values(), *state.data.values()) if isinstance(value, str))
    asked = " ".join(text for text in texts if text is not ERASED)
    words = index.find(asked)
    found = (_offer(name, article, words.get(name, 0.0), state, language, titles) for name, article in articles.items())
    yield from sorted((one for one in found if one is not None), key=lambda one: (-one.score, one.article))


def _offer(
    name: str, article: ArticleModel, words: float, state: CaseState, language: str, titles: Titles
) -> Offer | None:  # fmt: skip
    phrases = _WHY[language]
    score, why = 0.0, list[str]()
    linked = [found for about in article.about if (found := _fits(about, state, phrases, titles)) is not None]
    if linked:
        score, why = max(linked, key=lambda found: found[0])
    for item in items_of(state):
        if item in article.items:
            score += ITEM
            why = [*why, phrases["item"].format(titles.item(item))]
    if words:
        score += WORDS * words
        if words >= _FEW:
            why = [*why, phrases["words"]]
    return told(name, article, language, tuple(why), round(score, 3)) if why else None


def _fits(
    about: AboutModel, state: CaseState, phrases: Mapping[str, str], titles: Titles
) -> tuple[float, list[str]] | None:  # fmt: skip
    """How well a case fits what an article is about, and why; None where it does not."""
    if about.flow != state.flow:
        return None
    score, why = FLOW, [phrases["flow"].format(titles.flow(about.flow))] if not (about.states or about.fields) else []
    if about.states:
        place = next((place for place in about.states if _stands_in(state, place)), None)
        if place is None:
            return None
        score, why = score + STATE, [*why, phrases["state"].format(titles.state(place))]
    for name, choices in about.fields.items():
        said = state.data.get(name)
        words = said if isinstance(said, list | tuple) else (said,)
        word = next((word for word in choices if word in words), None)
        if word is None:
            return None
        score, why = score + FIELD, [*why, phrases["field"].format(titles.field(name), titles.choice(name, word))]
    return score, why


def _stands_in(state: CaseState, place: str) -> bool:
    return any(path == place or path.startswith(f"{place}.") for path in state.configuration)


def told(name: str, article: ArticleModel, language: str, why: tuple[str, ...], score: float) -> Offer:
    """An article in a language."""
    spoken = language if language in article.text else next(iter(article.text))
    title = article.title.get(spoken) or next(iter(article.title.values()), name)
    return Offer(name, title, article.text[spoken], spoken, article.public, why, score)
