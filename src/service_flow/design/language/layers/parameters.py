"""Parameters: values that a blueprint leaves open, filled in where `${name}`, or parameters.name in a guard, stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from service_flow.design.language import values
from service_flow.design.language.expressions import literals
from service_flow.design.language.layers.merging import scalars
from service_flow.design.language.model import BlueprintModel, ParameterModel
from service_flow.design.language.tree import Document, Elsewhere, Entry, Items, Node, Scalar
from service_flow.design.language.tree import Mapping as Words
from service_flow.errors import Finding, meant

_WHOLE = re.compile(r"\$\{([^{}]*)\}")
# A text in quotes is passed over: nothing in it is meant.
_IN_GUARD = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\bparameters\s*\.\s*([a-z][a-z0-9_]*)""")
GUARDS = frozenset({"when"})
LONGEST = 1_000
"""Characters of the value of a parameter, at most: it may stand in very many places."""
Values = Mapping[str, tuple[str | int | bool, str]]
"""By name: the value as YAML has it, and as a guard has it."""

_READ: Mapping[str, Callable[[object], Any]] = {
    "text": values.read_text,
    "integer": values.read_integer,
    "decimal": values.read_decimal,
    "money": values.read_money,
    "boolean": values.read_boolean,
    "duration": values.read_duration,
    "date": values.read_date,
}


def values_of(blueprint: BlueprintModel, document: Document) -> tuple[Values, list[Finding]]:
    """The value of each parameter: what `with` gives, or the default; and what is wrong with them."""
    found: dict[str, tuple[str | int | bool, str]] = {}
    findings: list[Finding] = []
    for name in blueprint.given:
        if name not in blueprint.parameters:
            message = f"there is no parameter '{name}'{meant(name, blueprint.parameters)}"
            findings.append(_finding(document, "SF146", message, ("with", name), key=True))
    for name, model in blueprint.parameters.items():
        given = name in blueprint.given
        value = blueprint.given.get(name, model.default)
        path = ("with", name) if given else ("parameters", name, "default")
        if value is None:
            message = f"parameter '{name}' has no default and is given no value; say `with: {{{name}: ...}}`"
            findings.append(_finding(document, "SF147", message, ("parameters", name), key=True))
            continue
        try:
            if isinstance(value, str) and len(value) > LONGEST:
                raise ValueError(f"has more than {LONGEST:,} characters")
            found[name] = (value, _in_guard(model, value))
        except ValueError as error:
            findings.append(_finding(document, "SF148", f"'{name}' {error}", path))
    return found, findings


def _in_guard(model: ParameterModel, value: str | int | bool) -> str:
    if model.type == "choice":
        if value not in model.choices:
            raise ValueError(f"is not one of {', '.join(model.choices)}")
        return literals.write(value)
    if model.type == "span":
        return literals.write(str(value))
    read = _READ[model.type](value)
    amount = read.amount if isinstance(read, values.Money) else read
    # As people write it: 500, not 500.0.
    return literals.write(int(amount) if isinstance(amount, Decimal) and amount == int(amount) else amount)


def fill(document: Document, found: Values) -> tuple[Document, list[Finding]]:
    """The document with the values of parameters where they are named, and what names none."""
    if not any("${" in scalar.text or "parameters" in scalar.text for _, scalar in scalars(document.root)):
        return document, []
    filler = _Filler(document, found)
    root = filler.filled("", document.root)
    return replace(document, root=root), filler.findings


class _Filler:
    def __init__(self, document: Document, found: Values) -> None:
        self.document, self.found = document, found
        self.findings: list[Finding] = []

    def filled(self, word: str, node: Node) -> Node:
        if isinstance(node, Words):
            entries = {
                name: Entry(entry.key, self.filled(name, entry.value)) for name, entry in node.entries.items()
            }
            return replace(node, entries=entries)
        if isinstance(node, Items):
            return replace(node, nodes=[self.filled(word, inner) for inner in node.nodes])
        return self._scalar(word, node)

    def _scalar(self, word: str, node: Scalar) -> Scalar:
        if not isinstance(node.value, str):
            return node
        whole = _WHOLE.fullmatch(node.value)
        if whole is not None:
            known = self._known(whole[1], node)
            return node if known is None else replace(node, value=known[0])
        if word in GUARDS and "parameters" in node.value:
            return replace(node, value=_IN_GUARD.sub(lambda found: self._literal(found, node), node.value))
        return node

    def _literal(self, found: re.Match[str], node: Scalar) -> str:
        if found[1] is not None:
            return found[0]
        known = self._known(found[2], node)
        return found[0] if known is None else known[1]

    def _known(self, name: str, node: Scalar) -> tuple[str | int | bool, str] | None:
        known = self.found.get(name)
        if known is None:
            place = node.position
            file = place.file if isinstance(place, Elsewhere) else self.document.file
            message = f"there is no parameter '{name}'{meant(name, self.found)}"
            self.findings.append(Finding("SF146", message, file, place.line, place.column))
        return known


def _finding(document: Document, code: str, message: str, path: tuple[str, ...], *, key: bool = False) -> Finding:
    file, place = document.place(path, key=key)
    return Finding(code, message, file, place.line, place.column)
