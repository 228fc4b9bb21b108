"""The blueprint written in Python is the one of examples/first_flow, its program runs, and its types are right."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from service_flow import Blueprint, ServiceDesk

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAM = EXAMPLES / "from_python" / "repair_shop.py"


@pytest.fixture(scope="module")
def repair_shop() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repair_shop", PROGRAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_the_blueprint_that_first_flow_writes_in_yaml(repair_shop: ModuleType) -> None:
    made, read = repair_shop.blueprint(), Blueprint.load(EXAMPLES / "first_flow")
    for part in ("blueprint", "flows", "organisation", "calendars"):
        assert getattr(made.source, part) == getattr(read.source, part), part
    assert {name: flow.revision for name, flow in made.flows.items()} == {
        name: flow.revision for name, flow in read.flows.items()
    }


def test_its_program_tells_of_a_repair_and_writes_a_folder_that_reads_back(
    repair_shop: ModuleType, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, str(PROGRAM), "my_shop"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    told, written = run.stdout.splitlines()[:-1], run.stdout.splitlines()[-1]
    assert told[-1] == "accept -> at_work by customer"
    assert written.startswith("wrote my_shop")
    assert Blueprint.load(tmp_path / "my_shop").source.flows == repair_shop.blueprint().source.flows


def test_a_case_opened_on_the_flow_from_python_goes_on_with_the_flow_from_yaml(
    repair_shop: ModuleType, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    with ServiceDesk(repair_shop.blueprint(), url) as desk:
        anna = desk.customers.register(name="Anna", by="ada")
        desk.requests.open(customer=anna, need="A drill", by="ada")
    with ServiceDesk(Blueprint.load(EXAMPLES / "first_flow"), url) as desk:
        desk.requests.perform("R-1", "quote", by="bruno", data={"fault": "worn", "price": "40 EUR"})
        assert desk.requests.get("R-1").state == "quoted"
        assert len({event.revision for event in desk.history("R-1").events}) == 1


@pytest.mark.parametrize("plugin", ["", "plugins = pydantic.mypy\n"], ids=["plain", "with pydantic's plugin"])
def test_the_example_is_typed_for_those_with_and_without_the_plugin(plugin: str, tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = true\nfollow_imports = silent\n{plugin}")
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path)]
    run = subprocess.run([*command, str(PROGRAM)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
