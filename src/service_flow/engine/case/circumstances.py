"""What guards may know beside a case's data: who acts, when, how often, and what is known of the customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from service_flow.design.flow.names import ACTOR, CASE, CUSTOMER, NOW, TIMES
from service_flow.design.organisation import Actor
from service_flow.engine.case.known import KNOWN
from service_flow.engine.case.state import CaseState

_UNKNOWN: Mapping[str, Any] = MappingProxyType({})


class Circumstances(NamedTuple):
    """Around one command: the actor, the instant (UTC), and the facts of the case's customer, empty if unknown.

    `channel` is that of an opening: of a case that is there already, the case knows by which it came.
    """

    actor: Actor
    at: datetime
    customer: Mapping[str, Any] = _UNKNOWN
    channel: str | None = None

    def around(
        self, values: Mapping[str, Any], names: frozenset[str], state: CaseState | None, source: str = ""
    ) -> Mapping[str, Any]:
        """The values with those of the names that are asked for. `state` is None for an opening, `source` the state
        that is left."""
        if not names:
            return values
        found = dict(values)
        for name in names:
            if name == NOW:
                found[NOW] = self.at
            elif name == ACTOR:
                found[ACTOR] = {"id": self.actor.id, "posts": tuple(sorted(self.actor.posts))}
            elif name == CUSTOMER:
                found[CUSTOMER] = self.customer
            elif name == TIMES:
                found[TIMES] = _Counts(state.times if state is not None else {})
            elif name == CASE:
                found[CASE] = self._case(state, source)
        return found

    def _case(self, state: CaseState | None, source: str) -> Mapping[str, Any]:
        if state is None:
            begun = {"opened_at": self.at, "entered_at": self.at, "time_in_state": timedelta(0)}
            return {**begun, "channel": self.channel, **{name: known.at_opening for name, known in KNOWN.items()}}
        since = state.since.get(source, state.entered_at)
        return {
            "opened_at": state.opened_at,
            "entered_at": since,
            "time_in_state": self.at - since,
            "channel": state.channel,
            **{name: known.of(state) for name, known in KNOWN.items()},
        }


class _Counts(dict[str, int]):
    """How often each transition was performed; never performed is 0."""

    __slots__ = ()

    def __missing__(self, _: str) -> int:
        return 0

    def get(self, name: str, default: Any = 0) -> Any:
        return super().get(name, 0 if default is None else default)

    def __contains__(self, _: object) -> bool:
        return True
