"""A small repair shop with a catalogue, articles, appointments and planned days, to try those features on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.engine.case.evolve import rebuild
from service_flow.engine.store.audit import index_differences
from service_flow.engine.store.sealing.keys import Keys

MONDAY = datetime(2026, 3, 2, 7, tzinfo=UTC)
"""Eight in the morning in Berlin, an hour before the shop opens."""
HOUR = timedelta(hours=1)

FILES = {
    "blueprint.yaml": 'blueprint: shop\nversion: "1"\nlanguages: [en, zh]\n',
    "calendars.yaml": """
calendars:
  office:
    zone: Europe/Berlin
    weekly: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-12:00}
    holidays: [2026-03-05]
  mornings:
    extends: office
    weekly: {tuesday: 09:00-12:00, wednesday: 09:00-12:00}
  always:
    zone: Europe/Berlin
    weekly: {monday: 00:00-24:00, tuesday: 00:00-24:00, wednesday: 00:00-24:00, thursday: 00:00-24:00, friday: 00:00-24:00, saturday: 00:00-24:00, sunday: 00:00-24:00}
""",
    "organisation.yaml": """
departments: {workshop: {title: {en: Workshop, zh: 维修部}}}
skills: {gas: {title: {en: Gas, zh: 燃气}}}
posts:
  clerk: {title: {en: Clerk, zh: 接待员}}
  mechanic: {title: {en: Mechanic, zh: 技师}, department: workshop}
  hotline: {title: {en: Hotline, zh: 热线}}
people:
  tom: {name: Tom, posts: clerk}
  mia: {name: Mia, posts: mechanic, skills: {gas: 3}}
  ben: {name: Ben, posts: [mechanic, hotline], calendar: mornings}
""",
    "flows/customer.yaml": """
flow: customer
subject: customer
initial: known
states: {known: {owner: clerk}}
""",
    "flows/repair.yaml": """
flow: repair
subject: request
title: {en: Repair, zh: 维修}
initial: open
data:
  cause: {type: choice, choices: {wear: {en: Wear, zh: 磨损}, use: {en: Use, zh: 使用不当}}}
  visit: {type: instant}
  on: {type: date}
  who: {type: text, personal: false}
  advice: {type: text}
states:
  open: {owner: clerk, title: {en: Open, zh: 待处理}}
  booked: {owner: mechanic, title: {en: Booked, zh: 已预约}}
  at_work: {owner: mechanic, title: {en: At work, zh: 维修中}}
  done: {final: completed}
  dropped: {final: cancelled}
transitions:
  diagnose: {from: open, to: stay, by: clerk, collect: [cause]}
  book: {from: open, to: booked, by: [clerk, customer], collect: {required: [visit], optional: [on]}}
  rebook: {from: booked, to: booked, by: [clerk, customer], collect: [visit]}
  send: {from: booked, to: stay, by: clerk, collect: [who]}
  start: {from: booked, to: at_work, by: [mechanic, clerk]}
  advise: {from: open, to: done, by: [clerk, customer], collect: [advice]}
  finish: {from: at_work, to: done, by: mechanic}
  drop: {from: [open, booked], to: dropped, by: clerk}
  reopen: {from: dropped, to: open, by: clerk}
rules:
  give_time_back: {on: dropped, do: {appointments.release: {}}}
""",
    "flows/question.yaml": """
flow: question
subject: request
initial: asked
states: {asked: {owner: clerk}, answered: {final: completed}}
transitions:
  close: {from: asked, to: answered, by: clerk}
""",
    "catalogue.yaml": """
zone: Europe/Berlin
work:
  repair: {title: {en: Repair, zh: 维修}}
  exchange: {title: {en: Exchange, zh: 换货}}
  advice: {title: {en: Advice, zh: 咨询}}
served_by: {repair: repair, advice: question}
items:
  boiler:
    kind: product
    title: {en: Boiler, zh: 锅炉}
    consists_of: [burner, pump]
    warranty: {lasts: 2 years, covers: [repair, exchange]}
  burner: {kind: product, title: {en: Burner, zh: 燃烧器}, consists_of: nozzle}
  nozzle: {kind: product, title: {en: Nozzle, zh: 喷嘴}}
  pump: {kind: product, title: {en: Pump, zh: 水泵}, warranty: {lasts: 5 years}, served_by: {repair: question}}
  yearly_check: {kind: service, title: {en: Yearly check, zh: 年检}}
