"""A small shop that makes promises, and what became of them in its first week, to be looked at from everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from service_flow import Blueprint, ManualClock, ServiceDesk

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""Nine in the morning in Berlin."""

FILES = {
    "blueprint.yaml": 'blueprint: shop\nversion: "1"\nlanguages: [en, zh]\n',
    "calendars.yaml": """
calendars:
  office:
    zone: Europe/Berlin
    weekly: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-17:00}
""",
    "organisation.yaml": """
departments:
  counter: {title: {en: Counter, zh: 前台}}
  workshop: {title: {en: Workshop, zh: 维修部}}
posts:
  clerk: {title: {en: Clerk, zh: 接待员}, department: counter, supervisor: lead}
  mechanic: {title: {en: Mechanic, zh: 技师}, department: workshop, supervisor: lead}
  lead: {title: {en: Team lead, zh: 主管}}
parties:
  carrier: {title: {en: The carrier, zh: 承运商}}
people:
  tom: {name: Tom, posts: [clerk, mechanic]}
""",
    "flows/customer.yaml": """
flow: customer
subject: customer
initial: known
data: {tier: {type: choice, choices: {standard: {en: Standard, zh: 普通}, vip: {en: VIP, zh: 贵宾}}}}
states: {known: {owner: clerk}, gone: {final: gone}}
transitions:
  rate: {from: known, to: stay, collect: [tier]}
  leave: {from: known, to: gone}
""",
    "flows/repair.yaml": """
flow: repair
subject: request
title: {en: Repair, zh: 维修}
initial: open
states:
  open: {owner: clerk, title: {en: Open, zh: 待处理}}
  at_work: {owner: mechanic, title: {en: At work, zh: 维修中}}
  waiting: {owner: clerk, clock: paused, title: {en: Waiting for parts, zh: 等待配件}}
  done: {final: completed, title: {en: Done, zh: 已完成}}
  dropped: {final: cancelled, title: {en: Dropped, zh: 已取消}}
decisions:
  how_soon:
    gives: span
    rows:
      - {when: 'has(customer.tier) && customer.tier == "vip"', then: 4 working hours}
      - {then: 2 working days}
transitions:
  answer: {from: open, to: at_work, title: {en: Answer, zh: 答复}}
  wait: {from: [open, at_work], to: waiting}
  wake: {from: waiting, to: history, by: [clerk, timer]}
  finish: {from: at_work, to: done}
  drop: {from: [open, at_work], to: dropped, by: [clerk, timer], when: 'times.answer > 0'}
promises:
  first_response:
    title: {en: First response, zh: 首次响应}
    from: opened
    until: answer
    within: 4 working hours
    calendar: office
    warn: 75%
    escalate: [0 minutes, 1 working hour]
  resolution:
    title: {en: Resolution, zh: 问题解决}
    from: opened
    until: done
    within: {decision: how_soon}
    calendar: office
    given_by: carrier
timers:
  forgotten: {title: {en: Forgotten, zh: 遗忘提醒}, while: open, after: 5 hours, perform: drop}
""",
}


def shop(folder: Path) -> Path:
    """The folder of its blueprint, made."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def first_week(blueprint: Blueprint, url: str) -> ServiceDesk:
    """A desk, its clock at Thursday 10:00 UTC:

    R-1 first response broken on Monday at 12:00 by the clerk and reached late; resolution extended with the customer's
    consent, and kept within that on Thursday by the mechanic.
    R-2 of a customer who is VIP since Tuesday: both kept on Wednesday in time.
    R-3 opened, answered and dropped on Thursday: first response kept, resolution stopped with the case.
    R-4 opened on Thursday: both open.
    """
    clock = ManualClock(MONDAY)
    desk = ServiceDesk(blueprint, url, clock=clock)
    anna = desk.customers.register(name="Anna", by="tom")
    bo = desk.customers.register(name="Bo", by="tom")
    first = desk.requests.open(customer=anna, need="A bell", by="tom")
    clock.advance(timedelta(hours=5, minutes=30))
    desk.run_due()
    desk.requests.perform(first, "answer", by="tom")
    clock.advance(timedelta(days=1))
    desk.customers.perform(bo, "rate", by="tom", data={"tier": "vip"})
    desk.promises.extend(
        first, "resolution", until=clock() + timedelta(days=4), reason="No bells left", answer="accepted", by="tom"
    )
    desk.promises.pause(first, "resolution", reason="Fair week", by="tom")
    clock.set(MONDAY + timedelta(days=2))
    desk.promises.resume(first, "resolution", by="tom")
    second = desk.requests.open(customer=bo, need="A lamp", by="tom")
    clock.advance(timedelta(hours=1))
    desk.requests.perform(second, "answer", by="tom")
    desk.requests.perform(second, "wait", by="tom")
    clock.advance(timedelta(hours=2))
    desk.requests.perform(second, "wake", by="tom")
    clock.advance(timedelta(hours=1))
    desk.requests.perform(second, "finish", by="tom")
    clock.set(MONDAY + timedelta(days=3))
    desk.requests.perform(first, "finish", by="tom")
    third = desk.requests.open(customer=bo, need="A pump", by="tom")
    clock.advance(timedelta(minutes=30))
    desk.requests.perform(third, "answer", by="tom")
    clock.advance(timedelta(minutes=30))
    desk.requests.perform(third, "drop", by="tom")
    desk.requests.open(customer=anna, need="A tyre", by="tom")
    clock.advance(timedelta(hours=1))
    return desk
