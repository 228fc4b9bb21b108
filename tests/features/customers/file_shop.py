"""A small shop whose customers have files: two classes, tiers, a ladder, preferences that steer what is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.store import open_store
from service_flow.engine.store.audit import index_differences

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\nchannels: [phone, chat, email]\n",
    "organisation.yaml": """\
posts: {clerk: {}, boss: {}}
people:
  tom: {name: Tom, posts: clerk}
  ada: {name: Ada, posts: [clerk, boss]}
  guest: {name: Guest}
""",
    "calendars.yaml": """\
calendars:
  office: {zone: UTC, weekly: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00}}
  night:  {zone: UTC, weekly: {monday: 00:00-24:00, tuesday: 00:00-24:00, wednesday: 00:00-24:00}}
""",
    "flows/customer.yaml": """\
flow: customer
subject: customer
initial: prospect
opening: {collect: {optional: [class, language]}}
data:
  class:    {type: choice, choices: [individual, organisation]}
  language: {type: choice, choices: [en, zh]}
  hours:    {type: choice, choices: [office, night]}
  tier:     {type: choice, choices: [vip, gold, standard]}
  why:      {type: text}
states:
  prospect: {owner: clerk}
  active:   {owner: clerk}
  lapsed:   {owner: boss}
  gone:     {final: departed}
transitions:
  evaluate: {from: any, by: [clerk, rule], collect: [tier]}
  activate: {from: prospect, to: active, by: [clerk, rule]}
  lapse:    {from: active, to: lapsed, by: boss, collect: [why]}
  depart:   {from: any, to: gone}
""",
    "flows/repair.yaml": """\
flow: repair
subject: request
initial: open
opening: {by: [clerk, customer], collect: {optional: [language]}}
data:
  language: {type: choice, choices: [en, zh]}
  note:     {type: text}
decisions:
  time:
    gives: span
    rows:
      - {when: 'has(customer.tier) && customer.tier == "vip"', then: 1 working hours}
      - {then: 4 working hours}
  calendar:
    gives: {type: choice, choices: [office, night]}
    rows:
      - {when: 'has(customer.hours) && customer.hours == "night"', then: night}
      - {then: office}
states:
  open:   {owner: clerk}
  closed: {final: completed}
  off:    {final: cancelled}
transitions:
  remark: {from: open, collect: [note]}
  close:  {from: open, to: closed}
  cancel: {from: open, to: off}
promises:
  soon: {from: opened, until: closed, within: {decision: time}, calendar: {decision: calendar}}
rules:
  weigh: {on: close, do: {customers.evaluate: {}}}
""",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: received
states: {received: {owner: clerk}, answered: {final: answered}}
transitions: {answer: {from: received, to: answered}}
""",
    "customers.yaml": """\
by: [clerk, customer]
merged_by: boss
class_field: class
classes:
  individual:
    profile:
      born: {type: date}
      job:  {type: text}
  organisation:
    profile:
      register: {type: text}
      size:     {type: integer, personal: false}
other_contacts: refused
contacts:
  email:   {}
  phone:   {country: "49"}
  wechat:  {}
  address: {}
  fax:     {compare: digits}
purposes: {news: {}, surveys: {}}
preferences:
  language:      {choices: [en, zh], field: language}
  channel:       {}
  calendar:      {field: hours}
  contact_times: {}
done: completed
currency: EUR
tiers:
  rows:
    - {when: value_year >= 1000 && complaints_open == 0, then: vip}
    - {when: 'requests_done >= 2 || (has(profile.size) && profile.size > 100)', then: gold}
    - {then: standard}
ladder:
  activate: {when: requests_done >= 1}
  lapse:    {when: months_silent >= 6, data: {why: Nothing was heard}}
matching:
  threshold: 50
  weights: {email: 60, phone: 40, name: 30, profile.register: 80}
""",
}


def shop(folder: Path, **changed: str) -> Blueprint:
    """The blueprint; `changed` are other texts of its files, by name without folder and ending."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    return Blueprint.load(folder)


@contextmanager
def opened(blueprint: Blueprint, url: str = "memory", **parts: Any) -> Iterator[ServiceDesk]:
    """A desk with a clock of its own, `desk.commands.clock`."""
    clock = ManualClock(NOW)
    with ServiceDesk(blueprint, url, clock=clock, **parts) as desk:
        yield desk


def audited(desk: ServiceDesk) -> list[str]:
    """What of the store is not as its events make it."""
    return [str(difference) for difference in index_differences(desk.store)]


__all__ = ["NOW", "audited", "open_store", "opened", "shop"]
