"""Who may give the commands of this feature."""

from __future__ import annotations

from service_flow.engine.case.decide import judge_actor
from service_flow.engine.commands.orders import Noting


def judge_person(noting: Noting, doing: str, *, by: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> None:
    """Raise NotAllowed unless somebody acts who holds one of the posts in `by` (any known person if there is none), or
    one of the system actors in `also`."""
    actor, state = noting.around.actor, noting.state
    if actor.system and actor.id in also:
        return
    judge_actor(actor, frozenset(by), doing=f"{doing} {state.short}", case=state.short, transition=None)
