"""Threads and processes that do things on one store at the same time, and tell what they were answered.

As a program it is one of the processes: `python concurrency_rivals.py BLUEPRINT`. A line on its standard input is a plan
(JSON: the URL of a store and, for each of its threads, the steps); it opens a desk, says "ready", waits for "go", and
says the answers. As a module it has those who start such processes and join in with threads of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from fault_desks import all_events, check_whole

from service_flow import Blueprint, Outcome, ServiceDesk, ServiceFlowError

_PARTS = {
    "blueprint.yaml": 'blueprint: rivals\nversion: "1.0"\n',
    "organisation.yaml": """
posts: {clerk: {}, technician: {}}
people: {tom: {name: Tom, posts: [clerk, technician]}}
""",
    "flows/customer.yaml": """
flow: customer
subject: customer
initial: active
states: {active: {}, gone: {final: gone}}
transitions: {leave: {from: active, to: gone}}
""",
    "flows/job.yaml": """
flow: job
subject: request
initial: received
data: {note: {type: text}}
states:
  received: {owner: clerk}
  at_work: {owner: technician}
  on_hold: {owner: clerk, clock: paused}
  done: {final: completed}
transitions:
  tell: {from: any, collect: [note]}
  start: {from: received, to: at_work}
  back: {from: at_work, to: received}
  hold: {from: [received, at_work], to: on_hold}
  resume: {from: on_hold, to: history}
  finish: {from: at_work, to: done}
""",
}
Step = dict[str, Any]
"""What to ask for: `do` (a transition, `open` or `register`), `id` (of the command), `case`, `note`."""
Plan = Sequence[Sequence[Step]]
"""The steps of each thread."""


def write(folder: Path) -> Path:
    """The blueprint that they all work by, as a folder."""
    (folder / "flows").mkdir(parents=True)
    for name, text in _PARTS.items():
        (folder / name).write_text(text)
    return folder


class Answer(NamedTuple):
    """What a step was answered: the ids of the events and the short number, or the error."""

    id: str | None
    did: list[str]
    number: str
    repeated: bool
    error: str
    because: str


def tells(case: Outcome, name: str, count: int) -> list[Step]:
    """One thread's steps that all change one case, each with a command id of its own."""
    return [{"do": "tell", "case": str(case.reference.id), "id": f"{name}-{turn}"} for turn in range(count)]


def asked(desk: ServiceDesk, step: Step) -> Outcome:
    more = {"by": "tom", "command_id": step.get("id")}
    if step["do"] == "register":
        return desk.customers.register(name="Anna", **more)
    if step["do"] == "open":
        return desk.requests.open(customer="CU-1", need=step.get("need", "A pump"), **more)
    data = {"note": step.get("note", "x")} if step["do"] == "tell" else None
    return desk.requests.perform(UUID(step["case"]), step["do"], data=data, **more)


def answer(desk: ServiceDesk, step: Step) -> Answer:
    try:
        outcome = asked(desk, step)
    except ServiceFlowError as error:
        return Answer(step.get("id"), [], "", False, type(error).__name__, str(error))
    return told(step, outcome)


def told(step: Step, outcome: Outcome) -> Answer:
    return Answer(step.get("id"), [str(event.id) for event in outcome.events], outcome.number, outcome.repeated, "", "")


def in_threads(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returns when they begin together, each in a thread. Raises what one of them raises."""
    together = threading.Barrier(len(works))
    results: dict[int, Any] = {}
    broken: list[BaseException] = []

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            together.wait(60)
            results[place] = work()
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return [results[place] for place in range(len(works))]


def carry_out(desk: ServiceDesk, plan: Plan) -> list[Answer]:
    """The answers of all steps, each thread's in its order."""
    answered = in_threads([lambda steps=steps: [answer(desk, step) for step in steps] for steps in plan])
    return [one for several in answered for one in several]


def check(desk: ServiceDesk, answers: Sequence[Answer]) -> None:
    """What was answered is what is stored: nothing is lost, doubled or half done; and what the desk knows of each case
    is what its events make of it."""
    times = check_whole(desk.store)
    accepted = [one for one in answers if not one.error]
    assert {command: count for command, count in times.items() if command} == {one.id: len(one.did) for one in accepted}
    kept = {str(event.id): event.command_id for event in all_events(desk.store)}
    assert {kept[event]: one.id for one in accepted for event in one.did} == {one.id: one.id for one in accepted}
    for case in desk.store.cases(limit=1_000_000):
        assert vars_of(desk.commands.current(case.case_id)) == vars_of(desk.store.state(case.case_id))


def vars_of(state: object) -> dict[str, Any]:
    return {name: getattr(state, name) for name in type(state).__slots__}  # type: ignore[attr-defined]


class Rivals:
    """Processes that wait for plans."""

    def __init__(self, blueprint: Path, count: int) -> None:
        self.blueprint = blueprint
        self._processes = [
            subprocess.Popen(
                [sys.executable, __file__, str(blueprint)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in range(count)
        ]

    @contextmanager
    def beside(self, url: str, plans: Sequence[Plan]) -> Iterator[list[Answer]]:
        """Each plan is carried out in a process of its own while the block runs; the answers are there after it."""
        processes = self._processes[: len(plans)]
        assert len(processes) == len(plans)
        for process, plan in zip(processes, plans, strict=True):
            _say(process, {"url": url, "plan": plan})
        for process in processes:
            assert _heard(process) == "ready"
        for process in processes:
            _say(process, "go")
        answers: list[Answer] = []
        yield answers
        for process in processes:
            answers += [Answer(*one) for one in _heard(process)]

    def close(self) -> None:
        for process in self._processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            assert process.wait(60) == 0
            process.stdout.close()


def _say(process: subprocess.Popen[str], what: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "a process has ended"
    heard = json.loads(line)
    assert not (isinstance(heard, dict) and "broken" in heard), heard["broken"]
    return heard


def _reply(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    blueprint = Blueprint.load(sys.argv[1])
    for line in sys.stdin:
        told_to = json.loads(line)
        try:
            # Without a plan for it to join, the store is opened (and perhaps made) when all are told to go.
            if told_to["plan"] == []:
                _reply("ready")
                sys.stdin.readline()
                with ServiceDesk(blueprint, told_to["url"]) as desk:
                    _reply([told({}, desk.customers.register(name="Anna", by="tom"))])
                continue
            with ServiceDesk(blueprint, told_to["url"]) as desk:
                _reply("ready")
                sys.stdin.readline()
                _reply(carry_out(desk, told_to["plan"]))
        except BaseException:
            _reply({"broken": traceback.format_exc()})
            raise


if __name__ == "__main__":
    main()
