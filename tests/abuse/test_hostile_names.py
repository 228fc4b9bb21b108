"""Names and texts that were made to hurt: nothing of them is obeyed, and all of them can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from hostile_desks import FEW, TAME, TITLES, blueprint_of, told
from hostile_texts import HALVES, OBEYED, SCRIPTS, TEXTS, seen
from html_trees import check_harmless, tree, with_class
from service_flow import Blueprint, ServiceDesk
from service_flow.cli import main
from service_flow.errors import DataInvalid, ServiceFlowError

NUMBERS = {name: number for number, name in enumerate(TEXTS, 1)}


class Odd:
    """A blueprint with hostile titles, a store with hostile texts, the same with tame ones, and one with few titles."""

    def __init__(self, folder: Path) -> None:
        self.blueprint = blueprint_of(folder / "odd", TITLES)
        self.tame_blueprint = blueprint_of(folder / "tame", TAME)
        self.small = blueprint_of(folder / "small", FEW)
        self.url, self.tame_url = f"sqlite:///{folder}/odd.db", f"sqlite:///{folder}/tame.db"
        told(self.blueprint, f"{self.url}?durability=normal", TEXTS)
        told(self.tame_blueprint, f"{self.tame_url}?durability=normal", {"tame": "A tame text"})


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    return Odd(tmp_path_factory.mktemp("odd"))


def call(*arguments: object, exit_code: int | None = 0) -> Result:
    """Run the command line. Whatever it says, no terminal obeys any of it. None stands for any exit code."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert exit_code in (None, result.exit_code), result.output
    assert "Traceback" not in result.output and "internal error" not in result.output
    assert not OBEYED.findall(result.output.replace("\n", ""))
    return result


# --- the command line


@pytest.fixture(scope="module")
def tame_lines(odd: Odd) -> dict[tuple[str, str], int]:
    """How many lines each command has for tame texts."""
    return {
        (what, kind): call(what, f"{kind}-1", "--store", odd.tame_url).stdout.count("\n")
        for what in ("show", "history")
        for kind in ("CU", "R", "C")
    }


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_told_on_its_own_line_and_can_be_read(
    odd: Odd, tame_lines: dict[tuple[str, str], int], name: str
) -> None:
    for (what, kind), lines in tame_lines.items():
        shown = call(what, f"{kind}-{NUMBERS[name]}", "--store", odd.url).stdout
        assert shown.count("\n") == lines
        assert seen(TEXTS[name]) in seen(shown)
        if name in SCRIPTS:
            assert TEXTS[name] in shown


@pytest.mark.parametrize("name", TEXTS)
def test_json_gives_every_text_back_as_it_was(odd: Odd, name: str) -> None:
    text, number = TEXTS[name], NUMBERS[name]
    shown = [json.loads(call("show", f"{kind}-{number}", "--store", odd.url, "--format", "json").stdout)
             for kind in ("CU", "R", "C")]  # fmt: skip
    assert [case["facts"] for case in shown] == [
        {"name": text, "contact": {text[:100]: text}}, {"need": text}, {"text": text},
    ]  # fmt: skip
    history = json.loads(call("history", f"R-{number}", "--store", odd.url, "--format", "json").stdout)
    assert history["case"]["data"] == {"note": text}
    assert {entry["by"] for entry in history["entries"]} == {text}


def test_titles_of_a_blueprint_are_read_wherever_they_are_shown(odd: Odd) -> None:
    worklist = call("worklist", "--store", odd.url, "--blueprint", odd.blueprint).stdout
    assert len(worklist.splitlines()) == 51  # a line for each case of the first page, and the headings
    story = call("run", odd.blueprint).stdout
    assert len(story.splitlines()) == 3 * len(TITLES) + 2
    case = call("show", "R-1", "--store", odd.url, "--blueprint", odd.blueprint).stdout
    for shown in (worklist, story, case):
        assert TITLES["arabic"] in shown
    call("run", odd.blueprint, "--format", "json")
    call("check", odd.blueprint, exit_code=None)  # whatever is found in such a flow
    call("doctor", "--store", odd.url, "--blueprint", odd.blueprint, "--deep", exit_code=None)


