"""What architects see in their editor: a real YAML language server with our schemas, and nothing from the network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from language_server import LanguageServer, Problem, Write, running

from service_flow.cli import main
from service_flow.design.language import read_model
from service_flow.design.language.model import CalendarsModel, FlowModel, MigrationModel, OrganisationModel
from service_flow.errors import BlueprintError

ROOT = Path(__file__).parents[2]
FILES = sorted(file for place in ("src", "examples") for file in (ROOT / place).rglob("*.yaml"))
HEAD = "flow: repair\nsubject: request\ninitial: waiting\n"
STATES = f"{HEAD}states:\n  waiting: {{}}\n"
STORY = "scenario: story\nblueprint: ..\nstart: 2026-03-02T09:00:00+01:00\nsteps:\n"


def cursor(text: str) -> tuple[str, int, int]:
    """The text without the mark of the cursor, and where that is in a file that `write` makes of it."""
    before, _, behind = text.partition("|")
    return before + behind, before.count("\n") + 2, len(before) - before.rfind("\n")


# --- what ships


@pytest.fixture(scope="module")
def seen(server: LanguageServer, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[Problem]]:
    """What the server says of all files that ship, and of copies of them with a word more."""
    opened = {file: server.open(file) for file in FILES}
    for file in FILES:
        text = file.read_text("utf-8")
        copy = file.with_name(f"{file.stem}_that_nobody_has.yaml")
        opened[copy] = server.open(copy, f"{text.rstrip()}\nnonsense: 1\n")
    found = {file: document.problems for file, document in opened.items()}
    for document in opened.values():
        document.close()
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_underlined_in_a_file_that_ships_but_a_word_that_is_none_would_be(
    seen: dict[Path, list[Problem]], file: Path
) -> None:
    assert seen[file] == []
    first = file.read_text("utf-8").partition("\n")[0]
    assert first.startswith("# yaml-language-server: $schema="), "the first line names no schema"
    last = len(file.read_text("utf-8").rstrip().splitlines()) + 1
    copy = file.with_name(f"{file.stem}_that_nobody_has.yaml")
    assert seen[copy] == [Problem(last, 1, "Property nonsense is not allowed.")]


def made(folder: Path, *, naming_schemas: bool) -> Path:
    """A blueprint of one's own, with the lines that name schemas, or without."""
    assert CliRunner().invoke(main, ["new", str(folder)]).exit_code == 0
    for file in () if naming_schemas else folder.rglob("*.yaml"):
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if "$schema" not in line), "utf-8")
    return folder


def underlined(server: LanguageServer, folder: Path) -> list[list[str]]:
    """What is said of each file in a folder, and of a word in its end that is none."""
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) == 7
    documents = [server.open(file, file.read_text("utf-8") + "nonsense: 1\n") for file in files]
    return [[problem.message for problem in document.problems] for document in documents]


NONSENSE = [["Property nonsense is not allowed."]] * 7


def test_an_editor_finds_the_schemas_of_what_new_makes(server: LanguageServer, tmp_path: Path) -> None:
    assert underlined(server, made(tmp_path / "our desk", naming_schemas=True)) == NONSENSE


def test_an_editor_finds_the_schemas_that_the_command_adds(server: LanguageServer, tmp_path: Path) -> None:
    folder = made(tmp_path / "our desk", naming_schemas=False)
    assert CliRunner().invoke(main, ["schema", str(folder), "--to", str(tmp_path / "for all")]).exit_code == 0
    assert underlined(server, folder) == NONSENSE


def test_the_settings_on_the_page_of_editors_work_without_lines_in_the_files(
    command: list[str], tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "how-to" / "edit-with-an-editor.md").read_text("utf-8")
    (settings,) = [block for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if "yaml.schemas" in block]
    folder = made(tmp_path / "my_desk", naming_schemas=False)
    schemas = json.loads(settings)["yaml.schemas"]
    with running(command, tmp_path / "log", tmp_path, {"schemas": schemas}) as server:
        assert underlined(server, folder) == NONSENSE
    with running(command, tmp_path / "log", tmp_path) as server:
        assert underlined(server, folder) == [[]] * 7


# --- what is offered

