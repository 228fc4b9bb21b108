"""Finding articles by words, in English and in Chinese."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"([{_HAN}]+)|[^\W_{_HAN}]+")
"""A run of Chinese, or of other letters and digits."""
_LONG = 20_000
"""Characters of a text that are read; an article has no more."""
_SAY_NOTHING = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "has", "have", "how",
     "i", "if", "in", "is", "it", "my", "no", "not", "of", "on", "or", "our", "so", "that", "the", "there", "this",
     "to", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your"}
)  # fmt: skip
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<![su])s$")


def tokens(text: str) -> Iterator[str]:
    """The words of a text that say something, in one form each: without case and width. Chinese is written without
    spaces, so each two characters that follow each other are a word, and one that stands alone is."""
    folded = unicodedata.normalize("NFKC", text[:_LONG]).casefold()
    for run in _RUN.finditer(folded[:_LONG]):
        word, chinese = run[0], run[1]
        if not chinese:
            if word not in _SAY_NOTHING:
                yield _PLURAL.sub("", word) if word.endswith("s") else word
        elif len(word) == 1:
            yield word
        else:
            yield from (word[at : at + 2] for at in range(len(word) - 1))


class Index:
    """Which articles have which words, and how much each word says of an article."""

    def __init__(self, articles: Mapping[str, Iterable[tuple[str, float]]]) -> None:
        """Of each article its texts, with the weight of the words in them."""
        self._weights: dict[str, dict[str, float]] = {}
        for name, texts in articles.items():
            weights: dict[str, float] = {}
            for text, weight in texts:
                for token in set(tokens(text)):
                    weights[token] = max(weights.get(token, 0.0), weight)
            for token, weight in weights.items():
                self._weights.setdefault(token, {})[name] = weight
        self._all = max(len(articles), 1)

    def find(self, text: str) -> dict[str, float]:
        """The articles that have words of the text, each with a share of what it could score: above 0, at most 1. A
        word that few articles have says more than one that many have; one that none has counts against them all."""
        asked = {token: self._weights.get(token, {}) for token in tokens(text)}
        rare = {token: math.log(1 + self._all / max(len(having), 1)) for token, having in asked.items()}
        whole = sum(rare.values())
        scores: dict[str, float] = {}
        for token, weight in rare.items():
            for name, share in asked[token].items():
                scores[name] = scores.get(name, 0.0) + weight * share / whole
        return scores
