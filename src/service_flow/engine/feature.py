"""What a feature hands in, so that nothing below needs to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from service_flow.design.checking import Check
from service_flow.design.language import BlueprintSource, Section
from service_flow.design.language.values import Reference
from service_flow.engine.commands import Commands
from service_flow.engine.commands.wishes import Wishes

if TYPE_CHECKING:
    from service_flow.engine.commands.dispatcher import Dispatcher


class RuleCase(NamedTuple):
    """The case that a rule is about: what was noted when it was opened, and its customer and request, or those into
    which they were merged since."""

    reference: Reference
    customer: UUID | None
    about: UUID | None
    facts: Mapping[str, Any]


class RuleCommand(NamedTuple):
    """A command that a blueprint's rules may give: the names of what they give it, which of them it needs, what it
    takes from the case that the rule is about, and the subject of which it opens a case, if it does: then a rule may
    also fill in the form of the opening, which becomes the command's `data`. The feature's `offer` takes whoever
    carries orders out as a second argument.

    One that goes `with_event` is carried out in the very transaction of what set it off: all it knows of stored cases
    it reads through its order or by `commands.current`, and it gives a single order. Any other is carried out right
    after the commit: one that looks cases up in the store, where those of the transaction are not found yet, or that
    commits in several steps. One that `asks` the people directory comes after it, too, where that is the host's own: it
    may be slow, and nobody else could write meanwhile."""

    takes: tuple[str, ...]
    needs: tuple[str, ...]
    fill: Callable[[RuleCase], Mapping[str, Any]]
    opens: str | None = None
    with_event: bool = False
    asks: bool = False


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