OFFERED = {
    "the words of a state": ("flow", f"{HEAD}states:\n  waiting:\n    |\n", ["clock", "final", "owner", "states"]),
    "the words of a state that is begun": ("flow", f"{HEAD}states:\n  waiting:\n    owner: clerk\n    |\n", ["final"]),
    "words in braces": ("flow", f"{HEAD}states:\n  waiting: {{o|}}\n", ["owner", "final"]),
    "the words of a transition": ("flow", f"{STATES}transitions:\n  go:\n    |\n", ["from", "to", "by", "collect"]),
    "the choices of a clock": ("flow", f"{HEAD}states:\n  waiting:\n    clock: |\n", ["paused", "running", "stopped"]),
    "the choices in braces": ("flow", f"{HEAD}states:\n  waiting: {{clock: |}}\n", ["paused", "running", "stopped"]),
    "every state": ("flow", f"{STATES}transitions:\n  go: {{from: |}}\n", ["any"]),
    "a way back": ("flow", f"{STATES}transitions:\n  go: {{from: any, to: |}}\n", ["history"]),
    "those who are no staff": ("flow", f"{STATES}transitions:\n  go: {{from: any, by: |}}\n", ["customer", "timer"]),
    "a time zone": ("calendars", "calendars:\n  shop:\n    zone: |\n", ["Europe/Berlin", "Asia/Shanghai"]),
    "the types of a field": ("flow", f"{HEAD}data:\n  price: {{type: |}}\n", ["boolean", "money", "text"]),
    "true and false": ("flow", f"{HEAD}data:\n  price: {{type: text, personal: |}}\n", ["true", "false"]),
    "the words of a form": ("flow", f"{STATES}transitions:\n  go:\n    collect:\n      |\n", ["optional", "required"]),
    "the languages of a title": ("flow", f"{HEAD}title:\n  |\n", ["en", "zh"]),
    "the weekdays": ("calendars", "calendars:\n  shop:\n    weekly:\n      |\n", ["friday", "monday", "sunday"]),
    "the steps of a scenario": ("scenario", f"{STORY}  - |\n", ["expect", "open", "perform", "receive", "register"]),
    "a step that is begun": ("scenario", f"{STORY}  - perf|\n", ["perform"]),
    "the words of a step": ("scenario", f"{STORY}  - perform: go\n    |\n", ["on", "by", "data", "refused"]),
    "the refusals": ("scenario", f"{STORY}  - perform: go\n    refused: |\n", ["GuardSaidNo", "NotFromHere"]),
    "the words of a mapping": ("mapping", "|", ["case", "activity", "instant", "transitions"]),
    "the words of a cell": ("mapping", "flow: repair\nperson:\n  |\n", ["column", "value"]),
}


@pytest.mark.parametrize(("kind", "text", "wanted"), OFFERED.values(), ids=OFFERED)
def test_the_words_and_choices_that_are_possible_are_offered(
    write: Write, kind: str, text: str, wanted: list[str]
) -> None:
    text, line, column = cursor(text)
    offered = [offer.label for offer in write(kind, text).offers(line, column)]
    assert [label for label in wanted if label not in offered] == []


def test_what_stands_there_already_or_is_not_possible_is_not_offered(write: Write) -> None:
    text, line, column = cursor(f"{HEAD}states:\n  waiting:\n    owner: clerk\n    |\n")
    offered = [offer.label for offer in write("flow", text).offers(line, column)]
    assert {"owner", "from", "flow", "property"}.isdisjoint(offered)


def test_a_word_is_offered_with_what_it_says(write: Write) -> None:
    text, line, column = cursor(f"{HEAD}states:\n  waiting:\n    |\n")
    owner = next(offer for offer in write("flow", text).offers(line, column) if offer.label == "owner")
    assert owner.help == "the post accountable while a case stands here"


