"""A first mapping of a log: what is told by names and cells, and what is asked because nobody can know it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from real_logs import real_log
from small_logs import HEADER, REPAIR, ROWS, commands_on, flow, imported, told
from xes_logs import event, from_csv, log, trace

from service_flow.blueprint import Blueprint
from service_flow.desk import ServiceDesk
from service_flow.engine.store import open_store
from service_flow.errors import InputError
from service_flow.insight.histories import guess_mapping, import_log
from service_flow.insight.histories.guessing.text import ASK, LEFT_OUT
from service_flow.insight.histories.mapping import MappingWords, read_mapping

EXAMPLES = Path(__file__).parents[2] / "examples"


def words(folder: Path, text: str) -> MappingWords:
    """The guess as it is read back."""
    path = folder / "guess.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path).words


def guessed(folder: Path, content: str | bytes, *flows: object, name: str = "log.csv") -> tuple[str, MappingWords]:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    guess = guess_mapping(folder / name, flows)  # type: ignore[arg-type]
    assert guess.questions == len(re.findall(rf"^ *# {ASK}", guess.text, re.MULTILINE))
    return guess.text, words(folder, guess.text)


def answered(text: str, **answers: str) -> str:
    """The text with lines put in that its marks took out: each is named by its word, and has its answer."""
    for word, value in answers.items():
        marked = re.compile(rf"^( *){re.escape(LEFT_OUT)}{re.escape(word)}: .*$", re.MULTILINE)
        text, count = marked.subn(rf"\1{word}: {value}", text)
        assert count == 1, word
    return text


SHOP = HEADER + "\n" + ROWS.replace("2026-03-02 08:30", "2026-03-02T08:30:00+01:00").replace(" 09:", "T09:")


def test_columns_are_known_by_their_names_and_cells(tmp_path: Path) -> None:
    _, found = guessed(tmp_path, SHOP)
    assert (found.case, found.activity, found.instant.column) == ("job", "step", "time")
    assert found.person is not None and found.person.column == "who"
    assert found.customer is not None and found.customer.column == "client"
    assert (found.log.name, found.log.format) == ("log.csv", "csv")


def test_without_a_blueprint_each_activity_gets_a_transition_of_its_name(tmp_path: Path) -> None:
    text, found = guessed(tmp_path, SHOP)
    assert found.transitions["Look at it"] == "look_at_it"
    assert set(found.transitions) == {"Look at it", "Offer", "Say", "Done", "Dance", "Paint it"}
    assert f"# {ASK}Which flow do the cases take?" in text
    assert f"# {ASK}Are the transitions of your flow called so?" in text
    assert f"{LEFT_OUT}post:" in text


def test_with_a_blueprint_activities_become_transitions_that_are_called_alike(tmp_path: Path) -> None:
    rows = SHOP.replace("Look at it", "Inspected").replace("Offer", "Quote!").replace("Done", "Finish the repair")
    text, found = guessed(tmp_path, rows, flow("client", "customer"), flow())
    assert found.flow == "repair"
    assert found.transitions == {"Inspected": "inspect", "Quote!": "quote", "Finish the repair": "finish"}
    assert re.search(rf"^  {re.escape(LEFT_OUT)}Dance: ", text, re.MULTILINE)
    assert "Without an activity are: note, hold, resume, scrap, reopen." in re.sub(r"\s*\n\s*# ", " ", text)


def test_a_column_fills_the_field_that_is_called_like_it_if_its_cells_can(tmp_path: Path) -> None:
    rows = SHOP.replace("defect", "Fault").replace("cost", "Price").replace("remark", "Note")
    text, found = guessed(tmp_path, rows, flow())
    assert {name: cell.column for name, cell in found.data.items()} == {
        "fault": "Fault", "price": "Price", "hours": "hours", "note": "Note",
    }  # fmt: skip
    text, found = guessed(tmp_path, rows.replace("broken", "smashed"), flow())
    assert "fault" not in found.data
    assert f"# {ASK}Is this the column? 20% of its cells are no value of the field." in text
    assert f"  {LEFT_OUT}fault: Fault" in text


def test_what_the_guess_leaves_open_is_asked_and_the_answers_make_it_whole(tmp_path: Path) -> None:
    source = tmp_path / "shop.csv"
    source.write_text(HEADER + "\n" + ROWS.replace("+01:00", ""))
    guess = guess_mapping(source, [flow(), flow("client", "customer")])
    path = tmp_path / "guess.yaml"
    path.write_text(guess.text)
    with open_store("memory") as store, pytest.raises(InputError, match="give the `zone`"):
        import_log(commands_on(store), source, path)
    marked = re.escape(LEFT_OUT)
    block = re.search(rf"^{marked}post:\n(?: +{marked}.*\n)+", guess.text, re.MULTILINE)
    assert block is not None
    post = block[0].replace(LEFT_OUT, "")
    text = answered(guess.text.replace(block[0], post), zone="Europe/Berlin", **{
        "Look at it": "inspect", "Offer": "quote", "Done": "finish", "Say": "note", "Paint it": "paint",
    })  # fmt: skip
    for cell, name in (("T", "technician"), ("C", "clerk")):
        text, count = re.subn(rf"^    {cell}: .*$", f"    {cell}: {name}", text, flags=re.MULTILINE)
        assert count == 1
    path.write_text(text.replace("data:\n", "data:\n  fault: defect\n  price: cost\n  note: remark\n"))
    with open_store("memory") as store, open_store("memory") as other:
        found = import_log(commands_on(store), source, path)
        assert told(found) == told(imported(other, tmp_path))


@pytest.mark.parametrize(
    ("cells", "formats", "asked"),
    [
        (("2026-03-01T09:00:00Z", "2026-03-02T09:00:00+01:00"), None, ()),
        (("2026-03-01 09:00", "2026-03-02 10:00"), None, ("zone",)),
        (("31.03.2026 09:00", "1.4.2026 10:00"), ["%d.%m.%Y %H:%M"], ("zone",)),
        (("03/31/2026 09:00", "04/01/2026 10:00"), ["%m/%d/%Y %H:%M"], ("zone",)),
        (("03/04/2026 09:00 AM", "05/06/2026 10:00 PM"), ["%d/%m/%Y %I:%M %p"], ("zone", "or is it")),
        (("2026年3月31日 09:00", "2026年4月1日 10:00"), ["%Y年%m月%d日 %H:%M"], ("zone",)),
        (("31.03.2026 09:00", "2026-04-01 10:00"), ["%d.%m.%Y %H:%M", "iso"], ("zone",)),
        (("31.03.2026 09:00 +0200", "01.04.2026 10:00 +0200"), ["%d.%m.%Y %H:%M %z"], ()),
    ],
)
def test_the_format_of_instants_is_found_and_zone_and_double_meanings_are_asked(
    tmp_path: Path, cells: tuple[str, str], formats: list[str] | None, asked: tuple[str, ...]
) -> None:
    rows = f"case,activity,when\n1,begin,{cells[0]}\n1,end,{cells[1]}\n"
    text, found = guessed(tmp_path, rows)
    assert sorted(found.instant.format or []) == sorted(formats or [])
    questions = "\n".join(line.lower() for line in text.splitlines() if ASK in line)
    assert [word for word in ("zone", "or is it") if word in questions] == list(asked)


@pytest.mark.parametrize(
    ("content", "delimiter", "encoding"),
    [
        (b"case;activity;when\n1;a,b;2026-03-01\n2;c;2026-03-02\n", ";", "utf-8"),
        ("case\tactivity\twhen\n1\tPrüfen\t2026-03-01\n".encode("cp1252"), "\t", "cp1252"),
        ("\ufeffcase|activity|when\n1|a|2026-03-01\n".encode(), "|", "utf-8"),
        ("case,activity,when\n1,a,2026-03-01\n".encode("utf-16"), ",", "utf-16"),
        ("案件编号,活动,时间\n1,登记客户的服务需求,2026-03-01\n1,回访,2026-03-02\n".encode("gb18030"), ",", "gb18030"),
        (b'case,activity,when\n1,"a;b;c;d",2026-03-01\n', ",", "utf-8"),
    ],
)
def test_delimiter_and_encoding_are_found_and_an_old_encoding_is_asked(
    tmp_path: Path, content: bytes, delimiter: str, encoding: str
) -> None:
    text, found = guessed(tmp_path, content)
    assert (found.log.delimiter, found.log.encoding) == (delimiter, encoding)
    assert ("is this the right encoding?" in text.lower()) == (encoding in ("cp1252", "gb18030"))
    assert found.case != "?" and found.instant.column != "?"


def test_a_chinese_log_has_its_columns_and_numbered_transitions(tmp_path: Path) -> None:
    rows = "工单号,环节,操作时间,处理人,客户名称\n1,登记,2026/03/01 09:00,王,甲\n1,回访,2026/03/02 09:00,王,甲\n"
    _, found = guessed(tmp_path, rows)
    assert (found.case, found.activity, found.instant.column) == ("工单号", "环节", "操作时间")
    assert found.person is not None and found.person.column == "处理人"
    assert found.customer is not None and found.customer.column == "客户名称"
    assert found.transitions == {"登记": "step_1", "回访": "step_2"}


def test_numbers_with_commas_and_amounts_without_currency_are_noted(tmp_path: Path) -> None:
    rows = "case;activity;when;price\n1;quote;2026-03-01T09:00Z;1.234,50\n1;finish;2026-03-02T09:00Z;\n"
    text, found = guessed(tmp_path, rows, flow())
    assert (found.log.decimal, found.log.thousands) == (",", ".")
    assert f"{LEFT_OUT}price: {{column: price, currency: EUR}}" in text
    assert "Its amounts name no currency." in text


def test_a_log_without_a_column_for_a_word_asks_and_the_import_says_what_there_is(tmp_path: Path) -> None:
    text, found = guessed(tmp_path, "case,y\nfoo,1\nbar,1\n")
    assert found.instant.column == "?"
    assert "None holds instants. There are: case, y." in text
    with open_store("memory") as store, pytest.raises(InputError, match=r"has no column '\?'. It has: case, y"):
        mapping = (tmp_path / "guess.yaml").read_text().replace(f"flow: {found.flow}", "flow: repair")
        (tmp_path / "guess.yaml").write_text(mapping)
        import_log(commands_on(store), tmp_path / "log.csv", tmp_path / "guess.yaml")


def test_a_list_with_one_row_for_each_case_is_doubted(tmp_path: Path) -> None:
    text, _ = guessed(tmp_path, "id,status,date\n1,open,2026-03-01\n2,closed,2026-03-02\n")
    assert "Is this a log? Every row is a case of its own" in text


def test_a_file_without_names_in_its_first_line_is_doubted(tmp_path: Path) -> None:
    text, _ = guessed(tmp_path, "1,begin,2026-03-01 09:00\n1,end,2026-03-02 09:00\n")
    assert "has the log a first line with the names of its columns?" in text.lower()


def test_an_opening_that_all_cases_begin_with_is_asked(tmp_path: Path) -> None:
    begun = "".join(f"{case},Registered,2026-03-01T09:00Z\n{case},Inspect,2026-03-02T09:00Z\n" for case in range(5))
    text, _ = guessed(tmp_path, f"case,activity,when\n{begun}", flow())
    assert f"{LEFT_OUT}opening: {{transition: registered}}" in text
    assert f"{LEFT_OUT}Registered: registered" in text


def test_the_cells_of_a_log_are_not_repeated_but_for_its_activities(tmp_path: Path) -> None:
    text, _ = guessed(tmp_path, SHOP.replace("Anna", "Geheim").replace("tom", "Secret"), flow())
    assert "Geheim" not in text and "Secret" not in text


def test_an_xes_log_is_guessed_by_its_attributes(tmp_path: Path) -> None:
    text, found = guessed(tmp_path, from_csv(), flow(), name="shop.xes")
    assert (found.log.format, found.case, found.activity) == ("xes", "case:concept:name", "concept:name")
    assert found.customer is not None and found.customer.column == "case:client"
    assert "delimiter" not in text


def test_of_starts_and_ends_the_ends_are_taken(tmp_path: Path) -> None:
    both = [
        event(step="Inspect", time="2026-03-02T09:00:00Z", **{"lifecycle:transition": phase})
        for phase in ("start", "complete", "complete")
    ]
    text, found = guessed(tmp_path, log(trace("1", *both), trace("2", *both)), flow(), name="shop.xes")
    assert found.lifecycle is not None and found.lifecycle.only == ["complete"]
    assert "complete 4, start 2" in text
    assert "Inspect: inspect  # 4 rows" in text


ODD = """Vorg,Status_neu,Am,MA,KdNr,Kanal2,Prio
A1,Neu,2026-03-01 09:00,hh,K1,tel,1
A1,In Arbeit,2026-03-01 10:00,hh,K1,tel,1
A1,Erledigt,2026-03-02 09:00,jj,K1,tel,1
A2,Neu,2026-03-03 09:00,hh,K2,mail,2
A2,Erledigt,2026-03-04 09:00,hh,K2,mail,2
A3,Neu,2026-03-05 09:00,jj,K1,tel,1
A3,Erledigt,2026-03-06 09:00,hh,K1,tel,1
"""


def test_columns_of_unusual_names_are_found_by_how_their_cells_go_together_and_asked(tmp_path: Path) -> None:
    text, found = guessed(tmp_path, ODD)
    assert (found.case, found.activity, found.instant.column) == ("Vorg", "Status_neu", "Am")
    assert text.count("No column is called so; this one goes by its cells.") == 2
    mixed = "\n".join(",".join(reversed(line.split(","))) for line in ODD.splitlines())
    _, found = guessed(tmp_path, mixed, name="mixed.csv")
    assert (found.case, found.activity) == ("Vorg", "Status_neu")


def test_what_goes_together_in_no_way_is_left_as_a_question(tmp_path: Path) -> None:
    rows = "".join(f"w{number % 3},v{number % 2},2026-03-01 09:{number:02}\n" for number in range(12))
    text, found = guessed(tmp_path, f"x,y,z\n{rows}")
    assert (found.case, found.activity, found.instant.column) == ("?", "?", "z")
    assert text.count("No column is called so. There are: x, y, z.") == 2


def test_names_that_are_merely_spelt_a_little_alike_are_no_guess(tmp_path: Path) -> None:
    flows = Blueprint.load("full_process").flows.values()
    text, _ = guessed(tmp_path, ODD, *flows)
    assert "Erledigt: which_one" in text  # and not credit
    assert "Prio" not in text.split("transitions:")[1]  # and not price


def test_a_column_with_a_role_fills_no_field_that_is_only_near_in_name(tmp_path: Path) -> None:
    rows = "case,activity,when,who,defect\n1,Inspect,2026-03-01 09:00,tom,x\n1,Finish,2026-03-02 09:00,ida,y\n"
    more = {"who_paid": {"type": "text"}, "defect_text": {"type": "text"}}
    text, _ = guessed(tmp_path, rows, flow(data={**REPAIR["data"], **more}))
    assert "who_paid: " not in text
    assert f"{LEFT_OUT}defect_text: defect" in text


def test_the_flow_is_asked_where_the_log_does_not_tell_and_not_where_one_is_handed_in(tmp_path: Path) -> None:
    flows = Blueprint.load("full_process").flows
    text, found = guessed(tmp_path, ODD, *flows.values())
    said = " ".join(text.replace("\n#", "").split())
    assert found.flow == "service_request"
    assert "Ask: Is this the flow? The activities and columns of the log do not tell. It may be complaint;" in said
    text, found = guessed(tmp_path, ODD, flows["complaint"])
    assert found.flow == "complaint"
    assert "Is this the flow?" not in text


@pytest.mark.parametrize(
    ("activities", "name"),
    [
        (("Acknowledge", "Investigate", "Agree the remedy", "Close"), "complaint"),
        (("Analyse", "Propose", "Schedule", "Dispatch"), "service_request"),
        # Most rows are of steps that both have: the others tell.
        (("Ask the customer",) * 6 + ("Acknowledge", "Investigate", "Contest"), "complaint"),
    ],
)
def test_the_flow_that_has_the_steps_of_the_log_is_taken_without_a_question(
    tmp_path: Path, activities: tuple[str, ...], name: str
) -> None:
    rows = "".join(
        f"{case},{step},2026-03-0{case} 09:{at:02}\n" for case in (1, 2) for at, step in enumerate(activities)
    )
    text, found = guessed(tmp_path, f"case,activity,when\n{rows}", *Blueprint.load("full_process").flows.values())
    assert found.flow == name
    assert "Is this the flow?" not in text


def test_of_the_fields_without_a_column_those_are_asked_without_which_rows_are_refused(tmp_path: Path) -> None:
    rows = "case,activity,when\n1,Offer,2026-03-01 09:00\n1,Quote,2026-03-02 09:00\n"
    text, _ = guessed(tmp_path, rows, flow())
    said = " ".join(text.replace("\n#", "").split())
    assert "a transition of this mapping does not go without: price." in said
    assert "No column is called like these fields of the flow: fault" in said


@pytest.mark.parametrize("content", ["", "case,activity,when\n", "<log/>", 'a,b\n"1,2\n'])
def test_a_log_that_cannot_be_read_or_is_empty_is_an_input_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / ("log.xes" if content.startswith("<") else "log.csv")
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        guess_mapping(path)
    assert caught.value.file == str(path)


# What the guess for the help desk's log asks, answered as examples/help_desk/mapping.yaml has it. Four words of the
# developers' bug tracker stay out.
HELP_DESK = {
    "Insert ticket": "register",
    "Create SW anomaly": "report_anomaly",
    "Resolve SW anomaly": "fix_anomaly",
    "Schedule intervention": "schedule_visit",
}


@pytest.mark.parametrize("name", ["helpdesk_italy.csv.gz", "helpdesk_italy.xes.gz"])
def test_the_guess_for_the_real_help_desk_imports_as_it_is_and_answered_as_well_as_the_example(
    tmp_path: Path, name: str
) -> None:
    source = real_log(name)
    blueprint = Blueprint.load(EXAMPLES / "help_desk" / "real")
    guess = guess_mapping(source, blueprint.flows.values())
    path = tmp_path / "mapping.yaml"
    for text, accepted in ((guess.text, 4383), (answered(guess.text, **HELP_DESK), 4549)):
        path.write_text(text, encoding="utf-8")
        with ServiceDesk(blueprint) as desk:
            summary = import_log(desk.commands, source, path)
        assert (summary.cases, summary.events) == (4580, 21348)
        assert summary.accepted_cases == accepted


def test_the_guess_for_the_phone_repairs_is_whole_when_its_questions_are_answered(tmp_path: Path) -> None:
    source = real_log("phone_repair_simulated.xes.gz")
    blueprint = Blueprint.load(EXAMPLES / "phone_repair" / "blueprint")
    guess = guess_mapping(source, blueprint.flows.values())
    example = (EXAMPLES / "phone_repair" / "mapping.yaml").read_text(encoding="utf-8")
    posts = re.search(r"^post:\n(?:  .*\n)+", example, re.MULTILINE)
    assert posts is not None
    text = answered(
        guess.text, fixed="defectFixed", repairs="numberRepairs", opening="{transition: register}", Register="register",
        post="{}", **{
            "Analyze Defect": "analyse", "Repair (Simple)": "repair", "Repair (Complex)": "repair",
            "Restart Repair": "repair_again", "Inform User": "inform",
        },
    ).replace("post: {}\n", posts[0]).replace("data:\n", 'data:\n  informed: {value: "true"}\n')  # fmt: skip
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with ServiceDesk(blueprint) as desk:
        summary = import_log(desk.commands, source, path)
    assert (summary.accepted_cases, summary.refused_moves) == (1000, 0)


def test_a_compressed_log_is_guessed_as_well(tmp_path: Path) -> None:
    _, found = guessed(tmp_path, gzip.compress(SHOP.encode()), name="log.csv.gz")
    assert (found.case, found.log.name) == ("job", "log.csv")
