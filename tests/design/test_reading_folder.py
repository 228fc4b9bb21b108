"""A blueprint's folder is read whole: its models, and all that is wrong with any of its files."""

import os
from pathlib import Path

import pytest
from faulty_yaml import BASE

from service_flow.design.language import BlueprintSource, Section, budget, flow_part, read_folder
from service_flow.design.language.model import BlueprintModel, CalendarsModel, OrganisationModel, Word
from service_flow.errors import BlueprintError, Finding


class SurveysModel(Word):
    """The words of a feature."""

    scale: int = 5
    title: str = ""


SURVEYS = Section("surveys", SurveysModel, "Surveys")
SOUND = {
    "blueprint.yaml": 'blueprint: shop\nversion: "1.0"\n',
    "flows/repair.yaml": BASE,
    "organisation.yaml": "posts:\n  manager: {}\n",
    "calendars.yaml": "calendars:\n  berlin: {zone: Europe/Berlin}\n",
    "surveys.yaml": "scale: 7\n",
}


@pytest.fixture
def blueprint(tmp_path, monkeypatch):
    """Writes files into the folder `shop` of the working directory; a text of None takes the file away."""
    monkeypatch.chdir(tmp_path)

    def write(changes=None):
        for name, text in {**SOUND, **(changes or {})}.items():
            path = Path("shop", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return "shop"

    return write


def findings_of(path, sections=(SURVEYS,)):
    with pytest.raises(BlueprintError) as caught:
        read_folder(path, sections)
    assert str(caught.value).count("\n") == len(caught.value.findings) - 1
    return [(found.code, found.file, found.line, found.column) for found in caught.value.findings]


def test_all_files_of_a_blueprint_become_models(blueprint):
    source = read_folder(blueprint(), [SURVEYS])
    assert source.blueprint == BlueprintModel(blueprint="shop", version="1.0")
    assert list(source.flows) == ["repair"]
    assert source.flows["repair"].initial == "open"
    assert list(source.organisation.posts) == ["manager"]
    assert source.calendars.calendars["berlin"].zone == "Europe/Berlin"
    assert source.sections == {"surveys": SurveysModel(scale=7)}
    assert source.folder == "shop"


def test_texts_are_kept_under_the_names_that_findings_use(blueprint):
    source = read_folder(blueprint(), [SURVEYS])
    assert source.files == {str(Path("shop", name)): text for name, text in SOUND.items()}


def test_a_path_reads_as_its_text_does(blueprint):
    assert read_folder(Path(blueprint()), [SURVEYS]).flows == read_folder("shop/", [SURVEYS]).flows


def test_organisation_calendars_and_sections_may_be_left_out(blueprint):
    folder = blueprint({"organisation.yaml": None, "calendars.yaml": None, "surveys.yaml": None})
    source = read_folder(folder, [SURVEYS])
    assert source.organisation == OrganisationModel()
    assert source.calendars == CalendarsModel()
    assert source.sections == {}


def test_flows_are_read_in_the_order_of_their_files(blueprint):
    names = ("b", "c", "a")
    folder = blueprint({f"flows/{name}.yaml": BASE.replace("repair", name) for name in names})
    source = read_folder(folder, [SURVEYS])
    assert list(source.flows) == ["a", "b", "c", "repair"]


def test_scenarios_hidden_files_and_other_files_are_left_alone(blueprint):
    extras = ["scenarios/x.yaml", "notes/any.yaml", "README.md", "flows/README.md"]
    extras += [".hidden.yaml", "flows/.#repair.yaml"]
    assert read_folder(blueprint(dict.fromkeys(extras, "a: [")), [SURVEYS]).flows


def test_faults_of_all_files_come_at_once_in_order_of_file_and_place(blueprint):
    folder = blueprint(
        {
            "blueprint.yaml": "blueprint: shop\nversion: 1\n",
            "flows/repair.yaml": BASE + "zzz: 1\ntitle: 5\n",
            "flows/advice.yaml": "flow: 'x\n",
            "organisation.yaml": "posts: {manager: {departement: x}}\n",
            "surveys.yaml": "scale: seven\n",
            "survey.yaml": "",
        }
    )
    assert findings_of(folder) == [
        ("SF132", "shop/blueprint.yaml", 2, 10),
        ("SF110", "shop/flows/advice.yaml", 1, 7),
        ("SF130", "shop/flows/repair.yaml", 6, 1),
        ("SF132", "shop/flows/repair.yaml", 7, 8),
        ("SF130", "shop/organisation.yaml", 1, 19),
        ("SF102", "shop/survey.yaml", 1, 1),
        ("SF132", "shop/surveys.yaml", 1, 8),
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("organization.yaml", "did you mean 'organisation.yaml'?"),
        ("organisation.yml", "did you mean 'organisation.yaml'?"),
        ("calendar.yaml", "did you mean 'calendars.yaml'?"),
        ("qqq.yaml", "Possible: blueprint.yaml, organisation.yaml, calendars.yaml, surveys.yaml."),
        ("flows/advice.yml", "name it 'advice.yaml'"),
        ("Calendars.yaml", "did you mean 'calendars.yaml'?"),
    ],
)
def test_a_file_that_nothing_reads_is_named(blueprint, name, hint):
    with pytest.raises(BlueprintError, match="SF102") as caught:
        read_folder(blueprint({name: "a: 1\n"}), [SURVEYS])
    assert hint in str(caught.value)
    assert caught.value.file == f"shop/{name}"