EXAMPLES = {
    "flow": (FlowModel, "|", "flow"),
    "state": (FlowModel, f"{HEAD}states:\n  waiting:\n    |\n", "flow"),
    "state on the line": (FlowModel, f"{HEAD}states:\n  waiting: |\n", "flow"),
    "transition": (FlowModel, f"{STATES}transitions:\n  go:\n    |\n", "flow"),
    "field": (FlowModel, f"{STATES}data:\n  parts:\n    |\n", "flow"),
    "entry": (FlowModel, f"{STATES}entries:\n  again:\n    |\n", "flow"),
    "decision": (FlowModel, f"{STATES}decisions:\n  span:\n    |\n", "flow"),
    "timer": (FlowModel, f"{STATES}timers:\n  chase:\n    |\n", "flow"),
    "promise": (FlowModel, f"{STATES}promises:\n  answer:\n    |\n", "flow"),
    "rule": (FlowModel, f"{STATES}rules:\n  poor:\n    |\n", "flow"),
    "property": (FlowModel, f"{STATES}properties:\n  priced:\n    |\n", "flow"),
    "migration": (MigrationModel, "|", "migration"),
    "organisation": (OrganisationModel, "|", "organisation"),
    "department": (OrganisationModel, "departments:\n  shop:\n    |\n", "organisation"),
    "post": (OrganisationModel, "posts:\n  clerk:\n    |\n", "organisation"),
    "person": (OrganisationModel, "people:\n  kim:\n    |\n", "organisation"),
    "calendars": (CalendarsModel, "|", "calendars"),
    "calendar": (CalendarsModel, "calendars:\n  shop:\n    |\n", "calendars"),
}


@pytest.mark.parametrize("called", EXAMPLES)
def test_an_example_that_is_taken_can_be_read_as_it_stands(write: Write, called: str) -> None:
    model, text, kind = EXAMPLES[called]
    text, line, column = cursor(text)
    document = write(kind, text)
    label = f"{called.removesuffix(' on the line')} (example)"
    taken = next(offer for offer in document.offers(line, column) if offer.label == label).taken(document.text)
    assert taken.count("\n") > document.text.count("\n") + 1
    read_model(taken, model, "the file")
    assert write(kind, taken.partition("\n")[2]).problems == []


@pytest.mark.parametrize(
    ("kind", "text", "label", "asked"),
    [
        ("flow", "|", "Flow (service_flow)", ["flow", "subject", "initial", "states"]),
        ("scenario", f"{STORY}  - |\n", "perform", ["perform", "on", "by"]),
        ("scenario", f"{STORY}  - |\n", "register", ["register", "name", "by"]),
        ("flow", f"{STATES}data:\n  price:\n    |\n", "field", ["type"]),
    ],
    ids=["flow", "perform", "register", "field"],
)
def test_a_part_is_offered_with_all_that_it_needs_its_own_words_first(
    write: Write, kind: str, text: str, label: str, asked: list[str]
) -> None:
    text, line, column = cursor(text)
    first = next(offer for offer in write(kind, text).offers(line, column) if offer.label == label)
    assert [part.split(":")[0].strip(' "') for part in first.text.rstrip().splitlines()] == asked


def test_a_word_that_is_completed_gets_its_short_form_and_nothing_that_is_not_meant(write: Write) -> None:
    text, line, column = cursor(f"{STATES}transitions:\n  go:\n    |\n")
    inserted = {offer.label: offer.text for offer in write("flow", text).offers(line, column)}
    assert [inserted[word].removesuffix("$1") for word in ("from", "to", "by", "title", "when")] == [
        "from: ", "to: ", "by: ", "title: ", "when: ",
    ]  # fmt: skip
    assert inserted["collect"] == "collect:\n  - "


def test_where_the_architect_names_things_the_editor_says_what_is_named_and_how(write: Write) -> None:
    text, line, column = cursor(f"{HEAD}states:\n  |\n")
    (offer,) = write("flow", text).offers(line, column)
    assert (offer.label, offer.text) == ("state", "${1:state}: ")
    assert offer.help.startswith("lower-case letters, digits and underscores")


# --- what is said