PLACES = (
    ["check", "{}"], ["draw", "{}"], ["draw", "{blueprint}", "--flow", "{}"], ["draw", "{blueprint}", "--format", "{}"],
    ["run", "{}"], ["replay", "{}"], ["import", "{}", "--guess"], ["new", "{}/{}"], ["show", "{}", "--store", "{store}"],
    ["show", "R-1", "--store", "{}"], ["show", "R-1", "--store", "sqlite:///{}.db"], ["show", "R-1", "--{}"], ["{}"],
    ["history", "R-1", "--store", "{store}", "--as-of", "{}"], ["worklist", "--store", "{store}", "--post", "{}"],
    ["worklist", "--store", "{store}", "--blueprint", "{blueprint}", "--person", "{}"],
    ["import", "{}", "--blueprint", "{blueprint}", "--mapping", "{}", "--store", "memory"],
    ["export", "--store", "{store}", "-o", "{}/{}/x"], ["show", "R-1", "--store", "{store}", "--html", "{}/{}"],
)  # fmt: skip


@pytest.mark.parametrize("name", [*TEXTS, *HALVES])
def test_a_name_that_is_nothing_is_refused_in_a_few_lines(
    odd: Odd, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = {**TEXTS, **HALVES}[name].replace("\0", "").replace("/", "_")
    for place in PLACES:
        given = {"blueprint": odd.small, "store": odd.tame_url}
        arguments = [part.replace("{}", text) if "{}" in part else part.format(**given) for part in place]
        result = call(*arguments, exit_code=2)
        assert len(result.output.split("\n")) <= 6, place  # the usage, a blank line and the error at most
        assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*SCRIPTS, "override", "lines", "escapes", "c1", "html", "rich", "shell", "zalgo"])
def test_a_file_of_any_name_is_read_written_and_named_again(odd: Odd, name: str, tmp_path: Path) -> None:
    text = TEXTS[name].replace("/", "_")[:60].rstrip("\\")
    assert call("draw", odd.small, "--format", "html", "-o", tmp_path / text).stdout.count("\n") == 1
    assert call("export", "--store", odd.tame_url, "-o", tmp_path / f"{text}.jsonl").stdout.count("\n") == 1
    call("replay", tmp_path / f"{text}.jsonl")
    log = tmp_path / f"{text}.csv"
    log.write_text("case,activity,when\n1,a,2026-03-01T09:00:00Z\n")
    guess = call("import", log, "--guess").stdout
    assert seen(text) in seen(guess.partition("\n\n")[0].replace("\n# ", " "))
    blueprint = blueprint_of(tmp_path / f"{text} desk", FEW)
    (blueprint / "flows/odd.yaml").write_text("flow: odd\nsubjekt: request\n")
    found = call("check", blueprint, exit_code=1).stdout
    assert seen(text) in seen(found)


# --- pages and drawings


def shape(root: ElementTree.Element) -> set[tuple[str, ...]]:
    """The elements of a page or drawing with the names of their attributes."""
    return {(element.tag, *sorted(element.attrib)) for element in root.iter()}


def timeline(case: str, url: str, *more: object) -> ElementTree.Element:
    page = call("history", case, "--store", url, "--html", "-", *more).stdout
    check_harmless(page)
    return tree(page)


@pytest.mark.parametrize("name", TEXTS)
def test_a_timeline_shows_every_text_and_has_no_element_of_theirs(odd: Odd, name: str) -> None:
    for kind, times in (("R", 4), ("CU", 3)):
        page, tame = timeline(f"{kind}-{NUMBERS[name]}", odd.url), timeline(f"{kind}-1", odd.tame_url)
        assert shape(page) <= shape(tame) | {("div", "class")}  # a long text has another class
        for lang in ("en", "zh"):
            (article,) = with_class(page, f"in-{lang}")
            assert seen("".join(article.itertext())).count(seen(TEXTS[name])) >= times


