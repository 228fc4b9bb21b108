"""Who may do something, and what is asked for: the part that transitions and openings share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service_flow.design.comparing.change import NOWHERE, Change, How, Path
from service_flow.design.comparing.plainly import names, reordered, without
from service_flow.design.language.model import Collect

_NEW_ONLY = "only new cases begin there"


@dataclass(frozen=True, slots=True)
class Asker:
    """Something that asks: a transition, or an opening. `label` is how its lines begin; `stands` are the old states
    of the cases it is about, none for an opening, which no case in flight meets again."""

    thing: str
    name: str
    label: str
    place: Path
    title: Mapping[str, str]
    stands: frozenset[str] = NOWHERE
    opens: bool = False

    def say(self, how: How, text: str, compatible: bool, because: str, *word: str | int, thing: str = "") -> Change:
        """A line about it. Where it opens cases, those in flight are not touched."""
        if self.opens and not compatible:
            compatible, because = True, _NEW_ONLY
        return Change(
            thing or self.thing, self.name, how, f"{self.label} {text}", compatible, because, (*self.place, *word),
            title=self.title, stands=self.stands,
        )  # fmt: skip

    def by(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
        """Who may do it."""
        lost, gained = without(old, new), without(new, old)
        if old and not new:
            yield self.say("wider", f"may be done by anybody now; it was for {names(old)}", True, _STILL, "by")
        elif new and not old:
            text, because = f"is for {names(new)} only; anybody could do it", "others are refused"
            yield self.say("narrower", text, False, because, "by")
        else:
            if lost:
                text = f"may no longer be done by {names(lost)}"
                yield self.say("narrower", text, False, f"{names(lost)} are refused", "by")
            if gained:
                yield self.say("wider", f"may be done by {names(gained)} too", True, _STILL, "by")
        if old and new and [*(post for post in old if post in new), *gained] != list(new):
            yield self.say("reworded", f"names who may do it in another way: {names(new)}", True, _SAME, "by")

    def form(self, old: Collect, new: Collect) -> Iterator[Change]:
        """What it asks for."""
        asked, asks = [*old.required, *old.optional], [*new.required, *new.optional]
        for name in without(asks, asked):
            if name in new.required:
                text, because = f"asks for '{name}' now, which must be given", "whoever does not give it is refused"
                yield self._form("stricter", text, False, because)
            else:
                yield self._form("looser", f"takes '{name}' now, if it is given", True, _STILL)
        for name in without(asked, asks):
            if name in old.required:
                text, because = f"no longer asks for '{name}'", "what reads it later may find nothing"
                yield self._form("looser", text, False, because)
            else:
                yield self._form("stricter", f"no longer takes '{name}'", False, "whoever still gives it is refused")
        for name in (name for name in dict.fromkeys(asked) if name in asks):
            if name in old.required and name not in new.required:
                yield self._form("looser", f"no longer insists on '{name}'", True, _STILL)
            elif name in new.required and name not in old.required:
                text, because = f"insists on '{name}', which could be left out", "whoever does not give it is refused"
                yield self._form("stricter", text, False, because)
        if reordered(old.required, new.required) or reordered(old.optional, new.optional):
            yield self._form("reworded", f"asks in another order: {names(asks)}", True, "forms show it so")

    def sets(self, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
        """What decision tables write when it is done."""
        for name in without(old, new):
            text, because = f"no longer sets '{name}' by decision '{old[name]}'", "what reads it may find nothing"
            yield self.say("removed", text, False, because, "sets", name)
        for name, table in new.items():
            if name not in old:
                text, because = f"sets '{name}' by decision '{table}'", "a value that the case has is replaced"
                yield self.say("added", text, True, because, "sets", name)
            elif old[name] != table:
                text = f"sets '{name}' by decision '{table}' instead of '{old[name]}'"
                yield self.say("changed", text, False, "the value may be another", "sets", name)
        if reordered(old, new):
            yield self.say("reworded", f"sets its fields in another order: {names(new)}", True, _SAME, "sets")

    def _form(self, how: How, text: str, compatible: bool, because: str) -> Change:
        return self.say(how, text, compatible, because, "collect", thing="form")


_STILL = "whatever could be done still can"
_SAME = "it means the same"
