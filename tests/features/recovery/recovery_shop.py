"""A small shop whose complaints are repaired by remedies: what the tests of recovery work on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service_flow import Blueprint, ServiceDesk
from service_flow.clock import ManualClock
from service_flow.engine.commands import Outcome
from service_flow.engine.feature import Feature
from service_flow.engine.store import Store
from service_flow.features import DEFAULT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECOVERY = """\
remedies:
  apology: {title: {en: Apology, zh: 致歉}}
  refund:
    title: {en: Refund, zh: 退款}
    most: [10000.00 CNY, 1200.00 EUR]
    carried_out: {by: cashier}
  coupon: {title: {en: Coupon, zh: 优惠券}, most: 500.00 CNY}
  repair:
    title: {en: Repair, zh: 维修}
    carried_out: {request: {need: Repair it again, data: {kind: repair}}}
  gift: {title: {en: Gift, zh: 礼品}, most: 200.00 CNY, carried_out: {effect: send_gift, by: [cashier, import]}}
proposals:
  rows:
    - title: {en: A serious fault, zh: 严重故障}
      match: {severity: high, cause: [product, delivery]}
      remedies:
        - repair
        - {remedy: refund, least: 50.00 CNY, most: [8000.00 CNY, 1000.00 EUR]}
        - coupon
        - apology
    - when: 'has(customer.tier) && customer.tier == "vip"'
      remedies: [gift, {remedy: refund, most: 300.00 CNY}, apology]
    - remedies: [apology, coupon]
authority:
  clerk:   {up_to: [100.00 CNY, 15.00 EUR]}
  officer: {up_to: [1000.00 CNY, 150.00 EUR], remedies: [apology, refund, coupon, repair]}
  manager: {up_to: [9000.00 CNY, 1100.00 EUR], exceptions: true}
  boss:    {up_to: [10000.00 CNY, 1200.00 EUR]}
"""
FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": """\
posts:
  boss: {}
  manager: {supervisor: boss}
  officer: {supervisor: manager}
  clerk: {supervisor: officer}
  cashier: {supervisor: boss}
people:
  tom:   {name: Tom, posts: clerk}
  ines:  {name: Ines, posts: officer}
  sofia: {name: Sofia, posts: manager}
  zhang: {name: Zhang, posts: boss}
  paolo: {name: Paolo, posts: cashier}
  both:  {name: Both, posts: [clerk, manager]}
""",
    "flows/customer.yaml": """\
flow: customer
subject: customer
initial: known
data: {tier: {type: choice, choices: [standard, vip]}}
states: {known: {owner: clerk}}
transitions: {rate: {from: known, collect: [tier]}}
""",
    "flows/repair.yaml": """\
flow: repair
subject: request
initial: open
opening: {by: [clerk, rule], collect: {optional: [kind]}}
data: {kind: {type: text}}
states:
  open:      {owner: clerk}
  repaired:  {final: completed}
  cancelled: {final: cancelled}
transitions:
  repair: {from: open, to: repaired, by: clerk}
  cancel: {from: open, to: cancelled, by: clerk}
rules:
  settled: {on: [repaired, cancelled], when: case.is_recovery, do: {recovery.settle: {}}}
""",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: received
opening: {by: [clerk, officer, manager, rule], collect: {optional: [severity, cause]}}
customer: {tier: {type: choice, choices: [standard, vip]}}
data:
  severity: {type: choice, choices: [low, high]}
  cause: {type: choice, choices: [product, delivery, conduct]}
states:
  received: {owner: clerk}
  closed:   {final: completed}
  rejected: {final: rejected}
transitions:
  assess: {from: received, to: received, collect: [severity, cause]}
  close:  {from: received, to: closed, when: case.open_remedies == 0}
  reject: {from: received, to: rejected}
rules:
  begun: {on: recovery.granted, do: {recovery.start: {}}}
effects:
  send_gift: {on: recovery.granted.gift, call: send_gift}
""",
    "recovery.yaml": RECOVERY,
}


def shop_files(folder: Path, **changed: str) -> Path:
    """The blueprint's folder; `changed` are other texts for its files, by their names without `flows/` and `.yaml`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(changed.get(path.stem, text), "utf-8")
    return folder


@cache
def _plain() -> Blueprint:
    """The blueprint as it is, read once."""
    with TemporaryDirectory() as folder:
        return Blueprint.load(shop_files(Path(folder)))


class Shop:
    """The desk of the shop with one customer, at a clock of its own."""

    def __init__(
        self, folder: Path | None = None, store: str | Store = "memory", features: Sequence[Feature] = DEFAULT,
        **changed: str,
    ) -> None:  # fmt: skip
        """With a folder, the blueprint is made anew there, with what is changed."""
        self.clock = ManualClock(NOW)
        self.gifts: list[str] = []
        self.blueprint = _plain() if folder is None else Blueprint.load(shop_files(folder, **changed), features)
        self.effects = {"send_gift": lambda call: self.gifts.append(call.key)}
        self.desk = ServiceDesk(self.blueprint, store, clock=self.clock, effects=self.effects)
        self.anna = self.desk.customers.register(name="Anna", by="tom")

    def complains(self, severity: str | None = "high", cause: str | None = "product", **more: Any) -> Outcome:
        """A complaint that is assessed."""
        data = {name: value for name, value in (("severity", severity), ("cause", cause)) if value is not None}
        return self.desk.complaints.receive(customer=self.anna, text="It broke", by="tom", data=data, **more)

    def grant(self, complaint: Outcome, remedy: str, value: object = None, by: str = "ines", **more: Any) -> Outcome:
        self.clock.advance(timedelta(seconds=1))
        return self.desk.recovery.grant(complaint, remedy, value=value, reason="it broke", by=by, **more)

    def statuses(self, complaint: Outcome) -> list[str]:
        return [f"{one.name} {one.status}" for one in self.desk.recovery.remedies(complaint)]
