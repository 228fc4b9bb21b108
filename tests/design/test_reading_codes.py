"""The table of codes and the codes that reading raises are held together."""

import re
from pathlib import Path

from faulty_words import IN_THE_MODEL
from faulty_yaml import AS_YAML, IN_THE_TREE

from service_flow.design import language
from service_flow.design.language.codes import CODES

FOLDER = Path(language.__file__).parent
HERE = Path(__file__).parent
# These are raised for files, not for texts; test_reading_folder, test_reading_faults, test_layers and test_reading_migrations show
# each.
OF_FILES = {
    "SF100", "SF101", "SF102", "SF103", "SF104", "SF105", "SF106", "SF108", "SF109", "SF120", "SF140", "SF141", "SF142",
    "SF143", "SF144", "SF145", "SF146", "SF147", "SF148", "SF149",
}  # fmt: skip


def raised_codes():
    sources = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py") if path.name != "codes.py"]
    return set(re.findall(r'"(SF1\d\d)"', "\n".join(sources)))


def test_every_code_that_is_raised_is_in_the_table_and_the_other_way_round():
    assert raised_codes() == set(CODES)


def test_every_code_is_shown_by_a_test():
    in_rows = {code for row in (*AS_YAML, *IN_THE_TREE, *IN_THE_MODEL) for code, *_ in row.findings}
    names = ("reading_folder", "reading_faults", "layers", "reading_migrations")
    others = [(HERE / f"test_{name}.py").read_text() for name in names]
    assert {code for code in OF_FILES if any(f'"{code}"' in text for text in others)} == OF_FILES
    assert in_rows | OF_FILES == set(CODES)


def test_every_code_says_what_it_means_and_what_to_do():
    for code, (title, advice, *_) in CODES.items():
        assert re.fullmatch(r"SF1\d\d", code)
        assert title and not title.endswith(".")
        assert advice.endswith(".")
        assert "\n" not in title + advice
    assert list(CODES) == sorted(CODES)


def test_only_parsing_and_writing_import_the_yaml_library():
    importers = {
        path.name
        for path in FOLDER.parents[1].rglob("*.py")
        if re.search(r"^\s*(from|import) ruamel", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importers == {"parsing.py", "writing.py"}
