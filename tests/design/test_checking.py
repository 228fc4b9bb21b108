"""What checking finds in blueprints that can be read: the code, the place and the way out of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service_flow import Blueprint, BlueprintError
from service_flow.design import checking
from service_flow.design.checking.codes import CODES

BLUEPRINT = "blueprint: small\nversion: '1'\n"
ORGANISATION = """\
departments:
  service: {title: Service}
  desk: {part_of: service}
posts:
  clerk: {department: desk, supervisor: head}
  head: {department: service}
people:
  tom: {name: Tom, posts: [clerk]}
"""
CALENDARS = """\
calendars:
  office:
    zone: Europe/Berlin
    weekly: {monday: ['09:00-12:00', '13:00-17:30']}
    dates: {'2026-12-24': '09:00-12:00'}
    holidays: ['2026-12-25']
"""
FLOW = """\
flow: small
subject: request
initial: intake
data:
  kind: {type: choice, choices: [new, old]}
  price: {type: money}
  tags: {type: list, of: text}
states:
  intake:
    initial: received
    states:
      received: {owner: clerk}
      checked: {owner: clerk}
  done: {final: completed}
transitions:
  check: {from: intake.received, to: intake.checked, by: clerk, collect: [kind]}
  finish:
    from: intake
    to:
      - {when: 'kind == "new"', state: done}
      - {state: intake.received}
