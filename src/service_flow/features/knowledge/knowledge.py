"""`desk.knowledge`: articles, offered where they help, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from service_flow.design.language.model import plain
from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands import CaseArgument, Outcome
from service_flow.engine.commands.awaited import command, reading
from service_flow.engine.commands.cases import checked_text
from service_flow.engine.commands.faces import AsyncFace, Face, Given, Made
from service_flow.engine.commands.orders import Noting, Step
from service_flow.engine.views import LIMIT, checked_limit
from service_flow.engine.views.page import checked_flag
from service_flow.errors import DataInvalid, NotFound, NotFromHere, meant, printable
from service_flow.features.knowledge.events import AnsweredByArticle, ArticleJudged, ArticleOffered
from service_flow.features.knowledge.naming import Titles
from service_flow.features.knowledge.ranking import Offer, offers, told
from service_flow.features.knowledge.reading import (
    ANSWERED,
    HELPFUL,
    OFFERED,
    UNHELPFUL,
    Reading,
    readings_of,
)
from service_flow.features.knowledge.searching import Index
from service_flow.features.knowledge.words import CATALOGUE, SECTION, ArticleModel, KnowledgeModel

LANGUAGES = ("en", "zh")
_TITLE, _KEYWORD, _TEXT = 1.0, 1.0, 0.5
"""What a word counts that stands in the title, among the keywords, in the text."""


class ArticleFigures(NamedTuple):
    """In how many cases an article was offered, answered the case, and was judged to help or not to."""

    article: str
    offered: int
    answered: int
    helpful: int
    unhelpful: int


class Knowledge(Face):
    """`desk.knowledge`. Articles are in English ("en"), in Chinese ("zh"), or in both; one that has no text in the
    language asked for is told in the other."""

    @cached_property
    def _model(self) -> KnowledgeModel:
        model = self._commands.sections.get(SECTION.name)
        return model if isinstance(model, KnowledgeModel) else KnowledgeModel()

    @cached_property
    def _index(self) -> Index:
        return Index({name: _texts(article) for name, article in self._model.articles.items()})

    @cached_property
    def _public(self) -> Index:
        return Index({name: _texts(one) for name, one in self._model.articles.items() if one.public})

    def offer(self, case: CaseArgument, *, language: str = "en", limit: int = 10) -> tuple[Offer, ...]:
        """The articles that help an agent with a case, the best first, each with why: what the case is about, where it
        stands, what its fields say, and its words."""
        return self._offers(case, language, limit, self._model.articles, self._index)

    def for_customer(self, case: CaseArgument, *, language: str = "en", limit: int = 10) -> tuple[Offer, ...]:
        """The articles that help, of those that customers may read."""
        public = {name: article for name, article in self._model.articles.items() if article.public}
        return self._offers(case, language, limit, public, self._public)

    def search(
        self, text: str, *, language: str = "en", for_customer: bool = False, limit: int = LIMIT
    ) -> tuple[Offer, ...]:
        """The articles with words of a text, in any language, the best first; `for_customer` only those that customers
        may read."""
        only = checked_flag(for_customer, "for_customer")
        found = (self._public if only else self._index).find(checked_text(text, "text"))
        names = sorted(found, key=lambda name: (-found[name], name))[: checked_limit(limit)]
        spoken = _language(language)
        return tuple(told(name, self._model.articles[name], spoken, (), round(found[name], 3)) for name in names)

    def article(self, article: str, *, language: str = "en", for_customer: bool = False) -> Offer:
        """One article; `for_customer` only if customers may read it. Raises NotFound."""
        model, spoken = self._article(article), _language(language)
        if checked_flag(for_customer, "for_customer") and not model.public:
            raise NotFound(f"there is no article '{article}' for customers")
        return told(article, model, spoken, (), 0.0)

    def send(
        self, case: CaseArgument, article: str, *, by: str, language: str = "en", at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that an article was given to the customer to read. Raises NotFound for an unknown article, NotFromHere
        for one that customers may not read."""
        model, spoken = self._article(article), _language(language)

        def decide(noting: Noting) -> Made:
            _check_actor(noting, "send articles for")
            if not model.public:
                raise _hidden(noting, article)
            return [(ArticleOffered, {"article": article, "language": spoken})]

        asked = {"article": article, "language": spoken}
        return self._note(case, decide, Given(by, at, channel, command_id), ArticleOffered, asked)

    def answer(
        self, case: CaseArgument, article: str, *, by: str, language: str = "en", perform: bool = True,
        data: Mapping[str, Any] | None = None, at: datetime | None = None, channel: str | None = None,
        command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record that an article answered what an open case asks for, and perform the transition that knowledge.yaml
        names for its flow, in the same command: `data` is what its form asks for besides, and what refuses it refuses
        all. With `perform=False` nothing is performed. The customer may say so himself of one that he may read. Raises
        NotFound for an unknown article, NotFromHere for a closed case, and for one that this article has answered."""
        model, spoken = self._article(article), _language(language)
        step = checked_flag(perform, "perform")

        def decide(noting: Noting) -> Made:
            _check_reader(noting, article, model)
            if noting.state.outcome is not None:
                raise _because(noting, f"it is closed ({noting.state.outcome}); nothing is left to answer")
            if any(reading.article == article and reading.answered for reading in readings_of(noting.state)):
                raise _because(noting, f"the article '{article}' has answered it already")
            made: list[Any] = [(AnsweredByArticle, {"article": article, "language": spoken})]
            answered = self._model.answered.get(noting.flow.name) if step else None
            if answered is not None:
                shown = told(article, model, spoken, (), 0.0)
                filled = {name: getattr(shown, _PARTS[part]) for name, part in answered.fills.items()}
                made.append(Step(answered.perform, {**answered.data, **filled, **noting.data}))
            elif noting.data:
                message = f"'data' goes with a transition, and none is performed in flow '{noting.flow.name}'"
                raise DataInvalid(message, fields=("data",), case=noting.state.short)
            return made

        asked = {"article": article, "language": spoken}
        given = Given(by, at, channel, command_id)
        return self._note(case, decide, given, AnsweredByArticle, asked, data=data)

    def judge(
        self, case: CaseArgument, article: str, *, helpful: bool, by: str, at: datetime | None = None,
        channel: str | None = None, command_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Record whether an article helped, as whoever read it says; a later judgement takes the place of the one
        before. The customer may judge what he may read. Raises NotFound for an unknown article."""
        model = self._article(article)

        def decide(noting: Noting) -> Made:
            _check_reader(noting, article, model)
            return [(ArticleJudged, asked)]

        asked = {"article": article, "helpful": checked_flag(helpful, "helpful")}
        given = Given(by, at, channel, command_id)
        return self._note(case, decide, given, ArticleJudged, asked)

    def readings(self, case: CaseArgument) -> tuple[Reading, ...]:
        """What became of articles on a case."""
        return readings_of(self._state(case))

    def figures(self) -> tuple[ArticleFigures, ...]:
        """Of each article in how many cases it was offered, answered the case, helped and did not; by name."""
        names, store = sorted(self._model.articles), self._commands.store
        counts = [store.entry_counts(kind, names) for kind in (OFFERED, ANSWERED, HELPFUL, UNHELPFUL)]
        return tuple(ArticleFigures(name, *(count.get(name, 0) for count in counts)) for name in names)

    def _offers(
        self, case: CaseArgument, language: str, limit: int, articles: Mapping[str, ArticleModel], index: Index
    ) -> tuple[Offer, ...]:
        most, spoken, state = checked_limit(limit), _language(language), self._state(case)
        titles = Titles(spoken, self._commands.flows.revision(state.revision), self._items)
        return tuple(offers(articles, index, state, spoken, titles))[:most]

    @cached_property
    def _items(self) -> Mapping[str, Mapping[str, str]]:
        """The titles of the items, where there is a catalogue."""
        catalogue = self._commands.sections.get(CATALOGUE)
        items = {} if catalogue is None else plain(catalogue).get("items", {})
        return {name: item.get("title", {}) for name, item in items.items()}

    def _article(self, article: object) -> ArticleModel:
        articles = self._model.articles
        if not isinstance(article, str) or article not in articles:
            raise NotFound(f"there is no article '{printable(article)}'{meant(printable(article), articles)}")
        return articles[article]


class AsyncKnowledge(AsyncFace):
    """`desk.knowledge` of an AsyncServiceDesk."""

    face: ClassVar[type[Face]] = Knowledge

    offer = reading(Knowledge.offer)
    for_customer = reading(Knowledge.for_customer)
    search = reading(Knowledge.search)
    article = reading(Knowledge.article)
    send = command(Knowledge.send)
    answer = command(Knowledge.answer)
    judge = command(Knowledge.judge)
    readings = reading(Knowledge.readings)
    figures = reading(Knowledge.figures)


_PARTS = {"name": "article", "title": "title", "text": "text"}


def _texts(article: ArticleModel) -> Iterator[tuple[str, float]]:
    yield from ((text, _TITLE) for text in article.title.values())
    yield from ((word, _KEYWORD) for words in article.keywords.values() for word in words)
    yield from ((text, _TEXT) for text in article.text.values())


def _language(language: object) -> str:
    if not isinstance(language, str) or language not in LANGUAGES:
        raise DataInvalid(f"'language' is one of {', '.join(LANGUAGES)}", fields=("language",))
    return language


def _check_actor(noting: Noting, doing: str) -> None:
    short = noting.state.short
    judge_actor(noting.around.actor, frozenset(), doing=f"{doing} {short}", case=short, transition=None)


def _check_reader(noting: Noting, name: str, article: ArticleModel) -> None:
    """Any known person reads all articles; the customer, and no other system actor, those that he may read."""
    actor = noting.around.actor
    if not (actor.system and actor.id == "customer"):
        _check_actor(noting, "say what articles did for")
    elif not article.public:
        raise _hidden(noting, name)


def _hidden(noting: Noting, name: str) -> NotFromHere:
    return _because(noting, f"the article '{name}' is not for customers; mark it `public: true` if it is")


def _because(noting: Noting, why: str) -> NotFromHere:
    return NotFromHere(f"{noting.state.short}: {why}", case=noting.state.short, transition=None)
