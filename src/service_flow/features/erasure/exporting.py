"""What is held of a person, to be handed out: as data, as JSON, as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service_flow.engine.case.erased import said_in
from service_flow.engine.case.erasure_events import NAME
from service_flow.engine.case.events import Event, Placing
from service_flow.engine.commands.merged import goes_on_as, merged_into
from service_flow.engine.store import Store
from service_flow.engine.views import Entry, History, history
from service_flow.engine.views.history import FlowOf
from service_flow.errors import NotFound
from service_flow.features.erasure.erasing import cases_of
from service_flow.features.erasure.page import as_page

FORMAT = 1
MOST = 2**62
INNER = frozenset({
    # who of the staff does it, and how that was chosen
    "person", "posts", "chosen", "rule", "turn", "queue", "instead_of", "before", "left", "to_post", "time_of", "of",
    "level", "superior", "given_by", "asked_by", "granted_as", "approvers", "done_by", "waits_before", "row",
    # how the service keeps its time
    "busy_until", "calendar", "why", "pausing", "resumed", "warnings", "warned", "escalations", "extended", "pauses",
    "started_at", "broken_at", "during", "refused", "next_at", "outgoing",
    # what an entry is about already
    "promise", "timer",
})  # fmt: skip
"""Names of what an event says that is not handed out."""


@dataclass(frozen=True, slots=True)
class PersonExport:
    """All that is held of a customer: `content` is plain data, in English titles and in the order of what happened. Of
    one who was erased it says so, and has what is left, and what was recorded since."""

    content: Mapping[str, Any] = field(repr=False)

    @property
    def is_erased(self) -> bool:
        return self.content["erased"] is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing personal is in it: the customer was erased, and nothing was recorded of him since."""
        return self.is_erased and not self.content["erased"]["recorded_since"]

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
        "erased": None if mark is None else {
            "at": mark.at.isoformat(), "reason": mark.reason,
            "recorded_since": any(store.holds_key(file) for file in files),
        },
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
        "titles": [dict(title) for title in told.case.titles],
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
    fields = []
    for name, value in told.case.data.items():
        model = known.get(name)
        title = {} if model is None else dict(model.title)
        choices = {} if model is None else {word: dict(titles) for word, titles in model.choices.items() if titles}
        fields.append({"name": name, "title": title, "value": plain(value)} | ({"choices": choices} if choices else {}))
    return fields


def _entry(entry: Entry) -> dict[str, Any]:
    """A line of a history; `in_flow` tells that what was said are fields of the flow. Who of the staff did it is their
    own affair."""
    return {
        "at": entry.at.isoformat(),
        "what": entry.what,
        "about": entry.about,
        "title": dict(entry.title),
        "channel": entry.channel,
        "in_flow": isinstance(entry.event, Placing),
        "said": {name: plain(value) for name, value in _said(entry.event)},
    }


def _said(event: Event) -> Iterator[tuple[str, Any]]:
    """What an event says of the person: what it is about, and the data that it holds."""
    kind = type(event)
    if not isinstance(event, Placing):  # else all the rest is where the case stands
        left_out = INNER | Event.model_fields.keys() | {*kind.HOLDS}
        for name, value in event.__dict__.items():
            if name not in left_out and value is not None and value != () and not _is_inner(value):
                yield name, value
    for part in kind.HOLDS:
        yield from event.__dict__[part].items()


def _is_inner(value: object) -> bool:
    """Whether a value is the id of a case, or several: people are told its number."""
    return isinstance(value, UUID) or (isinstance(value, tuple) and any(isinstance(one, UUID) for one in value))


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
