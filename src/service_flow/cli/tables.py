"""Cases, worklists and histories, as tables for people and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.text import Text

from service_flow.characters import safe
from service_flow.cli.happened import own_data, said_of
from service_flow.cli.labels import instant, plain, titled, value_label, word
from service_flow.cli.output import pairs, say, table
from service_flow.cli.reading import Reader
from service_flow.clock import system_clock
from service_flow.design.flow import Flow
from service_flow.engine.case.events import Event, Migrated, Opened, Placing
from service_flow.engine.case.promise_events import PromiseEvent, PromiseExtended, PromisePaused, TimerFired, TimerSet
from service_flow.engine.views import Case, Entry, History, Page, WorkItem
from service_flow.insight.reports import Wording, told_time

_CLOCKS = {"running": "green", "paused": "yellow", "stopped": "dim"}


def say_case(case: Case, flow: Flow | None, reader: Reader, kept: Iterable[tuple[str, str]] = ()) -> None:
    """Write a case: where it stands, what it is about, what is known, and what features keep of it."""
    lang = reader.lang
    say(
        (case.number, "bold"),
        f"  {word(case.reference.subject, lang)}  ",
        (reader.state_label(case.state, flow), "cyan"),
    )
    about = [
        ("flow", f"{titled(flow.title, lang, case.flow) if flow is not None else case.flow}"),
        ("state", case.state),
        ("owners", ", ".join(map(reader.post_label, case.owners))),
        ("outcome", word(case.outcome, lang) if case.outcome is not None else ""),
        ("clock", word(case.clock, lang)),
        ("customer", reader.number(case.customer) or ""),
        ("about", reader.number(case.about) or ""),
        ("channel", case.channel or ""),
        ("opened_at", instant(case.opened_at)),
        ("entered_at", instant(case.entered_at)),
        ("changed_at", instant(case.changed_at)),
        ("promised", instant(case.promised) if case.promised is not None else ""),
        ("revision", case.revision),
    ]
    rows = [(word(name, lang), value) for name, value in about if value]
    rows += [(word(name, lang), value_label(value, lang)) for name, value in case.facts.items()]
    fields = flow.fields if flow is not None else {}
    for name in sorted(case.data, key=[*fields, *case.data].index):
        field, value = fields.get(name), case.data[name]
        label = titled(field.title, lang, name) if field is not None else name
        rows.append((label, value_label(value, lang, field)))
    pairs([*rows, *kept])


def case_as_json(case: Case) -> dict[str, Any]:
    """A case as plain data; times are ISO 8601 in UTC."""
    return {
        "number": case.number,
        "id": str(case.reference.id),
        "subject": case.reference.subject,
        "flow": case.flow,
        "revision": case.revision,
        "version": case.version,
        "state": case.state,
        "titles": [dict(title) for title in case.titles],
        "owners": list(case.owners),
        "outcome": case.outcome,
        "clock": case.clock,
        "customer": str(case.customer) if case.customer is not None else None,
        "about": str(case.about) if case.about is not None else None,
        "channel": case.channel,
        "opened_at": case.opened_at.isoformat(),
        "entered_at": case.entered_at.isoformat(),
        "changed_at": case.changed_at.isoformat(),
        "promised": case.promised.isoformat() if case.promised is not None else None,
        "facts": plain(case.facts),
        "data": plain(case.data),
    }


def say_worklist(page: Page[WorkItem], reader: Reader) -> None:
    """Write a page of a worklist, a line for each case; when the next promise is due, if one is in the page."""
    lang, now = reader.lang, system_clock()
    promised = any(item.promised is not None for item in page)
    rows: list[list[str | Text]] = []
    for item in page:
        flow = reader.flow_of(item.reference.id)
        rows.append(
            [
                Text(safe(item.number), "bold"),
                word(item.reference.subject, lang),
                reader.state_label(item.state, flow),
                ", ".join(map(reader.post_label, item.owners)),
                instant(item.entered_at),
                Text(word(item.clock, lang), _CLOCKS[item.clock]),
                *([_due(item, now)] if promised else []),
            ]
        )
    columns = ["case", "subject", "state", "owners", "entered_at", "clock", *(["promised"] if promised else [])]
    table([word(name, lang) for name in columns], rows)


def _due(item: WorkItem, now: datetime) -> Text:
    if item.promised is None:
        return Text("")
    return Text(instant(item.promised), "red" if item.promised < now else "")


def worklist_as_json(page: Page[WorkItem]) -> dict[str, Any]:
    """A page as plain data: its items, and the cursor of the page that follows."""
    return {
        "items": [
            {
                "number": item.number,
                "id": str(item.reference.id),
                "subject": item.reference.subject,
                "flow": item.flow,
                "state": item.state,
                "owners": list(item.owners),
                "outcome": item.outcome,
                "clock": item.clock,
                "customer": str(item.customer) if item.customer is not None else None,
                "opened_at": item.opened_at.isoformat(),
                "entered_at": item.entered_at.isoformat(),
                "changed_at": item.changed_at.isoformat(),
                "promised": item.promised.isoformat() if item.promised is not None else None,
            }
            for item in page
        ],
        "next": page.next,
    }


def say_history(history: History, reader: Reader) -> None:
    """Write what happened, a line for each event."""
    lang = reader.lang
    say((history.case.number, "bold"), f"  {word(history.case.reference.subject, lang)}")
    wording = Wording(lang, reader.names())
    flow = reader.flow(history.case.revision)
    rows = []
    for entry in history:
        if isinstance(entry.event, Placing):
            flow = reader.flow(entry.event.revision)
        rows.append(_row(entry, flow, reader, wording))
    table([word(name, lang) for name in ("version", "when", "what", "state", "who", "post", "channel")], rows)


def _row(entry: Entry, flow: Flow | None, reader: Reader, wording: Wording) -> list[str | Text]:
    event = entry.event
    moved = entry.left != entry.entered
    own = isinstance(event, Opened | Migrated)  # these are no transitions, and have no titles
    time = told_time(entry, wording, instant)
    what = word(entry.what, reader.lang) if own else titled(entry.title, reader.lang, entry.what)
    if time is not None:
        what = time.sentence(reader.lang)
    elif said := said_of(event, reader):
        what += ("：" if reader.lang == "zh" else ": ") + said
    return [
        str(entry.version),
        instant(entry.at),
        what,
        Text(safe(reader.state_label(entry.entered, flow)), "cyan" if moved else "dim"),
        reader.actor_label(entry.by),
        reader.post_label(entry.post) if entry.post is not None else "",
        entry.channel or "",
    ]


def _of_time(event: PromiseEvent | TimerSet | TimerFired) -> dict[str, Any]:
    """What the event itself says, beside what every event does: `due`, `within`, `late`, `level`, ..."""
    own = type(event).model_fields.keys() - Event.model_fields.keys() - {"promise", "timer", "personal"}
    return {name: plain(getattr(event, name)) for name in type(event).model_fields if name in own}


def history_as_json(history: History) -> dict[str, Any]:
    """A history as plain data: the case at its end, its events, and where the next page begins."""
    return {
        "case": case_as_json(history.case),
        "entries": [_entry(entry) for entry in history],
        "next": history.next,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    event = entry.event
    given = {**event.data, **event.personal} if isinstance(event, Placing) else own_data(event)
    moved: dict[str, Any] = (
        {"renamed": event.renamed, "dropped": list(event.dropped)} if isinstance(event, Migrated) else {}
    )
    if isinstance(event, PromiseEvent | TimerSet | TimerFired):
        given = dict(event.personal) if isinstance(event, PromiseExtended | PromisePaused) else {}
        moved = {"about": entry.about, "time": _of_time(event)}
    return {
        "version": entry.version,
        "event": str(event.id),
        "at": entry.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "what": entry.what,
        "title": dict(entry.title),
        "left": entry.left,
        "entered": entry.entered,
        "by": entry.by,
        "post": entry.post,
        "channel": entry.channel,
        "cause": event.cause,
        "facts": plain(event.facts) if isinstance(event, Opened) else {},
        "data": plain(given),
        **moved,
    }
