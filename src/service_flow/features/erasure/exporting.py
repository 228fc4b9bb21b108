"""What is held of a person, to be handed out: as data, as JSON, as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service_flow.engine.case.erased import said_in
from service_flow.engine.case.erasure_events import NAME
from service_flow.engine.case.events import Event
from service_flow.engine.commands.merged import goes_on_as, merged_into
from service_flow.engine.store import Store
from service_flow.engine.views import Entry, History, history
from service_flow.engine.views.history import FlowOf
from service_flow.errors import NotFound
from service_flow.features.erasure.erasing import cases_of
from service_flow.features.erasure.page import as_page

FORMAT = 1
MOST = 2**62


@dataclass(frozen=True, slots=True)
class PersonExport:
    """All that is held of a customer: `content` is plain data, in English titles and in the order of what happened. Of
    one who was erased it says so, and has what is left."""

    content: Mapping[str, Any]

    @property
    def is_erased(self) -> bool:
        return self.content["erased"] is not None

    def as_json(self, lang: str = "en") -> str:
        """The content as JSON text."""
        return json.dumps(said_in(lang, self.content), ensure_ascii=False, indent=2)

    def as_html(self, lang: str = "en") -> str:
        """The content as a page that needs nothing besides."""
        return as_page(said_in(lang, self.content), lang)


def person_export(store: Store, flow_of: FlowOf, customer: UUID, at: datetime) -> PersonExport:
    """Gather it. Raises NotFound and StoreError."""
    state = goes_on_as(store.state, store.state(customer))
    if state is None or state.subject != "customer":
        raise NotFound("no customer of this id")
    files = [state.id, *merged_into(store.state, state)]
    mark = state.more.get(NAME)
    rows = [row for file in files for row in cases_of(store, file)]
    found = {
        "format": FORMAT,
        "customer": state.short,
        "exported_at": at.isoformat(),
        "erased": None if mark is None else {"at": mark.at.isoformat(), "reason": mark.reason},
        "files": [_case(store, flow_of, file) for file in files],
        "cases": [_case(store, flow_of, row.case_id) for row in sorted(rows, key=lambda row: row.opened_at)],
    }
    return PersonExport(found)


def _case(store: Store, flow_of: FlowOf, case: UUID) -> dict[str, Any]:
    told = history(store.events(case), flow_of, as_of=None, limit=MOST, after=0)
    return {
        "number": told.case.number,
        "subject": told.case.reference.subject,
        "flow": told.case.flow,
        "state": told.case.state,
        "opened_at": told.case.opened_at.isoformat(),
        "outcome": told.case.outcome,
        "channel": told.case.channel,
        "facts": plain(told.case.facts),
        "fields": _titled(told, flow_of),
        "history": [_entry(entry) for entry in told.entries],
    }


def _titled(told: History, flow_of: FlowOf) -> list[dict[str, Any]]:
    flow = flow_of(told.case.revision)
    known = flow.model.data if flow is not None else {}
    return [
        {"name": name, "title": dict(known[name].title) if name in known else {}, "value": plain(value)}
        for name, value in told.case.data.items()
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    """A line of a history. Who of the staff did it is their own affair."""
    return {
        "at": entry.at.isoformat(),
        "what": entry.what,
        "about": entry.about,
        "title": dict(entry.title),
        "channel": entry.channel,
        "said": {name: plain(value) for name, value in _said(entry.event)},
    }


def _said(event: Event) -> Iterator[tuple[str, Any]]:
    """What an event holds as data of the case, and of the person."""
    for part in type(event).HOLDS:
        yield from event.__dict__[part].items()


def plain(value: Any) -> Any:
    """A value as JSON has it, for people: money as "12.50 EUR", times as in ISO 8601."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [plain(part) for part in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