def test_a_section_is_unknown_without_its_feature(blueprint):
    assert findings_of(blueprint(), sections=()) == [("SF102", "shop/surveys.yaml", 1, 1)]


def test_two_flows_cannot_have_one_name(blueprint):
    folder = blueprint({"flows/twin.yaml": "# a comment\n" + BASE})
    assert findings_of(folder) == [("SF140", "shop/flows/twin.yaml", 2, 7)]


@pytest.mark.parametrize("place", ["", "flows/"])
def test_a_thousand_files_may_stand_in_a_folder_and_one_more_may_not(blueprint, place):
    shop, here = blueprint({"flows/repair.yaml": None}), Path("shop", place)
    for number in range(1_000 - len([*here.glob("*.yaml")])):
        (here / f"x{number}.yaml").write_text("")
    assert ("SF109", str(here), 1, 1) not in findings_of(shop)
    (here / "y.yaml").write_text("")
    assert findings_of(shop) == [("SF109", str(here), 1, 1)]


def test_the_files_of_a_blueprint_may_have_8_mb_in_all(blueprint, monkeypatch):
    assert budget.MOST_BYTES_IN_ALL == 8_000_000
    monkeypatch.setattr(budget, "MOST_BYTES_IN_ALL", 1_000_000)
    large = "#" * 332_800
    shop = blueprint({f"flows/{name}.yaml": f"{BASE.replace('repair', name)}{large}\n" for name in "abc"})
    assert list(read_folder(shop, [SURVEYS]).flows) == ["a", "b", "c", "repair"]
    Path(shop, "flows/d.yaml").write_text("#" * 2_000)
    assert findings_of(shop) == [("SF109", "shop/flows/d.yaml", 1, 1)]


def test_the_files_of_a_blueprint_may_hold_500_000_values_in_all(blueprint, monkeypatch):
    assert budget.MOST_VALUES_IN_ALL == 500_000
    monkeypatch.setattr(budget, "MOST_VALUES_IN_ALL", 3_000)
    tail = "zzz: [" + "a, " * 900 + "]\n"
    shop = blueprint({f"flows/{name}.yaml": BASE.replace("repair", name) + tail for name in "abc"})
    assert {code for code, *_ in findings_of(shop)} == {"SF130"}
    Path(shop, "flows/d.yaml").write_text(BASE.replace("repair", "d") + tail)
    assert ("SF109", "shop/flows/d.yaml", 1, 1) in findings_of(shop)


