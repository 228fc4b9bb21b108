"""Faults that are planted into flows: one small change each, of the kinds that people make."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

Words = dict[str, Any]
Change = Callable[[Words], None]


class Fault(NamedTuple):
    """A kind of fault, the place where it is planted, and what it does to the words of a flow."""

    kind: str
    place: str
    change: Change

    def planted(self, words: Words) -> Words:
        """A flow with the fault."""
        changed = copy.deepcopy(words)
        self.change(changed)
        return changed


def faults(words: Words) -> dict[str, list[Fault]]:
    """Every fault that can be planted into a flow (in the words of the YAML, nothing in its short form), by kind."""
    found: dict[str, list[Fault]] = {}
    for make in _KINDS:
        for fault in make(words):
            found.setdefault(fault.kind, []).append(fault)
    return found


def _states(words: Words) -> Iterator[tuple[str, list[str]]]:
    """Every state by its full path, with the way to its words."""
    pending: list[tuple[str, list[str], Words]] = [("", ["states"], words["states"])]
    while pending:
        prefix, way, states = pending.pop()
        for name, state in states.items():
            path = prefix + name
            yield path, [*way, name]
            pending += [(f"{path}.", [*way, name, word], state.get(word, {})) for word in ("states", "regions")]


def _at(words: Words, way: list[Any]) -> Any:
    for step in way:
        words = words[step]
    return words


def _leaves(words: Words) -> list[str]:
    return [path for path, way in _states(words) if not {"states", "regions"} & _at(words, way).keys()]


def _transitions(words: Words) -> Iterator[Fault]:
    for name, step in words["transitions"].items():
        at = ["transitions", name]
        yield Fault("transition removed", name, lambda new, name=name: new["transitions"].pop(name))
        for index, source in enumerate(step["from"]):
            if len(step["from"]) > 1:
                yield Fault("source dropped", f"{name} from {source}", lambda new, at=at, i=index: _at(new, at)["from"].pop(i))
        for path in _leaves(words)[::3]:
            if path not in step["from"] and step["from"] != ["any"]:
                yield Fault("source added", f"{name} from {path}", lambda new, at=at, p=path: _at(new, at)["from"].append(p))
        if step.get("join"):
            yield Fault("join removed", name, lambda new, at=at: _at(new, at).pop("join"))
        if step.get("automatic"):
            yield Fault("automatic taken away", name, lambda new, at=at: _at(new, at).pop("automatic"))
        if step.get("except"):
            yield Fault("exception dropped", name, lambda new, at=at: _at(new, at).pop("except"))
        for field in step.get("sets", {}):
            yield Fault("decision no longer kept", f"{name} sets {field}", lambda new, at=at, f=field: _at(new, at)["sets"].pop(f))


def _ways(words: Words) -> Iterator[Fault]:
    leaves = _leaves(words)
    for name, step in words["transitions"].items():
        at = ["transitions", name, "to"]
        ways = step.get("to", [])
        for index, way in enumerate(ways):
            place = f"{name} to {way['state']}"
            for path in leaves[index::4]:
                if path != way["state"]:
                    yield Fault("target swapped", f"{place}: {path}", lambda new, at=at, i=index, p=path: _at(new, at)[i].update(state=p))
            if len(ways) > 1:
                yield Fault("way removed", place, lambda new, at=at, i=index: _at(new, at).pop(i))
        if len(ways) > 1:
            yield Fault("ways swapped", name, lambda new, at=at: _swap(_at(new, at)))


def _swap(ways: list[Words]) -> None:
    """The states of the first two ways, each with the other's guard."""
    ways[0]["state"], ways[1]["state"] = ways[1]["state"], ways[0]["state"]


