"""What people read, in a language, for the names by which articles are linked."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.flow import Flow

Text = Mapping[str, str]


class Titles:
    """The titles of a flow, of its states, fields and choices, and of items; the name where there is none."""

    def __init__(self, language: str, flow: Flow, items: Mapping[str, Text]) -> None:
        """`items` are the titles of items by name."""
        self._language, self._flow, self._items = language, flow, items

    def item(self, name: str) -> str:
        return self._said(self._items.get(name, {}), name)

    def flow(self, name: str) -> str:
        return self._said(self._flow.model.title, name)

    def state(self, path: str) -> str:
        node = self._flow.tree.nodes.get(path)
        return self._said({} if node is None or node.model is None else node.model.title, path)

    def field(self, name: str) -> str:
        field = self._flow.fields.get(name)
        return self._said({} if field is None else field.title, name)

    def choice(self, name: str, word: str) -> str:
        field = self._flow.fields.get(name)
        return self._said({} if field is None else field.choices.get(word, {}), word)

    def _said(self, titles: Text, name: str) -> str:
        return titles.get(self._language) or titles.get("en") or name