def test_aliases_in_a_blueprint_and_those_it_extends_may_stand_for_200_000_values_in_all(blueprint):
    """Aliases make them out of little: each of these flows holds 60,000."""
    tail = "zzz:\n  - &a [" + "a, " * 1_000 + "]\n" + "  - *a\n" * 59
    shop = blueprint({f"flows/{name}.yaml": BASE.replace("repair", name) + tail for name in "abc"})
    assert {code for code, *_ in findings_of(shop)} == {"SF130"}
    base = Path("base/flows")
    base.mkdir(parents=True)
    Path("base/blueprint.yaml").write_text("blueprint: base\nversion: '1'\n")
    (base / "d.yaml").write_text(BASE.replace("repair", "d") + tail)
    Path(shop, "blueprint.yaml").write_text(SOUND["blueprint.yaml"] + "extends: ../base\n")
    assert ("SF109", "shop/flows/c.yaml", 1, 1) in findings_of(shop)


@pytest.mark.parametrize("name", ["elsewhere", "blueprint.txt", "bad\0name"])
def test_what_is_no_folder_cannot_be_opened(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("blueprint.txt").write_text("x")
    assert findings_of(name) == [("SF100", name, 1, 1)]


def test_a_folder_that_cannot_be_listed_is_told_as_such(blueprint, monkeypatch):
    def denied(self):
        raise PermissionError(13, "Permission denied")

    folder = blueprint()
    monkeypatch.setattr(Path, "iterdir", denied)
    assert findings_of(folder) == [("SF100", "shop", 1, 1)]


def test_an_empty_folder_lacks_both_blueprint_and_flows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("shop").mkdir()
    assert findings_of("shop") == [("SF101", "shop/blueprint.yaml", 1, 1), ("SF101", "shop/flows", 1, 1)]


def test_a_blueprint_needs_a_flow(blueprint):
    assert findings_of(blueprint({"flows/repair.yaml": None})) == [("SF101", "shop/flows", 1, 1)]


@pytest.mark.parametrize("denied", ["iterdir", "resolve", "is_file"])
def test_what_the_system_denies_is_told_and_no_reason_to_break(blueprint, monkeypatch, denied):
    folder = blueprint()
    allowed = getattr(Path, denied)

    def deny(self, *args, **kwargs):
        if self.name in ("flows", "calendars.yaml"):
            raise PermissionError(13, "Permission denied")
        return allowed(self, *args, **kwargs)

    monkeypatch.setattr(Path, denied, deny)
    with pytest.raises(BlueprintError, match="SF104") as caught:
        read_folder(folder, [SURVEYS])
    assert "Permission denied" in str(caught.value)


def test_links_that_leave_the_folder_are_refused(blueprint, tmp_path):
    folder = blueprint({"calendars.yaml": None, "flows/repair.yaml": None})
    (tmp_path / "secret.yaml").write_text(BASE)
    Path(folder, "calendars.yaml").symlink_to(tmp_path / "secret.yaml")
    Path(folder, "flows/repair.yaml").symlink_to("../../secret.yaml")
    assert findings_of(folder) == [
        ("SF103", "shop/calendars.yaml", 1, 1),
        ("SF103", "shop/flows/repair.yaml", 1, 1),
    ]


def test_a_folder_of_flows_outside_is_refused(blueprint, tmp_path):
    folder = blueprint({"flows/repair.yaml": None})
    Path(folder, "flows").rmdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/repair.yaml").write_text(BASE)
    Path(folder, "flows").symlink_to(tmp_path / "outside")
    assert findings_of(folder) == [("SF103", "shop/flows/repair.yaml", 1, 1)]


def test_links_inside_the_folder_and_to_the_folder_are_followed(blueprint, tmp_path):
    folder = blueprint({"calendars.yaml": None, "shared/hours.yaml": SOUND["calendars.yaml"]})
    Path(folder, "calendars.yaml").symlink_to("shared/hours.yaml")
    Path("link").symlink_to(folder)
    source = read_folder("link", [SURVEYS])
    assert list(source.calendars.calendars) == ["berlin"]
    assert source.finding("SF299", "x", "calendars").file == "link/calendars.yaml"


def test_links_to_nothing_or_to_themselves_folders_and_pipes_are_no_files(blueprint):
    folder = Path(blueprint({"calendars.yaml": None, "organisation.yaml": None, "surveys.yaml": None}))
    (folder / "calendars.yaml").symlink_to("nothing.yaml")
    (folder / "organisation.yaml").symlink_to("organisation.yaml")
    (folder / "surveys.yaml").mkdir()
    os.mkfifo(folder / "flows/wait.yaml")
    assert findings_of(folder) == [
        ("SF104", "shop/calendars.yaml", 1, 1),
        ("SF104", "shop/flows/wait.yaml", 1, 1),
        ("SF104", "shop/organisation.yaml", 1, 1),
        ("SF104", "shop/surveys.yaml", 1, 1),
    ]


def test_a_file_that_may_not_be_opened_is_told_with_its_reason(blueprint, monkeypatch):
    folder = blueprint()
    opened = Path.open

    def denied(self, *args, **kwargs):
        if self.name == "calendars.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(BlueprintError, match="SF104 the file cannot be read: Permission denied"):
        read_folder(folder, [SURVEYS])


def test_a_finding_in_a_file_of_an_odd_name_is_one_line_that_nothing_obeys(blueprint):
    folder = blueprint({"flows/a\nb\x1b[31m\udcff.yaml": "flow: [\n"})
    with pytest.raises(BlueprintError) as caught:
        read_folder(folder, [SURVEYS])
    assert caught.value.file == "shop/flows/a\nb\x1b[31m\udcff.yaml"
    assert str(caught.value) == "shop/flows/a\ufffdb\ufffd[31m\ufffd.yaml:2:1: SF110 a value is missing here"


def test_checks_make_findings_at_the_place_of_a_word_or_value(blueprint):
    tail = "transitions:\n  go:\n    from: open\n    to: open\n    when: 'a ==== b'\n"
    source = read_folder(blueprint({"flows/repair.yaml": BASE + tail}), [SURVEYS])
    go, part, file = ("transitions", "go"), flow_part("repair"), "shop/flows/repair.yaml"
    assert part == "flow:repair"
    assert source.finding("SF299", "x", part, (*go, "when")) == Finding("SF299", "x", file, 10, 11)
    assert source.finding("SF299", "x", part, (*go, "when"), offset=5) == Finding("SF299", "x", file, 10, 17)
    assert source.finding("SF299", "x", part, (*go, "when"), key=True) == Finding("SF299", "x", file, 10, 5)
    assert source.finding("SF299", "x", part, (*go, "to", 0, "state")) == Finding("SF299", "x", file, 9, 9)
    assert source.finding("SF299", "x", part, (*go, "by")) == Finding("SF299", "x", file, 7, 3)
    warning = source.finding("SF299", "x", "organisation", ("posts", "manager"), severity="warning", key=True)
    assert warning == Finding("SF299", "x", "shop/organisation.yaml", 2, 3, "warning")
    assert source.place("surveys", ("scale",)) == ("shop/surveys.yaml", (1, 8))


def test_a_part_without_a_file_stands_at_the_top_of_the_blueprint(blueprint):
    source = read_folder(blueprint({"calendars.yaml": None}), [SURVEYS])
    assert source.place("calendars", ("calendars",)) == ("shop/blueprint.yaml", (1, 1))


def test_a_source_can_be_made_of_models_alone_and_names_places_in_them(blueprint):
    read = read_folder(blueprint(), [SURVEYS])
    made = BlueprintSource("", read.blueprint, read.flows)
    place, nowhere = made.place(flow_part("repair"), ("transitions", "go", "to", 0, "when"), offset=4)
    assert (place, nowhere) == ("flow repair, transitions.go.to[0].when", (0, 0))
    assert made.place("organisation") == ("organisation", (0, 0))
    assert str(made.finding("SF299", "x", "organisation", ("posts",))) == "organisation, posts: SF299 x"
    assert made.organisation == OrganisationModel()
