"""A document against its model: every fault becomes a finding in our own words, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from service_flow.design.language.model import Word
from service_flow.design.language.parsing import MOST_FINDINGS
from service_flow.design.language.tree import Document, Items, Mapping, Node, Position, Scalar, find
from service_flow.design.language.wording import Fault, missing_word, name_of, unknown_word, wrong_value
from service_flow.design.language.words import Spot, spot
from service_flow.errors import Finding

Model = TypeVar("Model", bound=Word)
Steps = tuple[str | int, ...]
_MOST_FAULTS = 10 * MOST_FINDINGS
"""Complaints of the validation that are looked into; a value of several forms is good for several."""


def validate(model: type[Model], document: Document) -> tuple[Model | None, list[Finding]]:
    """The model that a document holds, or None and what is wrong with it.

    A place that was reported while the text was parsed is not reported again.
    """
    findings = [_finding(document, "SF135", _nothing(path), place) for path, place in _nothings(document.root)]
    try:
        value = model.model_validate(document.data, by_alias=True, by_name=False)
    except ValidationError as error:
        faults = [
            _fault(model, document.root, details["type"], details["loc"], details.get("ctx", {}))
            for details in error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]
        ]
        told = _told(document, [fault for fault in _likeliest(faults) if not fault.reported])
        places = {(finding.line, finding.column) for finding in findings}
        return None, findings + [finding for finding in told if (finding.line, finding.column) not in places]
    return (None if findings else value), findings


def _nothings(root: Node, path: Steps = ()) -> Iterator[tuple[Steps, Position]]:
    """Words and items without a value. An empty `when:` must not pass for a word that was left out."""
    inner: Iterator[tuple[str | int, Node]]
    if isinstance(root, Mapping):
        inner = ((word, entry.value) for word, entry in root.entries.items())
    elif isinstance(root, Items):
        inner = iter(enumerate(root.nodes))
    else:
        return
    for step, node in inner:
        if isinstance(node, Scalar) and node.value is None:
            if not node.flawed:
                node.flawed = True
                yield (*path, step), node.position
        else:
            yield from _nothings(node, (*path, step))


def _nothing(path: Steps) -> str:
    if isinstance(path[-1], str) and " " in path[-1].strip():  # no word has a space: a text went on behind a comma
        return f"{name_of(path)} has no value; if the text before it goes on here, put the whole text in quotes"
    return f"{name_of(path)} has no value; give one, write {{}} for an empty mapping, or take it out"


def _fault(model: type[Word], root: Node, kind: str, location: Sequence[str | int], context: dict[str, Any]) -> Fault:
    if kind in ("missing", "extra_forbidden"):
        around = spot(model, location[:-1])
        path = (*around.path, location[-1])
        place = find(root, path if kind == "extra_forbidden" else around.path)
        return Fault(kind, Spot(around.annotation, path, False, around.tried, around.union), place, context)
    here = spot(model, location)
    return Fault(kind, here, find(root, here.path), context)


def _likeliest(faults: list[Fault]) -> Iterator[Fault]:
    """Where a value fits none of several forms, only what is wrong with the form that it comes nearest to."""
    nearest: dict[Steps, int] = {}
    for fault in faults:
        if fault.spot.tried is not None:
            nearest[fault.spot.tried] = max(nearest.get(fault.spot.tried, 0), fault.nearness)
    refused = set()
    for fault in faults:
        tried = fault.spot.tried
        if tried is None or fault.nearness == 2:
            yield fault
        elif fault.nearness == nearest[tried] and tried not in refused:
            refused.add(tried)
            of_no_form = Spot(fault.spot.union, fault.spot.path, False, tried, fault.spot.union)
            yield fault if fault.nearness else fault._replace(spot=of_no_form)


def _told(document: Document, faults: list[Fault]) -> list[Finding]:
    missing: dict[Steps, list[str]] = {}
    for fault in faults:
        if fault.kind == "missing":
            missing.setdefault(fault.spot.path[:-1], []).append(str(fault.spot.path[-1]))
    findings: list[Finding] = []
    explained: set[Steps] = set()
    for fault in faults:
        if fault.kind == "extra_forbidden":
            around = fault.spot.path[:-1]
            message, meant_word = unknown_word(fault, missing.get(around, []))
            explained.add((*around, meant_word))
            findings.append(_finding(document, "SF130", message, fault.word_position))
    for fault in faults:
        if fault.kind == "missing":
            if fault.spot.path not in explained:  # 'form' for 'from' is one mistake, not two
                findings.append(_finding(document, "SF131", missing_word(fault), fault.word_position))
        elif fault.kind != "extra_forbidden":
            code, message, place = wrong_value(fault)
            findings.append(_finding(document, code, message, place))
    return list(dict.fromkeys(findings))


def _finding(document: Document, code: str, message: str, place: Position) -> Finding:
    return Finding(code, message, document.file_of(place), place.line, place.column)
