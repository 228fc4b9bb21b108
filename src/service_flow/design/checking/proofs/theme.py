"""What a proof is about: one flow of a blueprint, compiled, with the walk through it made once for all proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from service_flow.design.checking.proofs.bounds import Bounds
from service_flow.design.checking.proofs.drawn import Drawn
from service_flow.design.checking.proofs.lengths import Lengths
from service_flow.design.checking.proofs.lives import Lives
from service_flow.design.checking.space import Asked, Space, explore
from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding


@dataclass
class Theme:
    """A flow under proof. `asked` are the guards of its properties, which the walk must tell apart too; `told` is what
    was said of the blueprint and need not be said again; `bounds` say how much work its flows may take together,
    `lengths` how long times are on the blueprint's calendars."""

    source: BlueprintSource
    flow: Flow
    asked: tuple[Asked, ...] = field(default=())
    told: set[str] = field(default_factory=set)
    bounds: Bounds = field(default_factory=Bounds)
    lengths: Lengths = field(default_factory=lambda: Lengths({}))

    @property
    def part(self) -> str:
        return f"flow:{self.flow.name}"

    @cached_property
    def drawn(self) -> Drawn:
        return Drawn(self.flow)

    @cached_property
    def space(self) -> Space:
        found = explore(self.flow, self.asked, steps=self.bounds.steps.share)
        self.bounds.steps.spend(found.moves.tried)
        return found

    @cached_property
    def lives(self) -> Lives:
        """The steps of all cases, whatever values they have."""
        return Lives(self.space, with_values=False)

    @cached_property
    def places(self) -> dict[str, Path]:
        """Where each state stands in the model."""
        return {path: at for path, (_, at) in all_states(self.flow.model).items()}

    def at_state(self, code: str, message: str, state: str, *, severity: str = "error") -> Finding:
        """A finding at the name of a state."""
        return self.source.finding(code, message, self.part, self.places[state], key=True, severity=severity)

    def at(
        self, code: str, message: str, path: Sequence[str | int], *, key: bool = False, severity: str = "error"
    ) -> Finding:
        """A finding somewhere in the flow."""
        return self.source.finding(code, message, self.part, path, key=key, severity=severity)
