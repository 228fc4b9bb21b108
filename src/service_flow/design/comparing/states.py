"""States: added, removed, moved, and whatever is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from service_flow.design.checking.words import all_states
from service_flow.design.comparing.change import Change, How, Path
from service_flow.design.comparing.pair import Pair
from service_flow.design.comparing.plainly import names, reordered
from service_flow.design.comparing.titles import compare_shown, compare_titles
from service_flow.design.flow.tree import ROOT
from service_flow.design.language.model import StateModel


def compare_states(pair: Pair) -> Iterator[Change]:
    """Every difference of the states of two revisions."""
    return _States(pair).changes()


class _States:
    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.old = {path: (model, at) for path, (model, at) in all_states(pair.old.model).items()}
        self.new = {path: (model, at) for path, (model, at) in all_states(pair.new.model).items()}
        self.was = {pair.now(path): path for path in self.old}
        """Old paths by the new ones they have, or would have."""

    def changes(self) -> Iterator[Change]:
        for path, (model, at) in self.old.items():
            if self.pair.now(path) not in self.new:
                yield self._gone(path, model, at)
        for path, (model, at) in self.new.items():
            before = self.was.get(path)
            if before is None:
                yield self._come(path, model, at)
            else:
                if before in self.pair.moved:
                    yield self._moved(before, path)
                yield from self._compared(before, path)
        yield from self._order(ROOT, ROOT, list(self.pair.old.model.states), list(self.pair.new.model.states))

    def _kind(self, path: str, *, new: bool) -> str:
        node = (self.pair.new if new else self.pair.old).tree.nodes[path]
        if node.is_region:
            return "region"
        return "phase" if node.inner and not node.parallel else "state"

    def _gone(self, path: str, model: StateModel, at: Path) -> Change:
        kind = self._kind(path, new=False)
        final = " (final)" if model.final else ""
        if model.final and not self.pair.old.tree.nodes[path].inner:
            because = "no open case stands there; closed ones stay as they are"
            return self._say("removed", path, f"{kind} '{path}'{final} is gone", True, because, at, stands=False)
        because = "a case that stands there needs another place, which a migration gives it"
        return self._say("removed", path, f"{kind} '{path}' is gone", False, because, at)

    def _come(self, path: str, model: StateModel, at: Path) -> Change:
        kind = self._kind(path, new=True)
        what = f"{kind} '{path}'{' (final)' if model.final else ''} is new"
        node = self.pair.new.tree.nodes[path]
        above = node.parent.path if node.parent is not None else ROOT
        beside = self.was.get(above, above)
        if node.is_region and beside in self.old:
            stands = self.pair.under(beside)
            because = "a case that stands beside it begins there too when it is moved"
            return Change("state", path, "added", what, True, because, at, title=model.title, stands=stands)
        return Change("state", path, "added", what, True, "no case stands there yet", at, title=model.title)

    def _moved(self, before: str, path: str) -> Change:
        model, at = self.new[path]
        told = f"{self._kind(path, new=True)} '{before}' is now '{path}'"
        because = "a case that stands there has to be told its new path, which a migration does"
        return Change(
            "state", path, "moved", told, False, because, at, title=model.title, stands=self.pair.under(before)
        )

    def _compared(self, before: str, path: str) -> Iterator[Change]:
        (old, _), (new, at) = self.old[before], self.new[path]
        stands = self.pair.under(before)
        kind = self._kind(path, new=True)

        def say(word: str, text: str, compatible: bool, because: str, how: How = "changed") -> Change:
            return Change(
                "state", path, how, f"{kind} '{path}' {text}", compatible, because, (*at, word), title=new.title,
                stands=stands,
            )  # fmt: skip

        if old.owner != new.owner:
            yield self._owner(before, path, old, new, at)
        if old.value != new.value:
            text = f"is valued '{new.value or 'as its phase'}' instead of '{old.value or 'as its phase'}'"
            yield say("value", text, True, "only reports look at it")
        if old.clock != new.clock:
            text = f"has its clock '{new.clock or 'as its phase'}' instead of '{old.clock or 'as its phase'}'"
            yield say("clock", text, True, "what may be done there is the same; time is counted otherwise")
        if old.final != new.final:
            yield say("final", *_final(old.final, new.final))
        if old.done != new.done:
            if new.done:
                yield say("done", "is an end of its region now", True, "the regions may be joined from there")
            else:
                yield say("done", "is no end of its region any more", False, "the regions are not joined from there")
        if old.initial != new.initial:
            text = f"is entered at {names([new.initial or ''])} instead of {names([old.initial or ''])}"
            yield say("initial", text, False, "whoever comes there stands elsewhere than before")
        yield from compare_titles("state", path, f"{kind} '{path}'", old.title, new.title, at)
        yield from compare_shown("state", path, f"{kind} '{path}'", old, new, at)
        yield from self._shape(before, path, old, new, at)

    def _owner(self, before: str, path: str, old: StateModel, new: StateModel, at: Path) -> Change:
        kind, where = self._kind(path, new=True), self.pair.under(before)
        old_owners = {self.pair.old.states[leaf].owner for leaf in where}
        new_owners = {
            self.pair.new.states[leaf].owner for leaf in self.pair.new.tree.under(path, self.pair.new.tree.leaves)
        }
        text = f"{kind} '{path}' has the owner '{new.owner}' instead of '{old.owner}'"
        if old.owner is None:
            text = f"{kind} '{path}' has the owner '{new.owner}' of its own"
        elif new.owner is None:
            text = f"{kind} '{path}' has no owner of its own any more; it was '{old.owner}'"
        lost = None in new_owners and None not in old_owners and new.final is None
        because = "nobody is accountable there, so cases wait on no worklist" if lost else _OTHER_OWNER
        return Change("state", path, "changed", text, not lost, because, (*at, "owner"), title=new.title, stands=where)

    def _shape(self, before: str, path: str, old: StateModel, new: StateModel, at: Path) -> Iterator[Change]:
        was, now = _shape(old), _shape(new)
        if was != now:
            text = f"state '{path}' has {now} instead of {was}"
            because = "a case that stands there has to be told where inside, which a migration does"
            yield Change(
                "state", path, "changed", text, False, because, at, title=new.title, stands=self.pair.under(before)
            )
        yield from self._order(before, path, [*old.states, *old.regions], [*new.states, *new.regions])

    def _order(self, before: str, path: str, old: list[str], new: list[str]) -> Iterator[Change]:
        kept = [self.pair.now(f"{before}.{name}" if before else name) for name in old]
        inner = [f"{path}.{name}" if path else name for name in new]
        if reordered(kept, inner):
            where = f"the states in '{path}'" if path else "the states"
            text = f"{where} stand in another order: {names(new)}"
            at = self.new[path][1] if path else ("states",)
            yield Change("state", path, "reworded", text, True, "it shows on screens only", at)

    def _say(
        self, how: How, path: str, text: str, compatible: bool, because: str, at: Path, *, stands: bool = True
    ) -> Change:
        title = self.old[path][0].title
        where = self.pair.under(path) if stands else frozenset[str]()
        return Change("state", path, how, text, compatible, because, at, title=title, stands=where)


_OTHER_OWNER = "what may be done there is the same; cases wait at another post"


def _shape(model: StateModel) -> str:
    if model.regions:
        return "regions side by side"
    return "states inside" if model.states else "no states inside"


def _final(old: str | None, new: str | None) -> tuple[str, bool, str]:
    if new is None:
        return f"is not final any more; it ended cases as '{old}'", False, "a case that comes there does not end"
    if old is None:
        return f"is final now: it ends cases as '{new}'", False, "a case that stands there would be at its end"
    return f"ends cases as '{new}' instead of '{old}'", True, "it is still an end, by another name"
