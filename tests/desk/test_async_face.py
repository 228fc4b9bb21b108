"""Both desks have one face: the same names, parameters and docstrings, and types that a type checker knows."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from async_desks import SMALL, play

from service_flow import AsyncServiceDesk, Blueprint, ServiceDesk
from service_flow.engine.commands.awaited import AsyncCases
from service_flow.engine.commands.cases import Cases
from service_flow.engine.feature import Feature
from service_flow.features import DEFAULT

FACES = [(ServiceDesk, AsyncServiceDesk), (Cases, AsyncCases), *((each.offer, each.offer_async) for each in DEFAULT)]


def public(face: Any) -> dict[str, Any]:
    """The public names of a class; `opened` and `face` only say what it is a face of."""
    return {name: inspect.getattr_static(face, name) for name in dir(face) if name[0] != "_"} | {"opened": 0, "face": 0}


@pytest.mark.parametrize(("sync", "awaited"), FACES, ids=lambda face: face.__name__)
def test_both_faces_have_the_same_methods_with_the_same_parameters(sync: Any, awaited: Any) -> None:
    assert public(sync).keys() == public(awaited).keys()
    for name, method in public(sync).items():
        twin = public(awaited)[name]
        if not inspect.isfunction(method):
            assert type(twin) is type(method), name
            continue
        assert inspect.iscoroutinefunction(twin), name
        if name != "close":
            assert inspect.getdoc(twin) == inspect.getdoc(method), name
        ours, theirs = (inspect.signature(each).parameters.values() for each in (method, twin))
        assert [str(each) for each in ours] == [str(each) for each in theirs], name
        assert [each.kind for each in ours] == [each.kind for each in theirs], name
        assert inspect.signature(method).return_annotation == inspect.signature(twin).return_annotation, name


def test_both_desks_are_made_of_the_same_and_have_the_same_names() -> None:
    assert inspect.signature(AsyncServiceDesk) == inspect.signature(ServiceDesk)

    async def story() -> set[str]:
        async with AsyncServiceDesk(SMALL) as desk:
            return {name for name in vars(desk) if name[0] != "_"}

    with ServiceDesk(SMALL) as desk:
        assert play(story()) == {name for name in vars(desk) if name[0] != "_"}


def test_a_feature_without_an_async_face_says_what_is_missing() -> None:
    class Box(Cases):
        opened = DEFAULT[1].offer.opened  # type: ignore[attr-defined]

    async def story() -> None:
        async with AsyncServiceDesk(Blueprint(SMALL.source, (*DEFAULT, Feature("box", Box)))) as desk:
            with pytest.raises(AttributeError, match="'box': that feature offers nothing here; hand offer_async= to"):
                desk.box  # type: ignore[attr-defined]  # noqa: B018
            with pytest.raises(AttributeError, match=r"has no 'boxes'$"):
                desk.boxes  # type: ignore[attr-defined]  # noqa: B018

    play(story())


TYPED = """
from typing import assert_type

from service_flow import AsyncServiceDesk, Outcome, Verdict
from service_flow.engine.commands import Option
from service_flow.engine.views import Case, History, Page, WorkItem


async def use(desk: AsyncServiceDesk) -> None:
    anna = assert_type(await desk.customers.register(name="Anna", by="tom"), Outcome)
    request = assert_type(await desk.requests.open(customer=anna, need="A pump", by="tom", channel="phone"), Outcome)
    assert_type(await desk.complaints.receive(customer=anna, text="Loud", by="tom", about=request), Outcome)
    assert_type(await desk.requests.perform(request, "analyse", by="tom", data={"kind": "advice"}), Outcome)
    assert_type(await desk.requests.may("R-1", "analyse", by="tom"), Verdict)
    assert_type(await desk.requests.options(request, by="tom"), list[Option])
    assert_type(await desk.requests.get(request), Case)
    assert_type(await desk.requests.list(open_only=True), Page[WorkItem])
    assert_type(await desk.customers.list(limit=5), Page[Case])
    assert_type(await desk.history(request, limit=5), History)
    assert_type(await desk.worklist(post="clerk"), Page[WorkItem])
    assert_type(desk.requests.subject, str)
    assert_type(await desk.close(), None)


async def misuse(desk: AsyncServiceDesk) -> None:
    await desk.requests.perform("R-1", "analyse")  # says: Missing named argument "by"
    await desk.requests.perform("R-1", "analyse", by=3)  # says: has incompatible type "int"; expected "str"
    await desk.requests.open(needs="A pump", by="tom", customer="CU-1")  # says: Unexpected keyword argument "needs"
    await desk.worklist("clerk")  # says: Too many positional arguments
    desk.request  # says: "AsyncServiceDesk" has no attribute "request"
"""


def test_a_type_checker_knows_every_call(tmp_path: Path) -> None:
    script = tmp_path / "use.py"
    script.write_text(TYPED, encoding="utf-8")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "MYPYPATH": str(root / "src")}
    command = ["mypy", "--strict", "--config-file=", "--follow-imports=silent", str(script)]
    run = subprocess.run(
        [sys.executable, "-m", *command, "--cache-dir", str(root / ".mypy_cache" / "typed_use")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrong = [line for line in run.stdout.splitlines() if ": error: " in line]
    expected = [
        (number, line.partition("# says: ")[2]) for number, line in enumerate(TYPED.splitlines(), 1) if "# says" in line
    ]
    assert [line.split(":")[1] for line in wrong] == [str(number) for number, _ in expected], run.stdout + run.stderr
    for line, (_, said) in zip(wrong, expected, strict=True):
        assert said in line
