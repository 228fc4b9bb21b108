"""A flow that uses every word of the language, and random changes of it that are flows again."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from service_flow.design.flow import Flow
from service_flow.design.language.expressions import ExpressionError
from service_flow.design.language.model import FlowModel

RICH: dict[str, Any] = {
    "flow": "order",
    "subject": "request",
    "title": {"en": "Order", "zh": "订单"},
    "initial": "agreed",
    "opening": {"by": ["clerk", "customer"], "collect": {"required": ["kind"], "optional": ["reason"]}, "sets": {"urgency": "how_urgent"}},
    "entries": {
        "express": {"to": "production", "by": ["clerk"], "collect": ["kind"], "title": {"en": "Express"}},
        "again": {"to": "ready", "collect": {"optional": ["reason"]}},
    },
    "customer": {"tier": {"type": "choice", "choices": ["standard", "vip"]}, "since": {"type": "date"}},
    "data": {
        "kind": {"type": "choice", "choices": {"big": {"en": "Big", "zh": "大"}, "small": {}, "odd": {}}, "title": {"en": "Kind", "zh": "种类"}},
        "urgency": {"type": "choice", "choices": ["low", "high"]},
        "price": {"type": "money"},
        "pieces": {"type": "integer", "fact": True},
        "due": {"type": "date"},
        "reason": {"type": "text"},
        "note": {"type": "text", "personal": False},
        "parts": {"type": "list", "of": "text"},
        "earlier": {"type": "reference", "to": "request"},
    },
    "decisions": {
        "how_urgent": {
            "gives": {"type": "choice", "choices": ["low", "high"]},
            "rows": [
                {"match": {"kind": ["big"]}, "when": "has(customer.tier) && customer.tier == \"vip\"", "then": "high"},
                {"match": {"kind": ["odd", "small"]}, "then": "low"},
                {"then": "low"},
            ],
        },
        "how_soon": {"gives": "span", "hit": "first", "rows": [{"match": {"kind": ["big"]}, "then": "2 working days"}, {"then": "1 week"}]},
    },
    "states": {
        "agreed": {"owner": "clerk", "title": {"en": "Agreed", "zh": "已约定"}, "value": "supporting"},
        "production": {
            "owner": "planner",
            "regions": {
                "making": {"initial": "scheduled", "states": {"scheduled": {}, "made": {"done": True}}},
                "informing": {"initial": "due", "owner": "clerk", "states": {"due": {}, "told": {"done": True}}},
            },
        },
        "delivery": {
            "initial": "packed",
            "owner": "clerk",
            "states": {"packed": {"title": {"en": "Packed"}}, "sent": {"clock": "paused"}},
        },
        "ready": {"owner": "clerk"},
        "on_hold": {"owner": "clerk", "clock": "paused"},
        "closed": {"final": "completed"},
        "cancelled": {"final": "cancelled"},
    },
    "transitions": {
        "start": {"from": "agreed", "to": "production", "by": ["clerk", "planner"], "when": "kind != \"odd\" && (!has(pieces) || pieces > 0)", "collect": {"required": ["kind"], "optional": ["pieces", "due"]}, "sets": {"urgency": "how_urgent"}},
        "make": {"from": "production.making.scheduled", "to": "production.making.made", "collect": ["price"], "title": {"en": "Make"}},
        "tell": {"from": "production.informing.due", "to": "production.informing.told"},
        "redo": {"from": "production.making.made", "to": "production.making.scheduled", "when": "times.redo < 2"},
        "finish": {"from": "production", "join": True, "to": "ready", "automatic": True},
        "ship": {"from": "ready", "to": [{"when": "price > 100", "state": "delivery"}, {"when": "price < 10", "state": "closed"}, {"state": "delivery.sent"}], "collect": ["price"]},
        "send": {"from": "delivery.packed", "to": "delivery.sent"},
        "arrive": {"from": "delivery", "to": "closed", "by": "customer"},
        "note": {"from": "any", "collect": ["note"]},
        "hold": {"from": "any", "except": ["agreed", "delivery.sent"], "to": "on_hold", "collect": ["reason"]},
        "resume": {"from": "on_hold", "to": "history"},
        "back_to_work": {"from": "on_hold", "to": "production.deep_history", "when": "decisions.how_urgent == \"high\""},
        "cancel": {"from": ["agreed", "on_hold"], "to": "cancelled", "by": ["clerk", "timer"]},
        "reopen": {"from": "closed", "to": "ready", "collect": {"optional": ["earlier", "parts"]}},
    },
    "timers": {
        "forgotten": {"while": ["on_hold"], "after": "3 working days", "perform": "cancel", "title": {"en": "Forgotten"}},
        "overdue": {"while": ["agreed"], "at": "due", "perform": "cancel"},
    },
    "promises": {
        "made_in_time": {"from": "opened", "until": ["ready"], "within": {"decision": "how_soon"}, "warn": ["75%"]},
        "answered": {"from": "agreed", "until": ["start", "cancel"], "within": "4 working hours"},
    },
    "rules": {"late": {"on": "cancelled", "when": "urgency == \"high\"", "do": {"complaints.receive": {"severity": "high"}}}},
    "effects": {
        "tell": {"on": ["ready", "promise.answered.broken"], "when": "urgency == \"high\"", "call": "send", "with": {"kind": "short"}},
        "chase": {"on": "timer.forgotten.fired"},
    },
    "properties": {
        "shipped": {"every": "completed", "visits": ["ready"]},
        "one": {"always": "one_owner"},
        "twice": {"at_most": 3, "times": "redo"},
    },
}  # fmt: skip


def flow(words: dict[str, Any]) -> Flow:
    """The flow of these words."""
    return Flow(FlowModel.model_validate(words))


def rich() -> dict[str, Any]:
    """A copy that may be changed."""
    return copy.deepcopy(RICH)


def changed(chance: random.Random, words: dict[str, Any] | None = None) -> Flow | None:
    """The rich flow, or other words, with one random change somewhere; None where that is no flow."""
    words = rich() if words is None else copy.deepcopy(words)
    path = chance.choice(list(_places(words)))
    _CHANGES[chance.choice(list(_CHANGES))](words, path, chance)
    try:
        return flow(words)
    except (ValidationError, LookupError, ValueError, ExpressionError, AttributeError, TypeError):
        return None


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield (*path, step)
        yield from _places(part, (*path, step))


def _at(words: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        words = words[step]
    return words


def _remove(words: Any, path: tuple[Any, ...], _: random.Random) -> None:
    del _at(words, path[:-1])[path[-1]]


def _other(words: Any, path: tuple[Any, ...], chance: random.Random) -> None:
    """Take the value of another place of the same kind."""
    holder, value = _at(words, path[:-1]), _at(words, path)
    alike = [_at(words, other) for other in _places(words) if type(_at(words, other)) is type(value)]
    holder[path[-1]] = copy.deepcopy(chance.choice(alike))


def _turn(words: Any, path: tuple[Any, ...], chance: random.Random) -> None:
    """Put the parts of a value into another order."""
    value = _at(words, path)
    if isinstance(value, list):
        chance.shuffle(value)
    elif isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        value.clear()
        value.update(items)


def _add(words: Any, path: tuple[Any, ...], chance: random.Random) -> None:
    """Add a part like one that is there, under a name of its own."""
    value = _at(words, path)
    if isinstance(value, dict) and value:
        value[f"extra_{chance.randrange(9)}"] = copy.deepcopy(chance.choice(list(value.values())))
    elif isinstance(value, list) and value:
        value.append(copy.deepcopy(chance.choice(value)))


def _rename(words: Any, path: tuple[Any, ...], chance: random.Random) -> None:
    """Call a name otherwise wherever it stands, so that what is changed stays whole."""
    if isinstance(path[-1], str):
        old = path[-1]
        text = json.dumps(words, ensure_ascii=False).replace(f'"{old}"', f'"{old}_x"').replace(f".{old}", f".{old}_x")
        words.clear()
        words.update(json.loads(text))


def _tick(words: Any, path: tuple[Any, ...], _: random.Random) -> None:
    """Another number, truth or text."""
    value = _at(words, path)
    if isinstance(value, bool):
        _at(words, path[:-1])[path[-1]] = not value
    elif isinstance(value, int):
        _at(words, path[:-1])[path[-1]] = value + 1
    elif isinstance(value, str):
        _at(words, path[:-1])[path[-1]] = value.replace("2", "3") if "2" in value else value + " "


_CHANGES: dict[str, Callable[[Any, tuple[Any, ...], random.Random], None]] = {
    "remove": _remove, "other": _other, "turn": _turn, "add": _add, "rename": _rename, "tick": _tick,
}  # fmt: skip
