"""Transitions and openings: added, removed, and whatever is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service_flow.design.comparing.asking import Asker
from service_flow.design.comparing.change import Change, How
from service_flow.design.comparing.guards import compare_aims, compare_guards
from service_flow.design.comparing.pair import Pair
from service_flow.design.comparing.plainly import names, reordered, without
from service_flow.design.comparing.titles import compare_shown, compare_titles
from service_flow.design.language.model import STAY, OpeningModel, TransitionModel, plain


def compare_transitions(pair: Pair) -> Iterator[Change]:
    """Every difference of the transitions of two revisions."""
    old, new = pair.before.transitions, pair.new.model.transitions
    for name, model in old.items():
        if name not in new:
            because = "it can no longer be done where it was possible"
            yield Change(
                "transition", name, "removed", f"transition '{name}' is gone", False, because, ("transitions", name),
                title=model.title, stands=pair.leaving(name),
            )  # fmt: skip
    for name, model in new.items():
        if name in old:
            yield from _Step(pair, name).changes()
        else:
            yield _added(pair, name, model)
    if reordered(old, new):
        automatic = [name for name in new if name in old and new[name].automatic]
        because = "the first automatic one that may be taken is taken" if len(automatic) > 1 else "screens show them so"
        text = f"the transitions stand in another order: {names(new)}"
        yield Change("transition", "", "reworded", text, len(automatic) < 2, because, ("transitions",))


def compare_openings(pair: Pair) -> Iterator[Change]:
    """Every difference in how cases begin."""
    old, new = pair.before, pair.new.model
    if old.initial != new.initial:
        text = f"a case begins in '{new.initial}' instead of '{old.initial}'"
        yield Change("opening", "", "changed", text, True, _NEW, ("initial",))
    yield from _opening("", "the opening", ("opening",), old.opening, new.opening)
    for name, before in old.entries.items():
        if name not in new.entries:
            text = f"entry '{name}' is gone"
            yield Change("entry", name, "removed", text, True, _NEW, ("entries", name), title=before.title)
    for name, entry in new.entries.items():
        place, label = ("entries", name), f"entry '{name}'"
        known = old.entries.get(name)
        if known is None:
            text = f"{label} is new, to '{entry.to}'"
            yield Change("entry", name, "added", text, True, _NEW, place, title=entry.title)
            continue
        if known.to != entry.to:
            text = f"{label} begins in '{entry.to}' instead of '{known.to}'"
            yield Change("entry", name, "changed", text, True, _NEW, (*place, "to"), title=entry.title)
        yield from _opening(name, label, place, known, entry)
        yield from compare_titles("entry", name, label, known.title, entry.title, place)
    if reordered(old.entries, new.entries):
        text = f"the entries stand in another order: {names(new.entries)}"
        yield Change("entry", "", "reworded", text, True, _NEW, ("entries",))


_NEW = "only new cases begin there"


def _opening(name: str, label: str, place: tuple[str, ...], old: OpeningModel, new: OpeningModel) -> Iterator[Change]:
    asker = Asker("entry" if name else "opening", name, label, place, {}, opens=True)
    yield from asker.by(old.by, new.by)
    yield from asker.form(old.collect, new.collect)
    yield from asker.sets(old.sets, new.sets)


def _added(pair: Pair, name: str, model: TransitionModel) -> Change:
    step = pair.new.transitions[name]
    leaves = names(model.sources)
    text = f"transition '{name}' is new, from {leaves}"
    because, compatible = "nothing that could be done is taken away", True
    if step.automatic:
        because, compatible = "it is taken by itself by whoever stands there", False
    was = {pair.now(path): path for path in pair.old.states}
    stands = frozenset(was[path] for path in step.sources if path in was) if step.automatic else frozenset[str]()
    place = ("transitions", name)
    return Change("transition", name, "added", text, compatible, because, place, title=model.title, stands=stands)


class _Step:
    """One transition that both revisions have."""

    def __init__(self, pair: Pair, name: str) -> None:
        self.pair, self.name = pair, name
        self.before, self.after = pair.before.transitions[name], pair.new.model.transitions[name]
        self.old, self.new = pair.old.transitions[name], pair.new.transitions[name]
        self.asker = Asker(
            "transition", name, f"transition '{name}'", ("transitions", name), self.after.title, pair.leaving(name)
        )

    def changes(self) -> Iterator[Change]:
        before, after = self.before, self.after
        yield from self._sources()
        yield from self._ways()
        yield from self.asker.by(before.by, after.by)
        yield from self.asker.form(before.collect, after.collect)
        if before.when != after.when:
            yield self._guard()
        yield from self.asker.sets(before.sets, after.sets)
        if before.join != after.join:
            yield self._join()
        if before.automatic != after.automatic:
            yield self._automatic()
        yield from compare_titles(
            "transition", self.name, self.asker.label, before.title, after.title, self.asker.place
        )
        yield from compare_shown("transition", self.name, self.asker.label, before, after, self.asker.place)

    def _sources(self) -> Iterator[Change]:
        if (self.before.sources, self.before.exceptions) == (self.after.sources, self.after.exceptions):
            return
        known = [self.pair.now(path) for path in self.pair.old.states]
        old = [self.pair.now(path) for path in self.old.sources]
        lost = [path for path in without(old, self.new.sources) if path in self.pair.new.states]
        gained = [path for path in without(self.new.sources, old) if path in known]
        word = "except" if self.before.sources == self.after.sources else "from"
        before, after = self.before.sources, self.after.sources
        said_so = (without(before, after), without(after, before)) == (lost, gained)
        plainly = said_so and self.before.exceptions == self.after.exceptions
        but = f" except {names(self.after.exceptions)}" if self.after.exceptions else ""
        how = "" if plainly else f" (from {names(self.after.sources)}{but})"
        if lost:
            where = frozenset(path for path in self.old.sources if self.pair.now(path) in lost)
            text, because = f"no longer leaves {names(lost)}{how}", "it can no longer be done there"
            change = self.asker.say("narrower", text, False, because, word, thing="source")
            yield _standing(change, where)
        if gained:
            text = f"leaves {names(gained)} too{how}"
            compatible = not self.new.automatic
            because = "nothing that could be done is taken away" if compatible else "it is taken by itself there"
            yield self.asker.say("wider", text, compatible, because, word, thing="source")
        if not lost and not gained:
            said = names(self.after.sources)
            text = f"says in other words what it leaves: {said}{but}"
            because = "of the states that stay, it leaves the same"
            yield self.asker.say("reworded", text, True, because, word, thing="source")

    def _ways(self) -> Iterator[Change]:
        if [plain(way) for way in self.before.to] == [plain(way) for way in self.after.to]:
            return
        old, new = ([way.state for way in model.to] or [STAY] for model in (self.before, self.after))
        lost, gained = without(old, new), without(new, old)
        told = [f"no longer leads to {names(lost)}"] * bool(lost) + [f"leads to {names(gained)} too"] * bool(gained)
        if len(old) == len(new) == 1 and lost:
            told = [f"leads to '{new[0]}' instead of '{old[0]}'"]
        text = " and ".join(told) or "says otherwise where it leads"
        verdict, witnesses = compare_aims(self.old, self.new, self.pair.now)
        if len(old) + len(new) > 2:
            for witness in witnesses:
                text += f"; {witness.told} it leads to {witness.new} instead of {witness.old}"
        how, compatible, because = _AIMS[verdict]
        if verdict == "undecided":
            text += "; whether any data leads elsewhere is not decided"
        yield self.asker.say(how, text, compatible, because, "to", thing="target")

    def _guard(self) -> Change:
        old, new = self.old.guard, self.new.guard
        verdict, witnesses = compare_guards(old, new)
        if old is None or new is None:
            text = f"has a guard now: {new.text}" if new is not None else "has no guard any more"
        else:
            text = f"has {_GUARDS[verdict]}: {new.text}"
        text += f"; it was: {old.text}" if old is not None else ""
        for witness in witnesses:
            text += f"; {witness.told} it {'may be done now' if witness.new else 'is refused now'}"
        if verdict == "undecided":
            text += f"; {_NOT_ALL[bool(witnesses)]}"
        how, compatible, because = _JUDGED[verdict]
        return self.asker.say(how, text, compatible, because, "when", thing="guard")

    def _join(self) -> Change:
        if self.after.join:
            text, because = "waits until all regions are done", "it can no longer be done before"
            return self.asker.say("narrower", text, False, because, "join")
        return self.asker.say("wider", "no longer waits until all regions are done", True, _STILL, "join")

    def _automatic(self) -> Change:
        if self.after.automatic:
            text, because = "is taken by itself now", "nobody can do it any more, and whoever stands there goes on"
            return self.asker.say("changed", text, False, because, "automatic")
        text, because = "is no longer taken by itself", "somebody has to do it"
        return self.asker.say("changed", text, False, because, "automatic")


def _standing(change: Change, stands: frozenset[str]) -> Change:
    return replace(change, stands=stands)


_NOT_ALL = {
    False: "no data was found for which they differ, and not all were tried",
    True: "whether it is refused for other data is not decided",
}
_STILL = "whatever could be done still can"
_GUARDS = {
    "same": "a guard in other words that means the same",
    "wider": "a wider guard",
    "narrower": "a narrower guard",
    "other": "another guard",
    "undecided": "another guard",
}
_JUDGED: dict[str, tuple[How, bool, str]] = {
    "same": ("reworded", True, "it says yes to the same data"),
    "wider": ("wider", True, _STILL),
    "narrower": ("narrower", False, "who could do it may be refused"),
    "other": ("changed", False, "who could do it may be refused"),
    "undecided": ("undecided", False, "it could not be shown that nobody is refused who was not before"),
}
_AIMS: dict[str, tuple[How, bool, str]] = {
    "same": ("reworded", True, "it leads to the same place for all data"),
    "wider": ("wider", True, _STILL),
    "narrower": ("narrower", False, "who could do it may be refused"),
    "other": ("changed", False, "whoever does it comes elsewhere than before"),
    "undecided": ("undecided", False, "it could not be shown that it leads to the same place"),
}