"""


def found(folder: Path, part: str, old: str, new: str) -> list[str]:
    """The findings after one change to a clean blueprint, as `file:line:column code message`."""
    files = {
        "blueprint.yaml": BLUEPRINT,
        "organisation.yaml": ORGANISATION,
        "calendars.yaml": CALENDARS,
        "flows/small.yaml": FLOW,
    }
    (name,) = [name for name in files if part in name]
    assert old in files[name], "the change must hit something"
    files[name] = files[name].replace(old, new, 1)
    (folder / "flows").mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    try:
        return [str(finding).removeprefix(f"{folder}/") for finding in Blueprint.load(folder).findings]
    except BlueprintError as error:
        return [str(finding).removeprefix(f"{folder}/") for finding in error.findings]


ROWS = [
    ("flows", "    initial: received\n", "", ["flows/small.yaml:9:3: SF201 phase 'intake' does not say which"]),
    ("flows", "initial: received", "initial: recieved", ["flows/small.yaml:10:14: SF202 phase 'intake' has no state 'recieved' inside; did you mean 'received'?"]),
    ("flows", "initial: intake", "initial: intak", ["flows/small.yaml:3:10: SF203 unknown state 'intak'; did you mean 'intake'?"]),
    ("flows", "from: intake.received", "from: received", ["flows/small.yaml:16:17: SF203 unknown state 'received'; did you mean 'intake.received'?"]),
    ("flows", "to: intake.checked", "to: desgn.proposed", ["flows/small.yaml:16:38: SF203 unknown state 'desgn.proposed'"]),
    ("flows", "{state: intake.received}", "{state: intake.recived}", ["flows/small.yaml:21:17: SF203 unknown state 'intake.recived'; did you mean 'intake.received'?"]),
    ("flows", "done: {final: completed}", "done: {final: completed, initial: x}", ["flows/small.yaml:14:37: SF204 'done' has no states inside"]),
    ("flows", "{owner: clerk}\n      checked", "{owner: clerk}\n      any", ["flows/small.yaml:16:38: SF203 unknown state 'intake.checked'"]),
    ("flows", "done: {final: completed}", "done: {final: completed}\n  any: {owner: clerk}", ["flows/small.yaml:15:3: SF205 'any' is a word of the language"]),
    ("flows", "to: intake.checked", "to: any", ["flows/small.yaml:16:38: SF205 a transition leads to one state"]),
    ("flows", "initial: intake\n", "initial: done\n", ["flows/small.yaml:3:10: SF206 a case cannot begin in the final state 'done'"]),
    ("flows", "    initial: received\n", "    initial: received\n    final: x\n", ["flows/small.yaml:3:10: SF206 a case cannot begin", "flows/small.yaml:11:12: SF206 phase 'intake' cannot be final"]),
    ("flows", "{when: 'kind == \"new\"', state: done}", "{state: done}", ["flows/small.yaml:20:17: SF210 the ways of 'finish' behind this one"]),
    ("flows", "received: {owner: clerk}", "received: {owner: clark}", ["flows/small.yaml:12:25: SF220 unknown post 'clark'; did you mean 'clerk'?"]),
    ("flows", "by: clerk", "by: [clerk, clark]", ["flows/small.yaml:16:66: SF220 unknown post 'clark'; did you mean 'clerk'?"]),
    ("flows", "by: clerk", "by: costumer", ["flows/small.yaml:16:58: SF220 unknown post 'costumer'; did you mean 'customer'?"]),
    ("organisation", "posts: [clerk]", "posts: [clerc]", ["organisation.yaml:8:28: SF220 unknown post 'clerc'; did you mean 'clerk'?"]),
    ("organisation", "supervisor: head", "supervisor: haed", ["organisation.yaml:5:41: SF220 unknown post 'haed'; did you mean 'head'?"]),
    ("organisation", "department: desk", "department: desc", ["organisation.yaml:5:23: SF221 unknown department 'desc'; did you mean 'desk'?"]),
    ("organisation", "part_of: service", "part_of: servise", ["organisation.yaml:3:19: SF221 unknown department 'servise'; did you mean 'service'?"]),
    ("organisation", "head: {department: service}", "head: {supervisor: clerk}", ["organisation.yaml:5:41: SF222 'clerk' is above itself: clerk > head > clerk", "organisation.yaml:6:22: SF222"]),
    ("organisation", "part_of: service", "part_of: desk", ["organisation.yaml:3:19: SF222 'desk' is above itself"]),
    ("organisation", "tom:", "timer:", ["organisation.yaml:8:3: SF223 'timer' names a system actor"]),
    ("organisation", "  head: {department: service}", "  head: {department: service}\n  rule: {}", ["organisation.yaml:7:3: SF223 'rule' names a system actor"]),
    ("flows", "{type: choice, choices: [new, old]}", "{type: choice}", ["flows/small.yaml:5:3: SF230 choice 'kind' does not say"]),
    ("flows", "{type: list, of: text}", "{type: list}", ["flows/small.yaml:7:3: SF230 list 'tags' does not say of what"]),
    ("flows", "{type: list, of: text}", "{type: list, of: choice}", ["flows/small.yaml:7:3: SF230 list 'tags' does not say which words"]),
    ("flows", "{type: money}", "{type: money, choices: [a]}", ["flows/small.yaml:6:33: SF231 `choices` means nothing for a field of type money"]),
    ("flows", "{type: list, of: text}", "{type: list, of: text, choices: [a]}", ["flows/small.yaml:7:41: SF231 `choices` means nothing for this list"]),
    ("flows", "collect: [kind]", "collect: [kin]", ["flows/small.yaml:16:75: SF232 unknown field 'kin'; did you mean 'kind'?"]),
    ("flows", "collect: [kind]", "collect: {required: [kind], optional: [kind]}", ["flows/small.yaml:16:104: SF233 'kind' is asked for twice"]),
    ("flows", "kind == \"new\"", "kind = \"new\"", ["flows/small.yaml:20:22: SF234 the guard cannot be read"]),
    ("flows", "kind == \"new\"", "kind == \"nwe\"", ["flows/small.yaml:20:25: SF234 the guard cannot be read"]),
    ("flows", "kind == \"new\"", "price", ["flows/small.yaml:20:16: SF235 a guard must be true or false"]),
    ("calendars", "Europe/Berlin", "Europe/Berln", ["calendars.yaml:3:11: SF240 unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?"]),
    ("calendars", "13:00-17:30", "17:30-17:30", ["calendars.yaml:4:38: SF241 '17:30-17:30' is no span of hours"]),
    ("calendars", "13:00-17:30", "13:00-24:30", ["calendars.yaml:4:38: SF241"]),
    ("calendars", "13:00-17:30", "11:00-17:30", ["calendars.yaml:4:38: SF244 '11:00-17:30' overlaps '09:00-12:00'"]),
    ("calendars", "['09:00-12:00', '13:00-17:30']}", "['22:00-06:00'], tuesday: '05:00-09:00'}", ["calendars.yaml:4:48: SF244 '05:00-09:00' overlaps '22:00-06:00'"]),
    ("calendars", "    holidays", "    public_holidays: DD\n    holidays", ["calendars.yaml:6:22: SF245 no public holidays are known of the country 'DD'"]),
    ("calendars", "    holidays", "    public_holidays: [{country: DE, region: BAY}]\n    holidays", ["calendars.yaml:6:45: SF245 no public holidays are known of the region 'BAY' of DE; did you mean 'BY'?"]),
    ("calendars", "    holidays", "    extends: office\n    holidays", ["calendars.yaml:6:14: SF246 the calendar 'office' extends itself"]),
    ("calendars", "    holidays", "    extends: offcie\n    holidays", ["calendars.yaml:6:14: SF243 unknown calendar 'offcie'; did you mean 'office'?"]),
    ("calendars", "weekly: {monday: ['09:00-12:00', '13:00-17:30']}\n    dates: {'2026-12-24': '09:00-12:00'}", "weekly: {monday: []}", ["calendars.yaml:2:3: SF247 the calendar 'office' is never open"]),
    ("calendars", "weekly: {monday: ['09:00-12:00', '13:00-17:30']}\n    dates: {'2026-12-24': '09:00-12:00'}", "weekly: {monday: '09:00-10:00'}\n    breaks: {monday: '08:00-11:00'}", ["calendars.yaml:2:3: SF247 the calendar 'office' is never open"]),
    ("calendars", "2026-12-25", "2026-12-24", ["calendars.yaml:6:16: SF248 '2026-12-24' stands under `dates` too"]),
    ("calendars", "    holidays", "    rotation: {begins: 2026-01-05, days: ['09:00-12:00']}\n    holidays", ["calendars.yaml:6:5: SF249 `rotation` stands instead of `weekly`"]),
    ("calendars", "weekly: {monday: ['09:00-12:00', '13:00-17:30']}", "rotation: {begins: 2026-01-05}", ["calendars.yaml:4:5: SF249 a rotation needs either `days` or `weeks`"]),
    ("calendars", "weekly: {monday: ['09:00-12:00', '13:00-17:30']}", "rotation: {begins: 2026-02-30, days: ['09:00-12:00', '12:60-13:00']}", ["calendars.yaml:4:24: SF242 '2026-02-30' is no date", "calendars.yaml:4:58: SF241 '12:60-13:00' is no span"]),
    ("calendars", "    zone: Europe/Berlin\n", "", ["calendars.yaml:2:3: SF240 the calendar 'office' has no time zone"]),
    ("calendars", "'2026-12-25'", "'02-30', '2026-12-31 to 2026-12-30'", ["calendars.yaml:6:16: SF242 '02-30' is no date", "calendars.yaml:6:25: SF242 '2026-12-31 to 2026-12-30' ends before it begins"]),
    ("calendars", "    holidays", "    half_days: {12-24: '24:01'}\n    holidays", ["calendars.yaml:6:24: SF241 '24:01' is no time of a day"]),
    ("calendars", "2026-12-25", "2026-02-30", ["calendars.yaml:6:16: SF242 '2026-02-30' is no date"]),
    ("calendars", "2026-12-24", "2026-13-24", ["calendars.yaml:5:13: SF242 '2026-13-24' is no date"]),
    ("blueprint", "version: '1'", "version: '1'\nfeatures: [requests, complaint]", ["blueprint.yaml:3:22: SF250 unknown feature 'complaint'; did you mean 'complaints'?"]),
]  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new", "expected"), ROWS)
def test_a_fault_is_found_at_its_place_with_its_way_out(
    tmp_path: Path, part: str, old: str, new: str, expected: list[str]
) -> None:
    findings = found(tmp_path, part, old, new)
    assert len(findings) == len(expected), findings
    for finding, wanted in zip(findings, expected, strict=True):
        assert wanted in finding


def test_a_clean_blueprint_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, "flows", "flow: small", "flow: small") == []


@pytest.mark.parametrize("name", ["full_process"])
def test_the_shipped_blueprints_have_no_findings(name: str) -> None:
    assert Blueprint.load(name).findings == ()


def test_every_code_that_is_raised_is_in_the_table_and_shown_by_a_test() -> None:
    sources = [
        *Path(checking.__file__).parent.rglob("*.py"),
        Path(checking.__file__).parents[2] / "blueprint.py",
        Path(checking.__file__).parents[2] / "engine" / "rules.py",
        *(Path(checking.__file__).parents[2] / "features").rglob("*.py"),
        *(Path(checking.__file__).parents[1] / "migrating").glob("*.py"),
        Path(checking.__file__).parents[2] / "engine" / "commands" / "migrating.py",
    ]
    raised = {
        code
        for path in sources
        if path.name != "codes.py"
        for code in re.findall(r'"(SF[2-9]\d\d)"', path.read_text(encoding="utf-8"))
    }
    assert raised == set(CODES)
    tests = [file for file in Path(__file__).parents[1].rglob("*") if file.suffix in (".py", ".yaml")]
    shown = {code for file in tests for code in re.findall(r"SF\d\d\d", file.read_text(encoding="utf-8"))}
    assert shown | {"SF804"} >= set(CODES)  # of SF804 its page has the example


def test_what_is_no_blueprint_says_so(tmp_path: Path) -> None:
    for where in ("ful_process", tmp_path, tmp_path / "missing"):
        with pytest.raises(BlueprintError):
            Blueprint.load(where)
    with pytest.raises(BlueprintError, match="did you mean 'full_process'"):
        Blueprint.load("ful_process")
