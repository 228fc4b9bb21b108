"""Places: the states, phases and transitions that properties name."""

from __future__ import annotations

from collections.abc import Iterable

from service_flow.design.flow import Configuration, Flow
from service_flow.design.language.model import PropertyModel

FORMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("every", "visits"), ()),
    (("before", "visits"), ()),
    (("after", "eventually"), ()),
    (("never",), ("when",)),
    (("at_most", "times"), ()),
    (("always",), ()),
)
"""The forms of a property: the words that it needs, and those it may have besides."""


def form_of(model: PropertyModel) -> str | None:
    """The first word of the form that a property has; None where its words make up no form."""
    given = {name for name in PropertyModel.model_fields if name != "title" and getattr(model, name) is not None}
    for needed, also in FORMS:
        if given >= set(needed) and given <= {*needed, *also}:
            return needed[0]
    return None


class Places:
    """Some places of a flow. A name that is both a state and a transition means the state."""

    def __init__(self, flow: Flow, names: Iterable[str]) -> None:
        self._flow = flow
        self.names = tuple(names)
        self._states = tuple(name for name in self.names if name in flow.tree.nodes)
        self._steps = frozenset(name for name in self.names if name not in flow.tree.nodes)

    def has(self, transition: str, configuration: Configuration) -> bool:
        """Whether one who performed the transition, and stands there, is at one of the places."""
        return transition in self._steps or self.stands(configuration)

    def stands(self, configuration: Configuration) -> bool:
        """Whether one of the places is stood in."""
        return any(self._flow.tree.under(path, configuration) for path in self._states)

    def all_at_once(self, configuration: Configuration) -> bool:
        """Whether all of the places are stood in."""
        return all(self._flow.tree.under(path, configuration) for path in self._states)