def _forms(words: Words) -> Iterator[Fault]:
    forms = [("opening", ["opening"])] if "opening" in words else []
    forms += [(name, ["transitions", name]) for name in words["transitions"]]
    forms += [(name, ["entries", name]) for name in words.get("entries", {})]
    for name, way in forms:
        collect = _at(words, way).get("collect", {})
        for kind in ("required", "optional"):
            for index, field in enumerate(collect.get(kind, [])):
                yield Fault("field dropped", f"{name} asks {field}", lambda new, w=way, k=kind, i=index: _at(new, w)["collect"][k].pop(i))
        for index, field in enumerate(collect.get("required", [])):
            yield Fault("required made optional", f"{name} asks {field}", lambda new, w=way, i=index: _loosen(_at(new, w)["collect"], i))


def _loosen(collect: Words, index: int) -> None:
    collect.setdefault("optional", []).append(collect["required"].pop(index))


def _of_states(words: Words) -> Iterator[Fault]:
    for path, way in _states(words):
        state = _at(words, way)
        for word, kind in (("owner", "owner lost"), ("final", "final flag taken"), ("done", "done flag taken")):
            if word in state:
                yield Fault(kind, path, lambda new, w=way, word=word: _at(new, w).pop(word))
        for other in state.get("states", {}):
            if other != state.get("initial"):
                yield Fault("initial changed", f"{path}: {other}", lambda new, w=way, o=other: _at(new, w).update(initial=o))
    for path in _leaves(words):
        if path != words["initial"]:
            yield Fault("initial changed", f"flow: {path}", lambda new, p=path: new.update(initial=p))


def _rows(words: Words) -> Iterator[Fault]:
    for name, table in words.get("decisions", {}).items():
        for index in range(len(table["rows"])):
            if len(table["rows"]) > 1:
                yield Fault("row removed", f"{name}[{index}]", lambda new, n=name, i=index: new["decisions"][n]["rows"].pop(i))
        if len(table["rows"]) > 1:
            yield Fault("rows turned round", name, lambda new, n=name: new["decisions"][n]["rows"].reverse())


def _guards(words: Words) -> Iterator[Fault]:
    for name, step in words["transitions"].items():
        guarded = [["transitions", name], *(["transitions", name, "to", index] for index in range(len(step.get("to", []))))]
        for way in guarded:
            text = _at(words, way).get("when")
            if text is None:
                continue
            place = f"{name}: {text}"
            yield Fault("guard taken away", place, lambda new, w=way: _at(new, w).pop("when"))
            for kind, other in _rewritten(text, words):
                yield Fault(kind, f"{place} -> {other}", lambda new, w=way, o=other: _at(new, w).update(when=o))


def _rewritten(text: str, words: Words) -> Iterator[tuple[str, str]]:
    yield "guard negated", f"!({text})"
    if "&&" in text:
        yield "guard widened", text.replace("&&", "||", 1)
    if "||" in text:
        yield "guard narrowed", text.replace("||", "&&", 1)
    for name, field in words.get("data", {}).items():
        if field["type"] == "choice":
            yield "guard narrowed", f'({text}) && {name} == "{next(iter(field["choices"]))}"'
            break
    yield "guard narrowed", f"({text}) && times.{next(iter(words['transitions']))} < 1"
    for old, new in ((" == ", " != "), (" != ", " == "), (" > ", " >= "), (" <= ", " < "), (" >= ", " > "), (" < ", " <= ")):
        if old in text:
            yield "comparison changed", text.replace(old, new, 1)
    number = re.search(r"\b\d+\b(?![-\"])", text)
    if number:
        yield "constant changed", text[: number.start()] + str(int(number[0]) + 1) + text[number.end() :]
    for field in words.get("data", {}).values():
        choices = list(field.get("choices", {}))
        for one, other in pairwise(choices):
            if f'"{one}"' in text:
                yield "word changed", text.replace(f'"{one}"', f'"{other}"', 1)
    if re.search(r"has\([\w.]+\) && ", text):
        yield "has() forgotten", re.sub(r"has\([\w.]+\) && ", "", text, count=1)


_KINDS = (_transitions, _ways, _forms, _of_states, _rows, _guards)
