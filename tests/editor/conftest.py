"""The language server for all tests here, started once; each test opens files that nobody opened before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from language_server import LanguageServer, Write, running
from yaml_server import NoServerError, server_command

from service_flow.cli.schema import all_sections
from service_flow.design.language.schema import write_schemas


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server says on standard error."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What starts the server."""
    try:
        return server_command(tmp_path_factory.getbasetemp())
    except NoServerError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def server(command: list[str], server_log: Path) -> Iterator[LanguageServer]:
    with running(command, server_log) as started:
        yield started


@pytest.fixture(scope="session")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blueprint's folder that has nothing but schemas."""
    folder = tmp_path_factory.mktemp("desk")
    write_schemas(folder / "schema", all_sections())
    return folder


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def write(server: LanguageServer, desk_folder: Path, numbers: Iterator[int]) -> Iterator[Write]:
    """Write into a new file of a kind (`flow`, `scenario`, ...), behind the line that names its schema.

    So the first line of the text is line 2 of the file. The file is closed behind the test."""
    opened = []

    def write(kind, text):
        file = desk_folder / f"{kind}_{next(numbers)}.yaml"
        document = server.open(file, f"# yaml-language-server: $schema=schema/{kind}.json\n{text}")
        opened.append(document)
        return document

    yield write
    for document in opened:
        document.close()
