"""Deciding a migration of one case: the event that moves it to another revision of its flow. Pure; may refuse."""

from __future__ import annotations

from datetime import datetime

from service_flow.design.migrating import NoPlaceError, Passage
from service_flow.engine.case.events import Migrated, new_id
from service_flow.engine.case.state import CaseState
from service_flow.errors import Refused


def migrated(
    state: CaseState, passage: Passage, *, by: str, at: datetime, written_at: datetime | None = None
) -> Migrated:
    """The event of a case that is moved. Raises Refused where what it stands in has no place."""
    try:
        stand = passage.stand(state.configuration)
    except NoPlaceError as error:
        because = f"{state.short} in '{state.standing_in}' cannot be moved: {error}"
        raise Refused(because, case=state.short) from None
    new, data = passage.new, passage.data(state.data)
    values = {**data.changed, **data.given}
    personal = {name for name in values if new.fields[name].personal}
    standing = new.standing(stand.configuration)
    came_from, trail = passage.came_from(state.came_from, state.configuration), passage.trail(state.trail)
    return Migrated.record(
        originator_id=state.id, originator_version=state.version + 1, id=new_id(),
        at=at, written_at=written_at, by=by,
        migration=passage.plan.migration, before=state.revision, revision=new.revision,
        left=state.configuration, entered=stand.configuration, places=_places(state, passage),
        came_from=None if came_from == state.came_from else came_from,
        trail=None if trail == tuple(state.trail) else trail,
        counted=passage.counted(state.times),
        clock=standing.clock, owners=standing.owners, outcome=standing.outcome,
        renamed=data.renamed, dropped=data.dropped,
        data={name: value for name, value in values.items() if name not in personal},
        personal={name: value for name, value in values.items() if name in personal},
    )  # fmt: skip


def _places(state: CaseState, passage: Passage) -> dict[str, str]:
    """Which state each entered one takes the place of, where the name does not say it; "" for one that begins anew
    under the name of one that was left."""
    stand = passage.stand(state.configuration)
    origins = {path: stand.places.get(path, "") for path in stand.configuration}
    return {path: leaf for path, leaf in origins.items() if leaf != path and (leaf or path in state.since)}