SAID = {
    "a word": ("flow", f"{HEAD}states:\n  waiting: {{ow|ner: clerk}}\n", ["#### state", "the post accountable"]),
    "a word that holds a mapping": ("flow", f"{HEAD}open|ing: {{by: clerk}}\n", ["How a case of this flow begins."]),
    "a word in its short form": ("flow", f"{STATES}transitions:\n  go: {{fr|om: waiting}}\n", ["the states it leaves"]),
    "a word in its long form": (
        "flow",
        f"{STATES}transitions:\n  go: {{fr|om: [waiting]}}\n",
        ["the states it leaves"],
    ),
    "an item": ("flow", f"{STATES}transitions:\n  go: {{from: [wait|ing]}}\n", ["a state by its full path"]),
    "a name": ("flow", f"{HEAD}states:\n  wai|ting: {{}}\n", ["A state, "]),
    "a choice": ("flow", f"{HEAD}states:\n  waiting: {{clock: pau|sed}}\n", ["Allowed Values", "`running`"]),
    "a choice that is explained": (
        "flow",
        f"{HEAD}data:\n  price: {{type: mon|ey}}\n",
        ["`money`: an exact amount with its currency"],
    ),
    "a word of a form": (
        "flow",
        f"{STATES}transitions:\n  go: {{collect: {{requ|ired: [price]}}}}\n",
        ["must be given"],
    ),
    "a weekday": ("calendars", "calendars:\n  shop:\n    weekly: {mon|day: 10:00-18:00}\n", ["working hours"]),
    "a step": ("scenario", f"{STORY}  - per|form: go\n    on: order\n    by: ada\n", ["a transition of the case"]),
    "a word of a mapping": ("mapping", "flow: repair\npers|on: who\n", ["who acts"]),
}


@pytest.mark.parametrize(("kind", "text", "wanted"), SAID.values(), ids=SAID)
def test_under_the_mouse_stands_what_a_word_says(write: Write, kind: str, text: str, wanted: list[str]) -> None:
    text, line, column = cursor(text)
    said = write(kind, text).hover(line, column)
    assert [part for part in wanted if part not in said] == []


# --- what is underlined

UNDERLINED = {
    "unknown word": (f"{HEAD}states:\n  waiting: {{|ownr: clerk}}\n", "Property ownr is not allowed."),
    "unknown word of a form": (
        f"{STATES}transitions:\n  go: {{from: any, collect: {{|requird: [price]}}}}\n",
        "Property requird is not allowed.",
    ),
    "unknown language": (f"{HEAD}states:\n  waiting: {{title: {{|de: Wartet}}}}\n", "Property de is not allowed."),
    "number for a text": (f"{HEAD}states:\n  waiting: {{owner: |3}}\n", 'Incorrect type. Expected "string".'),
    "number for a mapping": (f"{HEAD}states:\n  waiting: |3\n", 'Incorrect type. Expected "state".'),
    "number for a text or a list": (
        f"{STATES}transitions:\n  go: {{from: |3}}\n", "Incorrect type. Expected one of string, array.",
    ),
    "number in a list": (f"{STATES}transitions:\n  go: {{from: [waiting, |3]}}\n", 'Incorrect type. Expected "string".'),
    "wrong choice": (
        f"{HEAD}states:\n  waiting: {{clock: |pased}}\n",
        'Value is not accepted. Valid values: "running", "paused", "stopped".',
    ),
    "name in capitals": (
        f"{HEAD}states:\n  waiting: {{}}\n  |Done: {{}}\n",
        "write lower-case letters, digits and underscores, starting with a letter",
    ),
    "owner in capitals": (
        f"{HEAD}states:\n  waiting: {{owner: |Clerk}}\n",
        "write lower-case letters, digits and underscores, starting with a letter",
    ),
    "path in capitals": (
        f"{STATES}transitions:\n  go: {{from: |Waiting}}\n", "write a state by its full path, e.g. need.analysed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), UNDERLINED.values(), ids=UNDERLINED)
def test_a_fault_is_underlined_where_check_finds_it(write: Write, text: str, message: str) -> None:
    if "states:" not in text:
        text += "states: {waiting: {}}\n"
    text, line, column = cursor(text)
    document = write("flow", text)
    assert document.problems == [Problem(line, column, message)]
    with pytest.raises(BlueprintError) as caught:
        read_model(document.text, FlowModel, "the file")
    assert [(found.line, found.column) for found in caught.value.findings] == [(line, column)]


def test_faults_in_a_step_are_those_of_the_step_that_was_begun(write: Write) -> None:
    text = f"{STORY}  - perform: go\n    onn: order\n    by: ada\n  - expect: {{on: order, stat: done}}\n"
    assert write("scenario", text).problems == [
        Problem(6, 5, 'Missing property "on".'),
        Problem(7, 5, "Property onn is not allowed."),
        Problem(9, 25, "Property stat is not allowed."),
    ]


def test_the_server_asked_nothing_of_the_network(server: LanguageServer, server_log: Path, write: Write) -> None:
    assert write("flow", f"{STATES}nonsense: 1\n").problems
    assert "network" not in server_log.read_text("utf-8")
