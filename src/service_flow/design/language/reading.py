"""Reads YAML: a text or file into plain data that knows its places, or into a model of the language.

All that is wrong with a text is said at once.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from service_flow.design.language.parsing import MOST_FINDINGS, Parser
from service_flow.design.language.tree import Document, position_of
from service_flow.design.language.validating import Model, validate
from service_flow.errors import BlueprintError, Finding, InputError

MOST_BYTES = 4_000_000
"""Bytes of one file, at most."""
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_model(source: str | bytes, model: type[Model], file: str) -> tuple[Model, Document]:
    """The model that a text holds, and the text's places. `file` is the name that errors give it.

    Raises BlueprintError with everything that is wrong, in order of place.
    """
    value, document, findings = judge(source, model, file)
    if value is None or document is None:
        raise BlueprintError(in_order(findings))
    return value, document


def read_data(source: str | Path, file: str | None = None) -> Document:
    """Any other YAML (a mapping of an import, a scenario) as plain data with its places.

    `source` is a text, or a path to read from. Raises InputError: its place is the first fault's, its text
    names all.
    """
    name = file or (str(source) if isinstance(source, Path) else "<text>")
    document, findings = parse(contents(source, name) if isinstance(source, Path) else source, name)
    if document is None or findings:
        first, *others = in_order(findings)
        further = [f"{name}:{other.line}:{other.column}: {other.message}" for other in others]
        raise InputError("\n".join([first.message, *further]), name, first.line, first.column)
    return document


def judge(source: str | bytes, model: type[Model], file: str) -> tuple[Model | None, Document | None, list[Finding]]:
    """As `read_model`, but hands the findings back; the model is None if there are any."""
    document, findings = parse(source, file)
    if document is None:
        return None, None, findings
    value, faults = validate(model, document)
    findings += faults
    return (None if findings else value), document, findings


def parse(source: str | bytes, file: str) -> tuple[Document | None, list[Finding]]:
    """The document of a text, and what is wrong with it as YAML. None if nothing more can be found in it."""
    text = _decoded(source, file)
    if isinstance(text, Finding):
        return None, [text]
    parser = Parser(text, file)
    parser.parse()
    if parser.root is None or not parser.complete:
        return None, parser.findings
    return Document(file, text, parser.root, parser.repeated), parser.findings


def contents(path: Path, name: str) -> bytes:
    """What a file holds, up to one byte more than a file may have. Raises InputError if it cannot be read."""
    try:
        # A pipe or device has no end to wait for.
        if not path.is_file():
            raise InputError("there is no such file" if not path.exists() else "this is not an ordinary file", name)
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"the file cannot be read: {reason(error)}", name) from None


def reason(error: OSError | ValueError) -> str:
    """Why the system cannot open a path; a ValueError means a path with a zero character."""
    return getattr(error, "strerror", None) or "such a name is not possible"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file, line and column. Of very many: the first of each severity, and a word on the rest."""
    ordered = sorted(dict.fromkeys(findings), key=_place)
    told: list[Finding] = []
    for severity in dict.fromkeys(finding.severity for finding in ordered):
        alike = [finding for finding in ordered if finding.severity == severity]
        told += alike[:MOST_FINDINGS]
        if len(alike) > MOST_FINDINGS:
            message = f"more than {MOST_FINDINGS} findings; mend those above, and the others will be told"
            told.append(replace(alike[MOST_FINDINGS], code="SF108", message=message))
    return sorted(told, key=_place)


def _place(finding: Finding) -> tuple[str, int, int]:
    return finding.file, finding.line, finding.column


def _decoded(source: str | bytes, file: str) -> str | Finding:
    """The text without byte order mark and with line feeds only."""
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    if len(raw) > MOST_BYTES:
        return Finding("SF105", f"the file is larger than {MOST_BYTES // 1_000_000} MB", file, 1, 1)
    if isinstance(source, str):
        return _with_line_feeds(source)
    for mark, name in _OTHER_ENCODINGS:
        if raw.startswith(mark):
            return Finding("SF106", f"the file is saved as {name}; save it as UTF-8", file, 1, 1)
    try:
        return _with_line_feeds(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = _with_line_feeds(raw[: error.start].decode("utf-8"))
        line, column = position_of(before, len(before))
        message = f"the byte {raw[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        return Finding("SF106", message, file, line, column)


def _with_line_feeds(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
