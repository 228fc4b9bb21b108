"""What is said about a fault that the validation found, without a word of the validation library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from service_flow.design.language.parsing import shown
from service_flow.design.language.tree import Found, Items, Mapping, Node, Position, Scalar
from service_flow.design.language.words import Spot
from service_flow.errors import meant


class Fault(NamedTuple):
    """One complaint of the validation, with where it stands in the model and in the text."""

    kind: str
    spot: Spot
    found: Found
    context: dict[str, Any]

    @property
    def reported(self) -> bool:
        """Whether the parsing had something to say about this very word or value already."""
        key = self.found.key
        if key is not None and (self.spot.at_key or self.kind == "extra_forbidden"):
            return key.flawed
        return self.found.value.flawed

    @property
    def nearness(self) -> int:
        """How near a value comes to one of several forms: 2 if a part is wrong, 1 if its type fits, or 0."""
        if self.spot.tried is None or len(self.spot.path) > len(self.spot.tried):
            return 2
        return 0 if self.kind.endswith("_type") else 1

    @property
    def name(self) -> str:
        """What the fault is in, as a message names it."""
        return name_of(self.found.steps)

    @property
    def around(self) -> str:
        """What holds that."""
        return name_of(self.found.steps[:-1])

    @property
    def word_position(self) -> Position:
        """Where the word stands under which the fault is; the value if there is no word."""
        return self.found.value.position if self.found.key is None else self.found.key.position

    @property
    def position(self) -> Position:
        """Where the fault itself stands."""
        return self.word_position if self.spot.at_key or not self.found.whole else self.found.value.position


Told = tuple[str, str, Position]


def name_of(path: Sequence[str | int]) -> str:
    """How a message names a place."""
    words = [step for step in path if isinstance(step, str)]
    if not words:
        return "this item" if path else "the file"
    return f"'{shown(words[-1])}'" if isinstance(path[-1], str) else f"this item of '{shown(words[-1])}'"


def unknown_word(fault: Fault, missing: Sequence[str]) -> tuple[str, str]:
    """What is said of an unknown word, and the known one it probably is; `missing` words are likeliest."""
    word, known = str(fault.spot.path[-1]), fault.spot.words
    hint = meant(word, missing) or meant(word, known)
    meant_word = next((other for other in known if f"'{other}'" in hint), "")
    where = f" in {fault.around}" if len(fault.found.steps) > 1 else ""
    return f"unknown word '{shown(word)}'{where}{hint or '.'} Possible here: {', '.join(known)}.", meant_word


def missing_word(fault: Fault) -> str:
    """What is said of a mapping that lacks a word."""
    return f"{fault.name} needs the word '{fault.spot.path[-1]}'"


def wrong_value(fault: Fault) -> Told:
    """Code, message and place for a word or value that stands where one may stand, but cannot be this one."""
    if fault.kind in ("value_error", "assertion_error"):
        return "SF137", f"{fault.name}: {fault.context.get('error', 'cannot be used')}", fault.position
    tell = _TELL.get(fault.kind)
    if tell is None:
        return _wrong_type(fault)
    code, message = tell(fault)
    return code, message, fault.position


def _wrong_type(fault: Fault) -> Told:
    node, kinds, name, place = fault.found.value, fault.spot.kinds, fault.name, fault.position
    if isinstance(node, Items) and "a list of texts" in kinds:
        for index, item in enumerate(node.nodes):
            if not (isinstance(item, Scalar) and isinstance(item.value, str)):
                node, kinds, place = item, ("a text",), item.position
                name = name_of((*fault.found.steps, index))
                break
    message = f"{name} should be {' or '.join(kinds)}, not {_kind(node)}"
    if isinstance(node, Scalar) and "a text" in kinds:
        message += f'; put it in quotes: "{shown(node.text)}"'
    return "SF132", message, place


def _wrong_choice(fault: Fault) -> tuple[str, str]:
    choices, node = fault.spot.choices, fault.found.value
    if fault.spot.at_key:
        word, holder = str(fault.spot.path[-1]), fault.around
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        word, holder = node.value, fault.name
    else:
        return "SF133", f"{fault.name} must be one of the words {', '.join(choices)}, not {_kind(node)}"
    hint = meant(word, choices) or "."
    return "SF133", f"'{shown(word)}' is not possible in {holder}{hint} Possible: {', '.join(choices)}."


def _wrong_form(fault: Fault) -> tuple[str, str]:
    form = fault.spot.form or f"what matches {fault.context.get('pattern')}"
    node = fault.found.value
    if fault.spot.at_key:
        word = str(fault.spot.path[-1])
        return "SF134", f"'{shown(word)}' cannot be a word of {fault.around}; write {form}"
    text = node.text if isinstance(node, Scalar) else ""
    return "SF134", f"{fault.name} cannot be '{shown(text)}'; write {form}"


def _too_short(fault: Fault) -> tuple[str, str]:
    least = fault.context.get("min_length", 1)
    subject = f"a word of {fault.around}" if fault.spot.at_key else fault.name
    return "SF134", f"{subject} is empty" if least == 1 else f"{subject} has fewer than {least} characters"


def _too_long(fault: Fault) -> tuple[str, str]:
    subject = f"a word of {fault.around}" if fault.spot.at_key else fault.name
    return "SF134", f"{subject} has more than {fault.context.get('max_length')} characters"


def _too_few(fault: Fault) -> tuple[str, str]:
    least, given = fault.context.get("min_length", 1), fault.context.get("actual_length", 0)
    return "SF136", f"{fault.name} needs at least {least}, and has {given or 'none'}"


def _too_many(fault: Fault) -> tuple[str, str]:
    return "SF136", f"{fault.name} may have at most {fault.context.get('max_length')}"


def _out_of_bounds(fault: Fault) -> tuple[str, str]:
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    bounds = [f"{words[bound]} {limit}" for bound, limit in fault.context.items() if bound in words]
    return "SF134", f"{fault.name} must be {' and '.join(bounds)}"


_TELL: dict[str, Callable[[Fault], tuple[str, str]]] = {
    "literal_error": _wrong_choice,
    "string_pattern_mismatch": _wrong_form,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "too_short": _too_few,
    "too_long": _too_many,
    "greater_than": _out_of_bounds,
    "greater_than_equal": _out_of_bounds,
    "less_than": _out_of_bounds,
    "less_than_equal": _out_of_bounds,
}


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Items):
        return "a list"
    if isinstance(node.value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a whole number", Decimal: "a number"}
    return kinds.get(type(node.value), "nothing")
