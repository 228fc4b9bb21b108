"""Reading a scenario file: its words, its handles, its clock. All that is wrong is said at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from service_flow.blueprint import shipped
from service_flow.design.flow.timing import read_target
from service_flow.design.language import Document, read_data
from service_flow.design.language.model import LanguageCode
from service_flow.design.language.tree import Items
from service_flow.design.language.tree import Mapping as Words
from service_flow.design.language.validating import validate
from service_flow.design.language.values import read_duration, read_instant
from service_flow.design.organisation import Target
from service_flow.errors import BlueprintError, Finding, InputError, meant
from service_flow.testing.scenarios.model import (
    WORDS,
    Command,
    Do,
    Expect,
    Expectation,
    Find,
    Opening,
    Perform,
    Receive,
    ScenarioModel,
    Until,
    Wait,
)
from service_flow.testing.scenarios.model import Open as OpenRequest

EARLIER = "this is earlier than the step before; the scenario's clock only moves forward"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says, when it happens (UTC), and the place of its first word in the file.

    `wait` is working time to wait for: only a calendar says how long that is, so that until the scenario runs, `at` of
    this step and of those after it does not count it.
    """

    model: Command | Expect | Find | Wait | Until
    at: datetime
    line: int
    column: int
    wait: Target | None = None

    @property
    def word(self) -> str:
        """What kind of step it is: register, open, receive, perform, do, find, wait, until or expect."""
        return self.model.word

    @property
    def on(self) -> str:
        """The handle of the case it is about; empty if it is about none."""
        if isinstance(self.model, Expect):
            return self.model.expect.on
        return (isinstance(self.model, Perform | Do) and self.model.on) or self.handle

    @property
    def handle(self) -> str:
        """The handle it gives to the case it begins; empty if it begins none."""
        return (isinstance(self.model, Opening | Do | Find) and self.model.handle) or ""

    @property
    def is_dated(self) -> bool:
        """Whether it says its instant itself."""
        return isinstance(self.model, Until) or (isinstance(self.model, Command) and self.model.at is not None)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that was read. `where` is a shipped blueprint's name or a folder; `people` gives posts."""

    name: str
    title: Mapping[LanguageCode, str]
    file: str
    where: str | Path
    start: datetime
    people: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    document: Document = field(repr=False)

    def finding(self, code: str, message: str, path: Sequence[str | int] = (), *, key: bool = False) -> Finding:
        """A finding at the value at `path` in the file, or at its word with `key`."""
        line, column = self.document.position(path, key=key)
        return Finding(code, message, self.file, line, column)

    def fault(self, message: str, path: Sequence[str | int]) -> InputError:
        """An error at the value at `path` in the file."""
        return InputError(message, self.file, *self.document.position(path))


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file. Raises InputError at the first place that is wrong; its text names them all."""
    file = Path(path)
    document = read_data(file)
    _raise_if(_shapes(document), document)
    model, findings = validate(ScenarioModel, document)
    if model is None:
        _raise_if(findings, document)
        raise InputError("this is not a scenario", str(file))
    reader = _Reader(model, document, file)
    scenario = reader.read()
    _raise_if(reader.findings, document)
    return scenario


def scenario_files(folder: Path) -> list[Path]:
    """The scenario files of a blueprint's folder, or of a folder of scenarios itself, by name.

    Raises BlueprintError for a link that leads out of the folder.
    """
    inner = folder / "scenarios"
    place = inner if inner.is_dir() else folder
    if place is folder and (folder / "blueprint.yaml").exists():
        return []
    files = sorted(file for file in place.iterdir() if file.suffix == ".yaml" and not file.name.startswith("."))
    outside = [file for file in files if not Path(os.path.realpath(file)).is_relative_to(folder.resolve())]
    if outside:
        message = "this leads out of the blueprint's folder"
        raise BlueprintError([Finding("SF103", message, str(file), 1, 1) for file in outside])
    return files


def _raise_if(findings: Sequence[Finding], document: Document) -> None:
    if not findings:
        return
    first, *others = sorted(dict.fromkeys(findings), key=lambda found: (found.line, found.column))
    text = "\n".join(
        [first.message, *(f"{other.file}:{other.line}:{other.column}: {other.message}" for other in others)]
    )
    raise InputError(text, document.file, first.line, first.column)


def _shapes(document: Document) -> list[Finding]:
    """Steps that are not exactly one kind of step: the model could not say of them what is wrong."""
    root = document.root
    steps = root.entries["steps"].value if isinstance(root, Words) and "steps" in root.entries else None
    if not isinstance(steps, Items):
        return []
    findings = []
    for step in steps.nodes:
        if not isinstance(step, Words):
            message = f"a step is a mapping that begins with one of the words {', '.join(WORDS)}"
        else:
            kinds = [word for word in step.entries if word in WORDS]
            if len(kinds) == 1:
                continue
            hint = next((meant(word, WORDS) for word in step.entries if meant(word, WORDS)), "")
            if kinds:
                message = f"this is one step, but says {' and '.join(kinds)}; begin a new one with '- '"
            else:
                message = f"this step does not say what is done{hint or ';'} Possible: {', '.join(WORDS)}."
        findings.append(Finding("", message, document.file, *step.position))
    return findings


class _Reader:
    def __init__(self, model: ScenarioModel, document: Document, file: Path) -> None:
        self.model, self.document, self.file = model, document, file
        self.findings: list[Finding] = []
        self.subjects: dict[str, str] = {}
        self.refused: set[str] = set()

    def read(self) -> Scenario:
        start = self._instant(self.model.start, ("start",))
        return Scenario(
            self.model.scenario,
            self.model.title,
            self.document.file,
            self._where(),
            start,
            {name: tuple(posts) for name, posts in self.model.people.items()},
            tuple(self._steps(start)),
            self.document,
        )

    def _report(self, message: str, path: tuple[str | int, ...], *, key: bool = False) -> None:
        self.findings.append(Finding("", message, self.document.file, *self.document.position(path, key=key)))

    def _where(self) -> str | Path:
        named = self.model.blueprint
        if named in shipped():
            return named
        folder = self.file.parent / named
        if "/" not in named and "\\" not in named and named not in (".", ".."):
            advice = (
                f"write ./{named} for a folder beside this file"
                if folder.is_dir()
                else "write a path such as .. for a folder"
            )
            hint = meant(named, shipped()) or ";"
            self._report(f"no blueprint '{named}' ships with the library{hint} {advice}", ("blueprint",))
        elif not folder.is_dir():
            self._report(f"there is no folder '{named}' beside this file", ("blueprint",))
        return folder

    def _steps(self, now: datetime) -> Iterator[Step]:
        for index, model in enumerate(self.model.steps):
            path = ("steps", index)
            wait: Target | None = None
            if isinstance(model, Expect):
                self._case(model.expect, path)
            elif isinstance(model, Find):
                self._known(model.customer, (*path, "customer"), "customer")
                self._named(model.handle, model.subject, (*path, "find"))
            elif isinstance(model, Until):
                now = self._not_before(now, model.until, (*path, "until"))
            elif isinstance(model, Wait):
                now, wait = self._waited(now, model, path)
            else:
                now = self._moved(model, path, now)
                self._command(model, path)
            yield Step(model, now, *self.document.position(path), wait)

    def _command(self, step: Command, path: tuple[str | int, ...]) -> None:
        if step.because is not None and step.refused is None:
            self._report(
                "'because' says why a step is refused; add `refused:`, or take it out",
                (*path, "because"),
                key=True,
            )
        if isinstance(step, Perform | Do) and step.on is not None:
            self._known(step.on, (*path, "on"))
        if isinstance(step, Do) and step.handle is not None:
            self._begin(step.handle, "", step, (*path, "as"))
        if isinstance(step, OpenRequest | Receive):
            self._known(step.customer, (*path, "customer"), "customer")
        if isinstance(step, Receive) and step.about is not None:
            self._known(step.about, (*path, "about"), "request")
        if isinstance(step, Opening):
            self._begin(step.handle, step.subject or "", step, (*path, step.word))

    def _begin(self, handle: str, subject: str, step: Command, path: tuple[str | int, ...]) -> None:
        if step.refused is not None and handle not in self.subjects:
            self.refused.add(handle)
        else:
            self._named(handle, subject, path)

    def _named(self, handle: str, subject: str, path: tuple[str | int, ...]) -> None:
        """A handle is given; the subject is empty where only the run shows it."""
        if handle in self.subjects:
            self._report(f"'{handle}' stands for another case already; choose another handle", path)
        else:
            self.subjects[handle] = subject

    def _case(self, expected: Expectation, path: tuple[str | int, ...]) -> None:
        self._known(expected.on, (*path, "expect", "on"))
        if not expected.model_fields_set - {"on"}:
            self._report(
                "this expects nothing; say state, outcome, open, owner, clock, data, absent, promises or timers",
                (*path, "expect"),
                key=True,
            )
        for name, promise in expected.promises.items():
            where: tuple[str | int, ...] = (*path, "expect", "promises", name)
            if promise.due is not None:
                self._instant(promise.due, (*where, "due"))
            elif promise.state is None:
                self._report("this expects nothing of the promise; say state or due", where)

    def _known(self, handle: str, path: tuple[str | int, ...], subject: str | None = None) -> None:
        if handle in self.subjects:
            found = self.subjects[handle]
            if subject is not None and found not in (subject, ""):
                self._report(f"'{handle}' is a {found}; a {subject} is asked for here", path)
        elif handle in self.refused:
            self._report(f"there is no case '{handle}': the step that begins it is to be refused", path)
        else:
            begun = f"no step above begins '{handle}'{meant(handle, self.subjects)}"
            self._report(f"{begun or ';'} Handles are given by register, open, receive, find, and do with as.", path)

    def _moved(self, step: Command, path: tuple[str | int, ...], now: datetime) -> datetime:
        if step.after is not None and step.at is not None:
            self._report("a step has either 'after' or 'at', not both", (*path, "at"), key=True)
        elif step.after is not None:
            return self._later(now, step.after, (*path, "after"))
        elif step.at is not None:
            return self._not_before(now, step.at, (*path, "at"))
        return now

    def _not_before(self, now: datetime, text: str, path: tuple[str | int, ...]) -> datetime:
        instant = self._instant(text, path)
        if instant < now:
            self._report(EARLIER, path)
        return max(instant, now)

    def _waited(
        self, now: datetime, step: Wait, path: tuple[str | int, ...]
    ) -> tuple[datetime, Target | None]:  # fmt: skip
        """The instant after real time; working time is told apart, to be counted by a calendar."""
        if not (isinstance(step.wait, str) and " working " in step.wait):
            if step.calendar is not None:
                self._report("only working time has a calendar", (*path, "calendar"), key=True)
            return self._later(now, step.wait, (*path, "wait")), None
        try:
            return now, read_target(step.wait)
        except ValueError as error:
            self._report(f"'wait' {error}", (*path, "wait"))
            return now, None

    def _later(self, now: datetime, span: str | int, path: tuple[str | int, ...]) -> datetime:
        try:
            duration = read_duration(span)
            if duration < timedelta(0):
                raise ValueError("is negative; the scenario's clock only moves forward")
            return now + duration
        except (ValueError, OverflowError) as error:
            self._report(
                f"'{path[-1]}' {error if isinstance(error, ValueError) else 'is longer than time itself'}", path
            )
            return now

    def _instant(self, text: str, path: tuple[str | int, ...]) -> datetime:
        try:
            return read_instant(text)
        except (ValueError, OverflowError) as error:
            said = str(error) if isinstance(error, ValueError) else "cannot be counted in UTC"
            if said.startswith("a naive"):
                said = "names no offset from UTC; write 2026-03-31T14:00:00+02:00"
            self._report(f"'{path[-1]}' {said}", path)
            return datetime.fromisoformat("2000-01-01T00:00:00+00:00")
