"""What happened to a case, day by day and event by event: when, what, who, and what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from service_flow.design.drawing.hypertext import Markup, element, joined
from service_flow.design.flow import Flow
from service_flow.engine.case.events import Event, Migrated, Opened, Placing
from service_flow.engine.case.promise_events import PromiseEvent, PromiseExtended, PromisePaused, TimerFired, TimerSet
from service_flow.engine.views import Entry, History
from service_flow.engine.views.history import FlowOf
from service_flow.insight.reports.time_told import told_time
from service_flow.insight.reports.wording import Wording

_LONGEST_FORMER = 60
"""Characters of a former value that are shown beside the one that took its place."""

_LONGEST_FOR_HALF = 200
"""Characters of a value that stands beside another one; a longer one has the whole width."""


class Story:
    """Tells a history in one language."""

    def __init__(self, history: History, flow_of: FlowOf, wording: Wording) -> None:
        self._history, self._flow_of, self._wording = history, flow_of, wording

    def told(self) -> Markup:
        days: list[Markup] = []
        known: dict[str, Any] = {}
        before: Entry | None = None
        clock = "running"
        for _, entries in groupby(self._history, key=lambda entry: entry.at.astimezone(UTC).date()):
            told: list[Markup] = []
            for entry in entries:
                told.append(self._entry(entry, before, clock, known))
                before = entry
                if isinstance(entry.event, Placing):
                    clock = entry.event.clock
            day = element("h3", self._wording.day(before.at)) if before is not None else ""
            days.append(element("section", day, element("ol", "\n", joined(told, "\n")), class_="day"))
        return element("section", element("h2", self._wording("story")), "\n", joined(days, "\n"), class_="story")

    def _entry(self, entry: Entry, before: Entry | None, earlier: str, known: dict[str, Any]) -> Markup:
        """One event; `before` is the one before it, `earlier` what the clock of the case did then."""
        wording = self._wording
        when = [moment(entry.at, wording.time_of_day(entry.at))]
        if before is not None and entry.at - before.at >= timedelta(minutes=1):
            when.append(element("small", wording("later", wording.span(entry.at - before.at))))
        own = isinstance(entry.event, Opened | Migrated)  # these are no transitions, and have no titles
        time = told_time(entry, wording)
        what = wording(entry.what) if own else wording.title(entry.title, entry.what)
        head: list[str] = [element("strong", what if time is None else time.what)]
        if entry.left != entry.entered and entry.entered:
            flow = self._flow(entry)
            head += [" ", element("span", wording.states(entry.entered.split(" + "), flow), class_="badge entered")]
        clock = self._clock(entry, earlier)
        if clock:
            head += [" ", element("span", wording(clock), class_="badge clock")]
        parts = [element("p", *head)]
        if time is not None and time.particulars:
            parts.append(element("p", joined(time.particulars, " · "), class_="particulars"))
        parts.append(element("p", joined(self._circumstances(entry), " · "), class_="who"))
        data = self._data(entry, known)
        if data:
            parts.append(element("dl", *data, class_="data"))
        of = None if time is None else "of-time"
        return element("li", element("div", *when, class_="when"), element("div", *parts, class_="what"), class_=of)

    def _flow(self, entry: Entry) -> Flow | None:
        return self._flow_of(entry.event.revision) if isinstance(entry.event, Placing) else None

    def _clock(self, entry: Entry, earlier: str) -> str:
        """The word for what the event did to the clock; empty where it went on as before, or the case ended."""
        event = entry.event
        if not isinstance(event, Placing) or event.outcome is not None:
            return ""
        if event.clock == earlier:
            return ""
        return "clock_runs_again" if event.clock == "running" else f"clock_{event.clock}"

    def _circumstances(self, entry: Entry) -> list[str]:
        wording, event = self._wording, entry.event
        due = isinstance(event, PromiseEvent) and entry.by == "timer"  # it fell due: nobody did it
        said: list[str] = [element("bdi", wording("as_due") if due else wording.actor(entry.by))]
        if entry.post is not None:
            said.append(wording("as_post", wording.post(entry.post)))
        if entry.channel is not None:
            said.append(wording.either("channel", entry.channel))
        if event.cause not in ("command", entry.by):
            said.append(wording(f"caused_{event.cause}"))
        if event.recorded_at != entry.at:
            said.append(wording("recorded_at", wording.instant(event.recorded_at)))
        return said

    def _data(self, entry: Entry, known: dict[str, Any]) -> list[Markup]:
        """What the event recorded, a label and its value each; `known` is what was recorded before, and is kept up."""
        event = entry.event
        if isinstance(event, PromiseExtended | PromisePaused):
            reasons = (event.personal[name] for name in ("reason",) if name in event.personal)
            return [self._row(self._wording("reason"), self._wording.value(said), personal=True) for said in reasons]
        if not isinstance(event, Placing):
            return [
                self._row(self._wording.either("fact", name), self._wording.value(value), personal=personal)
                for name, value, personal in own_facts(event)
            ]
        if isinstance(event, Migrated):
            _carry_over(event, known)
        facts: Mapping[str, Any] = event.facts if isinstance(event, Opened) else {}
        flow = self._flow(entry)
        fields = flow.fields if flow is not None else {}
        order = [*fields, *event.data, *event.personal]
        given = sorted([*event.data.items(), *event.personal.items()], key=lambda item: order.index(item[0]))
        rows = [self._row(self._wording.either("fact", name), self._wording.value(value), personal=True)
                for name, value in facts.items()]  # fmt: skip
        for name, value in given:
            field = fields.get(name)
            label = self._wording.title(field.title if field is not None else {}, name)
            former = self._wording.value(known[name], field) if name in known and known[name] != value else []
            personal = name in event.personal
            rows.append(self._row(label, self._wording.value(value, field), personal=personal, former=former))
            known[name] = value
        return rows

    def _row(self, label: str, lines: list[str], *, personal: bool, former: list[str] | None = None) -> Markup:
        wording = self._wording
        tag = [" ", element("span", wording("personal"), class_="personal")] if personal else []
        if len(lines) == 1:
            value = [element("div", lines[0], class_="text", dir="auto")]
        else:
            value = [element("ul", *(element("li", line, class_="text", dir="auto") for line in lines))]
        was = ", ".join(former or ())
        if was and len(was) <= _LONGEST_FORMER:
            value.append(element("div", wording("was", was), class_="was", dir="auto"))
        long = max(map(len, lines)) > _LONGEST_FOR_HALF
        return element("div", element("dt", label, *tag), element("dd", *value), class_="long" if long else None)


def own_facts(event: Event) -> Iterator[tuple[str, Any, bool]]:
    """What an event recorded that is none of a flow's: names, values, and whether each tells of a person."""
    if isinstance(event, PromiseEvent | TimerSet | TimerFired):
        return
    for name, value in event:
        if name in Event.model_fields or value is None or value in ((), {}, ""):
            continue
        if name in event.HOLDS:
            yield from ((inner, one, True) for inner, one in value.items())
        elif not isinstance(value, UUID):
            yield name, value, False


def _carry_over(event: Migrated, known: dict[str, Any]) -> None:
    """What was known by the names that the fields had before, by those they have now."""
    moved = {new: known.pop(old) for old, new in event.renamed.items() if old in known}
    for name in event.dropped:
        known.pop(name, None)
    known.update(moved)


def moment(instant: datetime, shown: str) -> Markup:
    """An instant as it is shown, with the exact one for programs and under the pointer."""
    exact = instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return element("time", shown, datetime=exact, title=exact)
