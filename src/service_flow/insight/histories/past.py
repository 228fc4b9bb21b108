"""What an earlier import made of a case, so that importing it again adds nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from service_flow.engine.case.events import Event
from service_flow.engine.case.evolve import evolve
from service_flow.engine.case.state import CaseState
from service_flow.errors import HistoryDiverged


class Past:
    """A case that is stored already: the rows performed so far, and the state that each of them left.

    `now` is the case as it is stored, `last` the ordinal of the last row performed (0: only the opening).
    """

    def __init__(self, events: Sequence[Event], prefix: str) -> None:
        """`prefix` is what the command ids of the case's rows begin with."""
        state: CaseState | None = None
        self._left: dict[int, CaseState] = {}
        for event in events:
            state = evolve(state, event)
            command = event.command_id or ""
            if not self._left:
                self._left[0] = state
            elif command.startswith(prefix) and command.removeprefix(prefix).isdecimal():
                self._left[int(command.removeprefix(prefix))] = state
        if state is None:
            raise HistoryDiverged("a case without events has no past")
        self._ordinals = sorted(self._left)
        self.now, self.last = state, self._ordinals[-1]

    def performed(self, ordinal: int) -> bool:
        return ordinal in self._left

    def before(self, ordinal: int) -> CaseState:
        """The state that the row met: left by the last row performed before it."""
        return self._left[self._ordinals[bisect_left(self._ordinals, ordinal) - 1]]
