"""Runs what a page shows, block by block and in order, in a folder of its own.

A comment on the line above a fenced block says what is done with it:

    runs: python            it is executed; the blocks of a page share their names
    runs: pytest            it is written to a file and run with pytest, on stores in memory
    runs: console           each line is run and must exit with 0; `runs: console, exit 1` says otherwise; variables of
                            the environment may stand before the command
    runs: flow              a flow: a blueprint made of it has no findings
    finds: a text -> b      the flow shown last, with `a text` written as `b`, has just these findings
    reads: FlowModel        a part of the language: it is read as that part
    file: flows/x.yaml      it is written to that file, for the blocks behind it
    changes: flows/x.yaml   a diff: that file has its old lines, just once, and gets the new ones
    output                  what the block before printed; `...` stands for anything in a line, or for lines
    shown only: because     nothing; the reason says why
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pages import Block

from service_flow.blueprint import Blueprint
from service_flow.design.language import model as language
from service_flow.design.language import read_model
from service_flow.design.language.model import SYSTEM_ACTORS, FlowModel, StateModel
from service_flow.desk import ServiceDesk
from service_flow.errors import BlueprintError

KINDS = ("runs", "finds", "reads", "file", "changes", "output", "shown only")
SECONDS = 120


class PageError(AssertionError):
    """A page that does not do what it shows."""


def kind_of(mark: str) -> str:
    """The kind of a mark; empty for a comment that is none."""
    word = mark.partition(":")[0].strip()
    return word if word in KINDS else ""


class PageRunner:
    """One page in one folder, which must be the current one. Use it in a `with` statement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed = ""
        self.flow = ""
        self._runs: dict[str, Callable[[Block, str], None]] = {
            "python": self._python, "pytest": self._pytest, "console": self._console, "flow": self._flow,
        }  # fmt: skip

    def __enter__(self) -> PageRunner:
        return self

    def __exit__(self, *_: object) -> None:
        for value in self.names.values():
            if isinstance(value, ServiceDesk):
                value.close()

    def take(self, block: Block) -> None:
        """Do what the block's mark says. Raises PageError, or what the block itself raises."""
        kind, _, rest = (part.strip() for part in block.mark.partition(":"))
        match kind:
            case "runs":
                word, _, option = (part.strip() for part in rest.partition(","))
                if word not in self._runs:
                    raise PageError(f"{block.place}: nothing is known that runs '{word}'")
                self._runs[word](block, option)
            case "finds":
                old, arrow, new = (part.strip() for part in rest.partition("->"))
                if not arrow or old not in self.flow:
                    raise PageError(f"{block.place}: the flow above has no '{old}'")
                self.printed = "\n".join(self._findings(self.flow.replace(old, new)))
                self._compare(block)
            case "reads":
                read_model(block.text, getattr(language, rest), block.place)
            case "file":
                path = self.folder / rest
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            case "changes":
                self._change(block, self.folder / rest)
            case "output":
                self._compare(block)
            case _:
                pass

    def _change(self, block: Block, path: Path) -> None:
        lines = block.text.splitlines()
        old = "".join(line[1:] + "\n" for line in lines if not line.startswith("+"))
        new = "".join(line[1:] + "\n" for line in lines if not line.startswith("-"))
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise PageError(f"{block.place}: the old lines stand in {path.name} {text.count(old)} times, not once")
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _python(self, block: Block, _: str) -> None:
        out = io.StringIO()
        # Line numbers of tracebacks are those of the page.
        code = compile("\n" * (block.line - 1) + block.text, str(block.page), "exec")
        with contextlib.redirect_stdout(out):
            exec(code, self.names)
        self.printed = out.getvalue()

    def _pytest(self, block: Block, _: str) -> None:
        own = self.folder / "pytest.ini"
        if (self.folder / "pyproject.toml").exists():
            own.unlink(missing_ok=True)
        else:
            own.write_text("[pytest]\nservice_flow_stores = memory\n")
        test = self.folder / f"test_block_{block.line}.py"
        test.write_text(block.text, encoding="utf-8")
        self._call(block, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test.name], 0)

    def _console(self, block: Block, option: str) -> None:
        expected = int(option.removeprefix("exit ")) if option else 0
        said = []
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            given = {}
            while words and re.match(r"[A-Z_]+=", words[0]):
                variable, _, value = words.pop(0).partition("=")
                given[variable] = value
            if words and words[0] != "service-flow":
                raise PageError(f"{block.place}: only service-flow is run, not '{words[0]}'")
            if words:
                self._call(block, [sys.executable, "-m", "service_flow.cli", *words[1:]], expected, given)
                said.append(self.printed)
        self.printed = "".join(said)

    def _call(self, block: Block, command: list[str], expected: int, given: dict[str, str] | None = None) -> None:
        hidden = ("PYTEST_ADDOPTS", "SERVICE_FLOW_STORE", "SERVICE_FLOW_BLUEPRINT")
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        done = subprocess.run(
            command, cwd=self.folder, env={**environment, "PYTHONUTF8": "1", **(given or {})}, timeout=SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
        )  # fmt: skip
        self.printed = done.stdout
        if done.returncode != expected:
            shown = " ".join(command[2:])
            raise PageError(f"{block.place}: `{shown}` exited with {done.returncode}, not {expected}:\n{done.stdout}")

    def _flow(self, block: Block, _: str) -> None:
        self.flow = block.text
        found = self._findings(block.text)
        if found:
            raise PageError(f"{block.place}: " + "\n".join(found))

    def _findings(self, text: str) -> list[str]:
        """What is found in a blueprint that has just this flow, and the posts it names."""
        name = (re.findall(r"^flow:\s*(\w+)", text, re.MULTILINE) or ["flow"])[0]
        folder = self.folder / "blueprint_of_a_flow"
        (folder / "flows").mkdir(parents=True, exist_ok=True)
        (folder / "blueprint.yaml").write_text('blueprint: shown\nversion: "1"\n')
        (folder / "flows" / f"{name}.yaml").write_text(text, encoding="utf-8")
        try:
            posts = sorted(_posts(read_model(text, FlowModel, name)[0]))
            (folder / "organisation.yaml").write_text("posts: {" + ", ".join(f"{post}: {{}}" for post in posts) + "}\n")
            found = Blueprint.load(folder).check()
        except BlueprintError as error:
            found = error.findings
        finally:
            (folder / "flows" / f"{name}.yaml").unlink()
        return [str(finding).replace(f"{folder}{os.sep}", "") for finding in found]

    def _compare(self, block: Block) -> None:
        lines = (line.rstrip() for line in block.text.strip("\n").splitlines())
        pattern = "".join(r"(.*\n)*" if line == "..." else _pattern(line) + r"\n" for line in lines)
        printed = "".join(line.rstrip() + "\n" for line in self.printed.strip("\n").splitlines())
        if not re.fullmatch(pattern, printed):
            raise PageError(f"{block.place}: the page shows\n{block.text}\nbut this was printed\n{printed}")


def _pattern(line: str) -> str:
    return ".*".join(map(re.escape, line.split("...")))


def _posts(flow: FlowModel) -> set[str]:
    named = {
        *flow.opening.by,
        *(actor for transition in flow.transitions.values() for actor in transition.by),
    }
    return {*named, *_owners(flow.states)} - set(SYSTEM_ACTORS)


def _owners(states: dict[str, StateModel]) -> set[str]:
    own = {state.owner for state in states.values() if state.owner is not None}
    return own.union(*(_owners(state.states) for state in states.values()))
