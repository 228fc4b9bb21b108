"""The generated pages of docs/reference. `python tests/docs/reference_pages.py` writes them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from api_page import api_page
from code_reference import code_files, renewed, source
from features_page import features_page
from pages import ROOT
from pydantic.fields import FieldInfo

from service_flow.cli.code_pages import all_codes, code_page
from service_flow.design.language.reference import language_page
from service_flow.engine.case.events import TOPICS, Event, Opened

HERE = ROOT / "docs" / "reference"
GENERATED = "<!-- This page is generated from the code: `make reference`. -->"


# --- events

MEANINGS = {
    "id": "the event's own id",
    "at": "the instant it happened (UTC)",
    "written_at": "the instant it was written down, where that is another (UTC)",
    "by": "who did it: a person's id, or a system actor",
    "post": "the post acted as",
    "channel": "the channel it came by",
    "cause": "what made it happen",
    "caused_by": "the event that made it happen",
    "command_id": "the id of the command that appended it",
    "number": "the number in the short number, such as 17 in R-17",
    "flow": "the name of the flow that the case takes",
    "revision": "the revision of the flow that it was decided on",
    "entered": "the states the case stands in afterwards",
    "left": "the states the case stood in before",
    "clock": "what promises' clocks do there: running, paused, stopped",
    "owners": "the posts accountable there",
    "outcome": "how the case ended; none while it is open",
    "customer": "the customer's case",
    "about": "the request that it is about",
    "facts": "what the case was opened with; counts as personal",
    "data": "the fields collected",
    "personal": "the fields collected that tell of a person",
    "transition": "the transition performed",
    "returned": "whether it went back to history",
    "migration": "the name of the migration that moved it",
    "before": "the revision it stood on until then",
    "places": "of states entered under another name, the one left that each takes the place of",
    "came_from": "the states that it would go back to from each state, if a migration changed them",
    "trail": "the states it has stood in, if a migration changed them",
    "counted": "transitions whose counts go on under another name",
    "renamed": "fields, old names to new",
    "dropped": "fields that it lost",
    "again": "states that were left and entered again",
    "entry": "the named place where it began, if not the usual one",
    "promise": "the name of the promise",
    "within": "the time given",
    "calendar": "the calendar that it is measured by, if that is working time",
    "due": "when it is due",
    "warnings": "when to warn that it will be",
    "pausing": "whether it stands still with the clock of the case",
    "resumed": "whether it goes on with the time it had spent before it ended",
    "given_by": "the outside party whose promise it is",
    "why": "why it is due at another instant: it runs again, its terms changed, or its calendar",
    "escalations": "when the case goes up the chain of supervisors",
    "level": "how many steps it went up",
    "superior": "the post it went up to; none where the chain ended",
    "late": "whether it came after the promise was broken",
    "until": "until when it was extended",
    "answer": "what the customer said to that",
    "timer": "the name of the timer",
    "during": "the states in which it runs",
    "refused": "why its transition could not be performed",
    "next_at": "when it fires next",
    "reason": "why, as it was said; it tells nothing of the person",
    "into": "the case that goes on",
    "short": "the short number of the other case",
    "other": "the other case",
    "started_at": "when its clock started",
    "pauses": "when it stood still, from and to",
    "warned": "how often was warned of it",
    "broken_at": "when it was broken",
    "extended": "when an extension was agreed, and until when",
    "person": "the id of the person",
    "posts": "the posts of the case that the person holds",
    "chosen": "how the person was chosen",
    "rule": "the assignment rule by which",
    "turn": "the number of the turn, where it goes round",
    "instead_of": "for whom the person stands in",
    "to_post": "the post it went back to",
    "waits_before": "whether it waited for somebody before",
    "party": "the outside party",
    "times": "how often it was passed on",
    "most": "how often is not too often",
    "parent": "the case of which it is a part",
    "relation": "what it is to that case",
    "shown": "whether the customer is shown it",
    "valid_until": "until when it holds",
    "how": "how the answer was given",
    "replaces": "the invoice that it corrects",
    "way": "how it was paid",
    "invoice": "the number of the invoice",
    "refunded": "whether it was paid back",
    "parts": "the requests that it became",
    "child": "the part",
    "kind": "what kind of link",
    "outgoing": "whether this case names the other, or is named by it",
}


def events_page() -> str:
    return "\n".join(_events())


def _events() -> Iterator[str]:
    yield f"""# Events

{GENERATED}

What is kept of a case is its events, in their order. They are a fixed set of classes: a flow is data and
never makes one. Each class has a topic, which names it in the log for ever.
[Why events](../explanation/why-events.md) says what for; `outcome.events` and `desk.history(case).events`
hand them out.

## Every event

{inspect.getdoc(Event)}
"""
    base = {name: field for name, field in Event.model_fields.items() if not field.exclude}
    yield from _fields(base)
    yield f"\n## Every opening\n\n{inspect.getdoc(Opened)}\n"
    yield from _fields({name: field for name, field in Opened.model_fields.items() if name not in Event.model_fields})
    for topic, event in sorted(TOPICS.items()):
        if not event.__module__.startswith("service_flow."):
            continue  # an event of somebody's own feature
        yield f"\n## {event.__name__}\n\n{inspect.getdoc(event)}\n\nTopic: `{topic}`."
        if issubclass(event, Opened):
            yield f"An opening; its subject is `{event.subject}`."
        inherited = Opened if issubclass(event, Opened) else Event
        own = {name: field for name, field in event.model_fields.items() if name not in inherited.model_fields}
        if own:
            yield ""
            yield from _fields(own)
    yield ""


def _fields(fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield "| field | type | | what it says |"
    yield "|---|---|---|---|"
    for name, field in fields.items():
        needed = "✓" if field.is_required() else ""
        yield f"| `{name}` | {_type(field.annotation)} | {needed} | {field.description or MEANINGS[name]} |"


def _type(annotation: Any) -> str:
    text = (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )
    text = re.sub(r"\b(?:datetime|uuid|typing)\.", "", text).replace("NoneType", "None")
    return "`" + text.replace("|", "\\|") + "`"


PAGES: dict[str, Callable[[], str]] = {
    "language.md": language_page,
    "features.md": features_page,
    "events.md": events_page,
    "api.md": api_page,
    **code_files(),
}
"""What makes each page, by its name in docs/reference."""

if __name__ == "__main__":
    for name in all_codes():
        source(name).write_text(renewed(name), encoding="utf-8", newline="\n")
    code_page.cache_clear()
    (HERE / "checks").mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8", newline="\n")
