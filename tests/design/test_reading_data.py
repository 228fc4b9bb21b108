"""Other YAML than blueprints is read with the same care, and fails with an InputError."""

import subprocess
import sys

import pytest

from service_flow.design.language import read_data
from service_flow.errors import InputError


def test_plain_data_is_read_from_a_text_and_from_a_file(tmp_path):
    text = "mapping:\n  case: Ticket-Nr\n  empty:\n"
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_data(text).data == read_data(path).data == {"mapping": {"case": "Ticket-Nr", "empty": None}}
    assert read_data(path).file == str(path)
    assert read_data(path, "mapping").file == "mapping"


def test_all_faults_are_told_and_the_first_gives_the_place():
    with pytest.raises(InputError) as caught:
        read_data("a: 1\na: 2\nb: *c\n", "map.yaml")
    error = caught.value
    assert (error.file, error.line, error.column) == ("map.yaml", 2, 1)
    assert str(error).splitlines() == [
        "map.yaml:2:1: 'a' is given twice; the first is in line 1",
        "map.yaml:3:4: no value above is marked with '&c'",
    ]


@pytest.mark.parametrize("name", ["missing.yaml", "folder", "no\0name"])
def test_what_is_no_file_is_refused_by_its_name(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        read_data(tmp_path / name, "map.yaml")
    assert (caught.value.file, caught.value.line, caught.value.column) == ("map.yaml", 1, 1)


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os = pytest.importorskip("os")
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes on this system")
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(InputError, match="not an ordinary file"):
        read_data(tmp_path / "pipe.yaml")


def test_the_yaml_library_is_imported_only_when_yaml_is_read_or_written():
    code = (
        "import sys, service_flow, service_flow.design.language as language\n"
        "assert 'ruamel.yaml' not in sys.modules\n"
        "language.read_data('a: 1')\n"
        "assert 'ruamel.yaml' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
