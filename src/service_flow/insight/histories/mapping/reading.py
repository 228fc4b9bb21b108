"""A mapping file read and checked, with the place of every word in it."""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

from service_flow.design.language import Document, read_data
from service_flow.design.language.validating import validate
from service_flow.errors import Finding, InputError, meant
from service_flow.insight.histories.mapping.words import ISO, CellWords, CustomerWords, MappingWords

_NOT_OF_TEXTS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
"""Codecs of Python that are no encodings of files."""
_TRIED = datetime(2012, 10, 9, 14, 50, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping as it was read. `words` says what stands in it, `document` where."""

    words: MappingWords
    document: Document

    def fault(self, message: str, path: Sequence[str | int], *, key: bool = False) -> InputError:
        """An error at the value (or, with `key`, the word) at `path` in the file."""
        line, column = self.document.position(path, key=key)
        return InputError(message, self.document.file, line, column)

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every column that is read, with the place in the mapping that names it."""
        words = self.words
        yield words.case, ("case",)
        yield words.activity, ("activity",)
        yield words.instant.column, ("instant", "column")
        if words.lifecycle is not None:
            yield words.lifecycle.column, ("lifecycle", "column")
        opening = words.opening
        cells: list[tuple[CellWords | CustomerWords | None, tuple[str, ...]]] = [
            (words.person, ("person",)),
            (words.post, ("post",)),
            (words.customer, ("customer",)),
            (opening.need, ("opening", "need")),
            (opening.text, ("opening", "text")),
            (opening.name, ("opening", "name")),
            (opening.channel, ("opening", "channel")),
            *((cell, ("data", field)) for field, cell in words.data.items()),
        ]
        for cell, place in cells:
            if cell is not None and cell.column is not None:
                yield cell.column, (*place, "column")


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises InputError at the first place that is wrong; its text names them all."""
    return mapping_of(read_data(path))


def mapping_of(document: Document) -> Mapping:
    """The mapping that a document holds. Raises InputError as `read_mapping` does."""
    words, findings = validate(MappingWords, document)
    if words is None:
        raise _first(findings, document)
    mapping = Mapping(words, document)
    _check_zone(mapping)
    _check_formats(mapping, words.instant.format, ("instant", "format"))
    for field, cell in words.data.items():
        _check_formats(mapping, cell.format, ("data", field, "format"))
    _check_encoding(mapping)
    return mapping


def _first(findings: Sequence[Finding], document: Document) -> InputError:
    first, *others = sorted(dict.fromkeys(findings), key=lambda found: (found.line, found.column))
    rest = (f"{other.file}:{other.line}:{other.column}: {other.message}" for other in others)
    return InputError("\n".join([first.message, *rest]), document.file, first.line, first.column)


def _check_zone(mapping: Mapping) -> None:
    zone = mapping.words.instant.zone
    if zone is None:
        return
    zones = available_timezones()
    if zone not in zones:
        raise mapping.fault(f"unknown time zone '{zone}'{meant(zone, zones)}", ("instant", "zone"))


def _check_formats(mapping: Mapping, formats: Sequence[str] | None, path: tuple[str, ...]) -> None:
    for index, form in enumerate(formats or ()):
        if form == ISO:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.13 warns of what is refused below
                read = datetime.strptime(_TRIED.strftime(form), form)  # noqa: DTZ007
        except (ValueError, re.error):
            message = f"this is no format of strptime, e.g. '%d.%m.%Y %H:%M', nor the word `{ISO}`"
            raise mapping.fault(message, (*path, index)) from None
        if read.date() != _TRIED.date():
            raise mapping.fault("this format does not say year, month and day", (*path, index))


def _check_encoding(mapping: Mapping) -> None:
    encoding = mapping.words.log.encoding
    try:
        if codecs.lookup(encoding).name in _NOT_OF_TEXTS:
            raise LookupError
        b"x".decode(encoding)
    except UnicodeDecodeError:
        return  # one byte is not a whole character there
    except (LookupError, ValueError):
        hint = meant(encoding.lower(), ("utf-8", "utf-16", "latin-1", "cp1252", "gb18030", "big5", "shift_jis"))
        raise mapping.fault(f"unknown encoding '{encoding}'{hint}", ("log", "encoding")) from None