plans:
  care: {title: {en: Care, zh: 保养计划}, lasts: 12 months, covers: [repair, advice], items: [boiler]}
  all_in: {title: {en: All in, zh: 全包计划}}
""",
    "knowledge.yaml": """
articles:
  noisy_boiler:
    title: {en: The boiler is noisy, zh: 锅炉有噪音}
    text: {en: Bleed the radiators first., zh: 请先给暖气片放气。}
    keywords: {en: [noise, loud, humming], zh: [噪声, 异响]}
    items: boiler
    public: true
  worn_parts:
    title: {en: Worn parts are replaced, zh: 更换磨损零件}
    text: {en: Order the set for the year of manufacture.}
    about: [{flow: repair, states: open, fields: {cause: wear}}]
  opening_hours:
    title: {en: When we are there, zh: 营业时间}
    text: {en: Monday to Friday., zh: 周一至周五。}
    about: [{flow: question}]
    public: true
answered:
  repair: {perform: advise, fills: {advice: title}}
""",
    "appointments.yaml": """
posts:
  mechanic: {calendar: office, buffer: 30 minutes}
  hotline: {calendar: always, at_once: 2}
kinds:
  visit:
    title: {en: Visit, zh: 上门}
    post: mechanic
    length: 90 minutes
    every: 2 hours
    notice: 2 hours
    horizon: 14 days
    by: [clerk, customer]
    flows:
      repair:
        booked: {perform: book, fills: {visit: start, on: start}}
        moved: {perform: rebook, fills: {visit: start}}
        dispatched: {perform: send, fills: {who: person}}
        kept: start
  gas_check: {post: mechanic, length: 1 hour, skills: {gas: 2}}
  look: {post: mechanic, length: 1 hour}
  call: {post: hotline, length: 1 hour, horizon: 300 days}
  course: {post: hotline, length: 2 hours, every: 1 hour}
capacity:
  workshop: {units: 10, calendar: office, dates: {2026-03-04: 4}, horizon: 30 days, by: clerk}
""",
}


def folder(where: Path, **changes: str | None) -> Path:
    """The blueprint's folder, with some files otherwise; None leaves one out. Names without `.yaml`, `/` as `__`."""
    changed = {f"{name.replace('__', '/')}.yaml": text for name, text in changes.items()}
    for name, text in (FILES | changed).items():
        if text is not None:
            (where / name).parent.mkdir(parents=True, exist_ok=True)
            (where / name).write_text(text, encoding="utf-8")
    return where


def blueprint(where: Path, **changes: str | None) -> Blueprint:
    return Blueprint.load(folder(where / "shop", **changes))


class Shop:
    """An open desk with its clock, a customer and her request."""

    def __init__(self, blueprint: Blueprint, store: str = "memory", keys: Keys | None = None) -> None:
        self.clock = ManualClock(MONDAY)
        self.desk = ServiceDesk(blueprint, store, clock=self.clock, keys=keys)
        self.anna = self.desk.customers.register(name="Anna", by="tom")
        self.request = self.open()

    def open(self, need: str = "The boiler hums", flow: str = "repair"):
        return self.desk.requests.open(customer=self.anna, need=need, flow=flow, by="tom")

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.close()


def check_sound(desk: ServiceDesk) -> None:
    """What is stored beside the events is what they give, and a case read anew is the one that is held."""
    assert list(index_differences(desk.store)) == []
    for page in (desk.customers.list(), desk.requests.list()):
        for item in page:
            state = desk.commands.current(item.reference)
            assert rebuild(desk.store.events(state.id)) == state


def because(refused: type[Exception], act: Callable[[], object], desk: ServiceDesk) -> str:
    """What a refusal says; it has appended nothing."""
    before = desk.store.count()["events"]
    with pytest.raises(refused) as caught:
        act()
    assert desk.store.count()["events"] == before
    return str(caught.value)
