"""What stands in what: the states and frames of a flow, and with them those of a former flow that are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_flow.design.language.model import StateModel

Path = tuple[str, ...]
_NOTHING = StateModel()


@dataclass(frozen=True, slots=True)
class Frame:
    """A state with others inside: a phase, a state with regions (`is_whole`), or one of those regions."""

    path: Path
    model: StateModel
    is_region: bool = False

    @property
    def is_whole(self) -> bool:
        return bool(self.model.regions)

    @property
    def title(self) -> Mapping[str, str]:
        return self.model.title


@dataclass(frozen=True, slots=True)
class Leaf:
    """A state with nothing inside."""

    path: Path


def parts(now: Mapping[str, StateModel], was: Mapping[str, StateModel]) -> Iterator[Frame | Leaf]:
    """The states as they are written, outer ones first. What is gone stands where it stood, as far as what held it
    is still made in the same way."""
    pending: list[tuple[Path, StateModel | None, StateModel | None, bool]]
    pending = [((name,), new, old, False) for name, new, old in reversed(_together(now, was))]
    while pending:
        path, new, old, is_region = pending.pop()
        model = new or old or _NOTHING
        if not _inside(model):
            yield Leaf(path)
            continue
        yield Frame(path, model, is_region)
        alike = old is not None and bool(old.regions) == bool(model.regions)
        inner = _together(_inside(new or _NOTHING), _inside(old or _NOTHING) if alike else {})
        pending += [((*path, name), one, other, bool(model.regions)) for name, one, other in reversed(inner)]


def _inside(model: StateModel) -> Mapping[str, StateModel]:
    return model.regions or model.states


def _together(
    now: Mapping[str, StateModel], was: Mapping[str, StateModel]
) -> list[tuple[str, StateModel | None, StateModel | None]]:
    """Both in one order: what is gone stands after what stood before it."""
    names = list(now)
    before = 0
    for name in was:
        if name not in now:
            names.insert(before, name)
        before = names.index(name) + 1
    return [(name, now.get(name), was.get(name)) for name in names]