def test_a_timeline_shows_the_titles_of_the_blueprint(odd: Odd) -> None:
    page = timeline("R-1", odd.url, "--blueprint", odd.blueprint)
    assert TITLES["arabic"] in "".join(page.itertext())


@pytest.fixture(scope="module", params=["en", "zh"])
def drawn(odd: Odd, request: pytest.FixtureRequest) -> dict[str, tuple[str, str]]:
    """The flow in every form: with hostile titles, and with tame ones."""
    return {
        form: tuple(
            call("draw", blueprint, "--flow", "odd", "--format", form, "--lang", request.param).stdout
            for blueprint in (odd.blueprint, odd.tame_blueprint)
        )
        for form in ("mermaid", "svg", "html")
    }  # type: ignore[return-value]


def test_a_drawing_with_hostile_titles_has_the_elements_of_a_tame_one(drawn: dict[str, tuple[str, str]]) -> None:
    svg, tame = map(ElementTree.fromstring, drawn["svg"])
    assert shape(svg) == shape(tame)
    html, tame_html = drawn["html"]
    check_harmless(html)
    assert shape(tree(html)) == shape(tree(tame_html))
    assert len(list(tree(html).iter("article"))) == len(list(tree(tame_html).iter("article")))


def test_every_hostile_title_can_be_read_in_each_drawing(drawn: dict[str, tuple[str, str]]) -> None:
    svg, html = ElementTree.fromstring(drawn["svg"][0]), tree(drawn["html"][0])
    tips = [seen(tip.text or "") for tip in svg.iter() if tip.tag.endswith("title")]
    titles = {article.get("id", ""): seen(article.get("data-title", "")) for article in html.iter("article")}
    mermaid = drawn["mermaid"][0].split("\n")
    for number, (name, title) in enumerate(TITLES.items()):
        left = seen(re.sub("\x1b\\].*?\x07|\x1b\\[[0-9;]*m", "", title))
        assert any(left in tip for tip in tips), name
        assert titles[f"odd/state/state_{number}"] == titles[f"odd/transition/step_{number}"] == left, name
        (line,) = [line for line in mermaid if line.endswith(f"as s_state_{number}")]
        label = re.fullmatch(r' *state "([^"]*)" as \w+', line)
        assert label is not None
        assert seen(re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label[1])) == left, name


def test_mermaid_has_the_lines_of_a_tame_drawing_and_no_sign_of_its_own_in_a_label(
    drawn: dict[str, tuple[str, str]],
) -> None:
    hostile, tame = (text.split("\n") for text in drawn["mermaid"])
    assert len(hostile) == len(tame)
    for line, same in zip(hostile, tame, strict=True):
        label = re.fullmatch(r'( *state ")([^"]*)(" as \w+(?: \{)?)|( *\w+ --> \w+ : )(.*)', line)
        if label is None:
            assert line == same
        else:
            assert not re.search(r'[<>{}"`\\\[\]%:&;|]', re.sub(r"#\d+;", "", label[2] or label[5] or ""))


# --- there and back


def test_an_export_holds_every_text_and_nothing_that_a_terminal_obeys(odd: Odd, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    call("export", "--store", odd.url, "-o", file)
    assert call("replay", file).stdout.endswith("everything as it was stored\n")
    lines = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    names = [line["event"]["facts"]["name"] for line in lines if "name" in line.get("event", {}).get("facts", {})]
    assert names == list(TEXTS.values())
    call("export", "--store", odd.url, "-o", "-")


MAPPING = """flow: odd
case: case
activity: activity
instant: when
person: person
post: {value: post_0}
customer: customer
opening: {transition: opened, need: {column: need}}
transitions: {"?": say}
"""


def quoted_csv(*cells: str) -> str:
    return ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells) + "\n"


