"""A blueprint whose every title is a hostile text, and a store in which people of such names wrote such texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hostile_texts import TEXTS, quoted
from service_flow import Blueprint, ManualClock, ServiceDesk
from service_flow.design.organisation import Person

_REFUSED_IN_YAML = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
TITLES = {name: _REFUSED_IN_YAML.sub("", text)[:200] for name, text in TEXTS.items()}
"""What a blueprint takes as a title or name: no control characters, and no more than 200 characters."""

TAME = dict.fromkeys(TITLES, "A title")
FEW = {"one": "A title", "other": "Another"}


def blueprint_of(folder: Path, titles: Mapping[str, str]) -> Path:
    """A blueprint with one request flow, in which each title stands once for each thing that has one."""
    said = [quoted(title) for title in titles.values()]
    posts = [f"post_{number}" for number in range(len(said))]
    files = {
        "blueprint.yaml": f'blueprint: odd\nversion: "1"\ntitle: {said[0]}\n',
        "organisation.yaml": "posts:\n"
        + "".join(f"  {post}: {{title: {title}}}\n" for post, title in zip(posts, said, strict=True))
        + "people:\n"
        + "".join(f"  person_{number}: {{name: {title}, posts: [{', '.join(posts)}]}}\n"
                  for number, title in enumerate(said)),
        "flows/odd.yaml": _flow(said),
        "flows/customer.yaml": "flow: customer\nsubject: customer\ninitial: known\nstates: {known: {owner: post_0}}\n",
        "flows/complaint.yaml": "flow: complaint\nsubject: complaint\ninitial: received\n"
        "states: {received: {owner: post_0}, closed: {final: completed}}\n"
        "transitions: {close: {from: received, to: closed}}\n",
        "scenarios/odd.yaml": _scenario(said),
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _flow(said: list[str]) -> str:
    lines = ["flow: odd", "subject: request", f"title: {said[0]}", "initial: state_0", "data:", "  note: {type: text}"]
    for number, title in enumerate(said):
        choices = f"choices: {{word_{number}: {title}, other: {title}}}"
        lines.append(f"  field_{number}: {{type: choice, title: {title}, {choices}}}")
    lines.append("states:")
    for number, title in enumerate(said):
        lines.append(f"  state_{number}: {{title: {title}, owner: post_{number}}}")
    lines += [f"  phase: {{title: {said[0]}, initial: inside, states: {{inside: {{title: {said[1]}, owner: post_0}}}}}}"]
    lines += ["  done: {final: completed}", "transitions:", "  say: {from: any, collect: [note]}"]
    for number, title in enumerate(said):
        to = f"state_{number + 1}" if number + 1 < len(said) else "phase"
        lines.append(
            f"  step_{number}: {{title: {title}, from: state_{number}, to: {to}, collect: [field_{number}], "
            f"when: 'field_{number} == \"word_{number}\"'}}"
        )
    lines.append("  finish: {from: phase, to: done}")
    return "\n".join([*lines, ""])


def _scenario(said: list[str]) -> str:
    head = f"scenario: odd\nblueprint: ..\ntitle: {said[0]}\nstart: 2026-03-02T09:00:00Z\nsteps:\n"
    return head + "".join(
        f"  - {{register: customer_{number}, by: person_{number}, name: {title}}}\n"
        f"  - {{open: case_{number}, customer: customer_{number}, by: person_{number}, need: {title}}}\n"
        f"  - {{perform: say, on: case_{number}, by: person_{number}, data: {{note: {title}}}}}\n"
        for number, title in enumerate(said)
    )


def told(blueprint: Path, url: str, texts: Mapping[str, str] = TEXTS) -> list[str]:
    """Fill a store: for each text a customer of that name (CU-1 ...) and a request with that need (R-1 ...), by a
    person whose id it is."""
    with _desk(blueprint, url, texts) as desk:
        for text in texts.values():
            key = text.replace("\0", "")  # no store keeps it in a key
            customer = desk.customers.register(name=text, contact={text[:100]: text}, by=text)
            request = desk.requests.open(customer=customer, need=text, by=text, channel=key[:100])
            desk.requests.perform(request, "say", by=text, data={"note": text}, command_id=key[:200])
            desk.complaints.receive(customer=customer, about=request, text=text, by=text)
    return list(texts.values())


def told_of_one(blueprint: Path, url: str, texts: Mapping[str, str] = TEXTS) -> None:
    """Fill a store with one customer and request, of the last name; every text is said in its history, by a person
    of that name."""
    *_, last = texts.values()
    with _desk(blueprint, url, texts) as desk:
        customer = desk.customers.register(name=last, contact=dict.fromkeys((t[:100] for t in texts.values()), last),
                                           by=last)  # fmt: skip
        request = desk.requests.open(customer=customer, need=last, by=last)
        for text in texts.values():
            channel = text.replace("\0", "")[:100]
            desk.requests.perform(request, "say", by=text, data={"note": text}, channel=channel)


def _desk(blueprint: Path, url: str, texts: Mapping[str, str]) -> ServiceDesk:
    people = {text: Person(text, text, frozenset({"post_0"})) for text in texts.values()}
    clock = ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    return ServiceDesk(Blueprint.load(blueprint), url, clock=clock, people=people.get)
