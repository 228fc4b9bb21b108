"""A blueprint for the attacks on the engine: one flow of each subject, a request with a field of every type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service_flow import Blueprint, ManualClock, Outcome, ServiceDesk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

BLUEPRINT = 'blueprint: attacked\nversion: "1.0"\n'
ORGANISATION = """
posts: {clerk: {}, technician: {}}
people:
  tom: {name: Tom, posts: [clerk, technician]}
  eve: {name: Eve, posts: []}
"""
CUSTOMER = """
flow: customer
subject: customer
initial: active
states: {active: {}, gone: {final: gone}}
transitions:
  leave: {from: active, to: gone}
"""
COMPLAINT = """
flow: complaint
subject: complaint
initial: received
states: {received: {owner: clerk}, closed: {final: closed}}
transitions:
  close: {from: received, to: closed}
"""
REQUEST = """
flow: job
subject: request
initial: received
opening: {collect: {optional: [kind, other]}}
data:
  note: {type: text}
  count: {type: integer}
  size: {type: decimal}
  price: {type: money}
  day: {type: date}
  instant: {type: instant}
  span: {type: duration}
  sure: {type: boolean}
  kind: {type: choice, choices: [small, large]}
  texts: {type: list, of: text}
  prices: {type: list, of: money, personal: true}
  other: {type: reference}
  person: {type: reference, to: customer}
states:
  received: {owner: clerk}
  at_work: {owner: technician}
  on_hold: {owner: clerk, clock: paused}
  done: {final: completed}
transitions:
  tell:
    from: any
    collect:
      optional: [note, count, size, price, day, instant, span, sure, kind, texts, prices, other, person]
  start: {from: received, to: at_work, by: [technician]}
  hold: {from: any, to: on_hold}
  resume: {from: on_hold, to: history}
  ship: {from: [received, at_work], to: done, when: 'size(texts) > 0'}
  point: {from: any, collect: [other]}
  finish: {from: at_work, to: done}
"""


def write(folder: Path, **parts: str) -> Path:
    """The blueprint as a folder; `request=`, `organisation=`, ... take the place of a part."""
    (folder / "flows").mkdir(parents=True, exist_ok=True)
    (folder / "blueprint.yaml").write_text(parts.get("blueprint", BLUEPRINT))
    (folder / "organisation.yaml").write_text(parts.get("organisation", ORGANISATION))
    for name, text in (("customer", CUSTOMER), ("complaint", COMPLAINT), ("request", REQUEST)):
        flow = parts.get(name, text)
        if flow:
            (folder / "flows" / f"{name}.yaml").write_text(flow)
    return folder


def load(folder: Path, **parts: str) -> Blueprint:
    return Blueprint.load(write(folder, **parts))


def make_desk(blueprint: Blueprint, store: Any = "memory", **more: Any) -> ServiceDesk:
    return ServiceDesk(blueprint, store, **{"clock": ManualClock(NOW), **more})


def a_request(desk: ServiceDesk, **more: Any) -> Outcome:
    """A customer, and a request of hers."""
    anna = desk.customers.register(name="Anna", by="tom")
    return desk.requests.open(**{"customer": anna, "need": "Something", "by": "tom", **more})


def raised(call: Callable[[], object]) -> BaseException | None:
    """What a call raises, or None."""
    try:
        call()
    except Exception as error:
        return error
    return None
