"""What a feature hands in, so that nothing below needs to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from service_flow.design.checking import Check
from service_flow.design.language import BlueprintSource, Section
from service_flow.engine.commands import Commands
from service_flow.engine.commands.wishes import Wishes
from service_flow.engine.views import Case

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher


class RuleCommand(NamedTuple):
    """A command that a blueprint's rules may give: the names of what they give it, which of them it needs, what it
    takes from the case that the rule is about, and the subject of which it opens a case, if it does: then a rule may
    also fill in the form of the opening, which becomes the command's `data`. The feature's `offer` takes whoever
    carries orders out as a second argument."""

    takes: tuple[str, ...]
    needs: tuple[str, ...]
    fill: Callable[[Case], Mapping[str, Any]]
    opens: str | None = None


def _nothing(_: BlueprintSource) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name (a word for `features:` in a blueprint, and the desk's attribute), what it offers there,
    the parts of the language it adds, the checks it makes of them, what it offers on an AsyncServiceDesk, which of
    its commands a blueprint's rules may give, and what its events are called where rules, effects and promises name
    them (`Event.happened`). `known` are the names under which guards read what it keeps of a case, as `case.NAME`; they
    are registered with `guards_know`. `wishes` gives what a customer prefers, for cases that are opened for him and do
    not say it."""

    name: str
    offer: Callable[..., Any]
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    offer_async: Callable[[Commands, Dispatcher], Any] | None = None
    for_rules: Mapping[str, RuleCommand] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    places: Callable[[BlueprintSource], Iterable[str]] = _nothing
    wishes: Callable[[Commands], Wishes] | None = None
