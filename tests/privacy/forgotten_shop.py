"""A small shop that holds all kinds of personal data, a life in it, and what can be read in its files afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service_flow import Blueprint, Keys, ManualClock, Outcome, ServiceDesk
from service_flow.engine.store import Store

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = {
    "blueprint.yaml": 'blueprint: shop\nversion: "1"\n',
    "organisation.yaml": """
departments: {counter: {}}
posts: {clerk: {department: counter}}
people: {tom: {name: Tom, posts: [clerk]}}
""",
    "flows/customer.yaml": """
flow: customer
subject: customer
initial: known
data:
  tier: {type: choice, choices: [standard, vip]}
  remark: {type: text}
  born: {type: date, personal: true}
states: {known: {owner: clerk}, gone: {final: gone}}
transitions:
  note: {from: known, to: stay, collect: {optional: [tier, remark, born]}}
  leave: {from: known, to: gone}
""",
    "flows/repair.yaml": """
flow: repair
subject: request
initial: open
data:
  address: {type: text}
  offer: {type: money, personal: true}
states: {open: {owner: clerk}, done: {final: completed}}
transitions:
  visit: {from: open, to: stay, collect: {optional: [address, offer]}}
  finish: {from: open, to: done, when: "!has(offer) || offer > 10"}
promises:
  answer: {from: opened, until: done, within: 4 hours}
effects:
  told: {on: [visit, promise.answer.broken], call: tell}
rules:
  spoiled: {on: promise.answer.broken, do: {complaints.receive: {text: Too late}}}
""",
    "flows/complaint.yaml": """
flow: complaint
opening: {by: [clerk, rule]}
subject: complaint
initial: received
data: {answer: {type: text}}
states: {received: {owner: clerk}, closed: {final: settled}}
transitions:
  settle: {from: received, to: closed, collect: [answer]}
""",
}
SECRETS = {
    name: f"Zq{name.capitalize()}7x" for name in (
        "name", "email", "need", "address", "text", "answer", "remark", "why", "pause", "stranger",
    )
}  # fmt: skip
"""Texts that stand nowhere else. `stranger` is the name of another customer."""
OF_ANNA = tuple(text for name, text in SECRETS.items() if name != "stranger")


def shop(folder: Path, more: Mapping[str, str] | None = None) -> Blueprint:
    """Its blueprint, read from a folder; `more` files are added or take the place of those."""
    for name, text in {**FILES, **(more or {})}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Blueprint.load(folder)


def master(name: str = "first", byte: int = 1) -> dict[str, bytes]:
    """A master key that is the same in each process."""
    return {name: bytes([byte]) * 32}


def keys(known: Mapping[str, bytes] | None = None) -> Keys:
    """Keys of which the first is the present one."""
    found = dict(known or master())
    return Keys(next(iter(found)), found.__getitem__)


def as_text(known: Mapping[str, bytes]) -> str:
    """Master keys as an environment variable or a file has them."""
    return " ".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in known.items())


def live(desk: ServiceDesk, clock: ManualClock) -> dict[str, Outcome]:
    """Anna's and a stranger's life at the shop, with everything of hers that a store can hold; all cases are closed."""
    say = SECRETS
    anna = desk.customers.register(name=say["name"], contact={"email": say["email"]}, by="tom", command_id="anna")
    other = desk.customers.register(name=say["stranger"], by="tom")
    desk.customers.perform(anna, "note", by="tom", data={"remark": say["remark"], "born": "1980-02-29", "tier": "vip"})
    request = desk.requests.open(customer=anna, need=say["need"], by="tom", command_id="pump")
    visit = {"address": say["address"], "offer": "12.50 EUR"}
    desk.requests.perform(request, "visit", by="tom", data=visit)
    clock.advance(timedelta(minutes=10))
    desk.promises.extend(
        request, "answer", until=clock() + timedelta(hours=9), reason=say["why"], answer="refused", by="tom"
    )
    desk.promises.pause(request, "answer", reason=say["pause"], by="tom")
    desk.promises.resume(request, "answer", by="tom")
    complaint = desk.complaints.receive(customer=anna, about=request, text=say["text"], by="tom")
    strangers = desk.requests.open(customer=other, need="A bell", by="tom")
    desk.requests.perform(strangers, "finish", by="tom")
    clock.advance(timedelta(hours=5))
    desk.run_due()  # broken: the rule opens another complaint, in words of the blueprint
    for row in desk.store.cases(subject="complaint", limit=9):
        desk.complaints.perform(row.case_id, "settle", by="tom", data={"answer": say["answer"]})
    desk.requests.perform(request, "finish", by="tom")
    return {"anna": anna, "other": other, "request": request, "complaint": complaint, "strangers": strangers}


def secrets_in_files(paths: Iterable[Path], wanted: Iterable[str] = OF_ANNA) -> set[str]:
    """Which of some texts stand in any byte of some files."""
    held = [path.read_bytes() for path in paths if path.is_file()]
    return {text for text in wanted if any(text.encode() in content for content in held)}


def secrets_in_tables(store: Store, wanted: Iterable[str] = OF_ANNA) -> set[str]:
    """Which of some texts stand in any row of any table that the store's database has."""
    from service_flow.engine.store.statements import TABLES

    fetch = store._fetch  # type: ignore[attr-defined]  # the database as it is, past all that opens what is sealed
    prefix = f'"{store.schema}".' if hasattr(store, "schema") else ""
    held = [_bytes(value) for table in TABLES for row in fetch(f"SELECT * FROM {prefix}{table}") for value in row]
    return {text for text in wanted if any(text.encode() in content for content in held)}


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
