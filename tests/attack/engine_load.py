"""A mixed load on one store, from several threads, until it is killed. It writes down outside of the store what it
is about to ask for ("try") and what was accepted ("did"), each line with one write to a file in append mode. A write
that is killed may end in the middle, so the newline comes first.

Run: python engine_load.py BLUEPRINT STORE RECORD NAME
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from uuid import UUID

from service_flow import Blueprint, Refused, ServiceDesk
from service_flow.engine.commands import Open, Outcome, Perform
from service_flow.features.customers import CustomerRegistered
from service_flow.features.requests import RequestOpened

THREADS = 3


def order_of(told: dict[str, object]) -> Open | Perform:
    """The order that a line of the record tells of."""
    made: dict[str, object] = {"by": "tom", "command_id": told["id"]}
    if told["kind"] == "customer":
        return Open(opened=CustomerRegistered, facts={"name": "Anna"}, case_id=UUID(told["case"]), **made)
    if told["kind"] == "request":
        return Open(opened=RequestOpened, facts={"need": "x"}, case_id=UUID(told["case"]), **made)
    return Perform(case=UUID(told["case"]), subject=None, transition=told["kind"], data=told["data"], **made)


def work(desk: ServiceDesk, record: int, name: str, shared: list[str]) -> None:
    chance = random.Random(name)
    count = 0

    def ident() -> str:
        nonlocal count
        count += 1
        return f"{name}-{count}"

    def tell(kind: str, orders: list[dict[str, object]]) -> None:
        os.write(record, ("\n" + json.dumps([kind, *orders])).encode())

    while True:
        case = str(UUID(int=chance.getrandbits(128), version=4))
        kind = chance.choice(["open", "note", "note", "note", "move", "batch"])
        if kind == "open" or not shared:
            asked = [{"id": ident(), "kind": chance.choice(["customer", "request"]), "case": case, "data": {}}]
        elif kind == "batch":
            asked = [{"id": ident(), "kind": "request", "case": case, "data": {}}]
            asked += [
                {"id": ident(), "kind": "tell", "case": case, "data": {"note": "n" * chance.randint(0, 3000)}}
                for _ in range(chance.randint(1, 40))
            ]
        else:
            asked = [{
                "id": ident(), "kind": "tell" if kind == "note" else chance.choice(["hold", "resume", "start"]),
                "case": chance.choice(shared), "data": {"note": "x"} if kind == "note" else {},
            }]  # fmt: skip
        tell("try", asked)
        if len(asked) > 1:
            answers = desk.commands.run_together([order_of(told) for told in asked])
        else:
            try:
                answers = [desk.commands.run(order_of(asked[0]))]
            except Refused:
                continue
        for _told, answer in zip(asked, answers, strict=True):
            assert isinstance(answer, Outcome), answer
        tell("did", asked)
        if asked[0]["kind"] == "request":
            shared.append(case)


def main() -> None:
    blueprint, store, record, name = sys.argv[1:]
    desk = ServiceDesk(Blueprint.load(blueprint), store)
    handle = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    shared = [str(item.reference.id) for item in desk.requests.list(limit=5)]
    for number in range(THREADS):
        threading.Thread(target=work, args=(desk, handle, f"{name}-{number}", shared)).start()


if __name__ == "__main__":
    main()