def test_a_log_brings_every_text_in_as_it_was_and_its_report_is_read_on_any_terminal(odd: Odd, tmp_path: Path) -> None:
    texts = [text for text in TEXTS.values() if "\0" not in text and "\r" not in text]
    columns = ["case", "activity", "when", "person", "customer", "need"]
    log, mapping = tmp_path / "log.csv", tmp_path / "mapping.yaml"
    with log.open("w", encoding="utf-8", newline="") as file:
        file.write(quoted_csv(*columns))
        for number, text in enumerate(texts):
            for activity in ("opened", text):
                file.write(quoted_csv(str(number), activity, "2026-03-02T09:00:00Z", text[:100], text, text))
    mapping.write_text(MAPPING)
    store = f"sqlite:///{tmp_path}/imported.db"
    report = call("import", log, "--blueprint", odd.blueprint, "--mapping", mapping, "--store", store).stdout
    assert len(report.splitlines()) == 5 + 20 + 1  # the counts, twenty reasons, how many more there are
    for number, text in enumerate(texts, 1):
        customer, request = (
            json.loads(call("show", f"{kind}-{number}", "--store", store, "--format", "json").stdout)
            for kind in ("CU", "R")
        )
        assert (customer["facts"]["name"], request["facts"]["need"]) == (text.strip(), text.strip())
    call("import", log, "--guess", "--blueprint", odd.blueprint)
    log.write_text(quoted_csv(*(text.replace("\n", " ")[:200] for text in texts)) + quoted_csv(*texts), "utf-8")
    call("import", log, "--guess")
    call("import", log, "--blueprint", odd.blueprint, "--mapping", mapping, "--store", store, exit_code=2)


# --- what is refused


@pytest.fixture(scope="module")
def full_process() -> Blueprint:
    return Blueprint.load("full_process")


@pytest.mark.parametrize("name", [*TEXTS, *HALVES])
def test_no_refusal_or_error_quotes_a_text_of_a_customer(name: str, full_process: Blueprint) -> None:
    text = {**TEXTS, **HALVES}[name]
    with ServiceDesk(full_process) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        case = desk.requests.open(customer=anna, need="x", by="tom")

        def form(**data: object) -> None:
            desk.requests.perform(case, "analyse", by="tom", data=data)

        tried = [
            lambda: desk.customers.register(name=text * (100_001 // len(text) + 1), by="tom"),
            lambda: desk.customers.register(name="x", contact={text: 1}, by="tom"),  # type: ignore[dict-item]
            lambda: desk.customers.register(name="x", contact=text, by="tom"),  # type: ignore[arg-type]
            lambda: form(kind=text), lambda: form(kind={text: text}), lambda: form(kind=[text]),
            lambda: form(kind="product", requirements={text: text}), lambda: form(kind="product", price=text),
            lambda: desk.requests.perform(case, "take_order", by="tom", data=dict.fromkeys(
                ("items", "price", "delivery_way", "due_date"), text)),
            lambda: desk.requests.perform(case, "analyse", by="tom", data=text),  # type: ignore[arg-type]
            lambda: desk.complaints.receive(customer=anna, about=case, text=[text], by="tom"),  # type: ignore[arg-type]
        ]  # fmt: skip
        for refused in tried:
            with pytest.raises(ServiceFlowError) as caught:
                refused()
            said = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
            assert text[:20] not in said
            assert len(said) < 2_000
            assert not OBEYED.search(said.replace("\n", ""))


@pytest.mark.parametrize("name", HALVES)
def test_half_a_character_is_refused_before_anything_is_kept(name: str, full_process: Blueprint) -> None:
    with ServiceDesk(full_process) as desk:
        anna = desk.customers.register(name="Anna", by="tom")
        for keep in (
            lambda: desk.customers.register(name=HALVES[name], by="tom"),
            lambda: desk.customers.register(name="x", contact={"email": HALVES[name]}, by="tom"),
            lambda: desk.requests.open(customer=anna, need=HALVES[name], by="tom"),
        ):
            with pytest.raises(DataInvalid, match="lone surrogate"):
                keep()
        assert desk.store.count()["events"] == 1
