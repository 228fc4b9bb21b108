"""A flow with regions, joins, tables, histories, automatic transitions and properties, in which nothing is wrong."""

from __future__ import annotations

from typing import Any

ASSEMBLY: dict[str, Any] = {
    "flow": "assembly",
    "subject": "request",
    "initial": "agreed",
    "opening": {"collect": {"required": ["kind"], "optional": ["pieces"]}},
    "entries": {"rush": {"to": "production.making.scheduled", "collect": {"required": ["kind"]}, "sets": {"level": "level_of"}}},
    "data": {
        "kind": {"type": "choice", "choices": {"small": {}, "large": {}, "odd": {}}},
        "level": {"type": "choice", "choices": {"low": {}, "high": {}}},
        "pieces": {"type": "integer"},
        "price": {"type": "money"},
        "reason": {"type": "choice", "choices": {"material": {}, "staff": {}}},
    },
    "decisions": {
        "level_of": {
            "gives": {"type": "choice", "choices": {"low": {}, "high": {}}},
            "rows": [
                {"match": {"kind": ["large"]}, "then": "high"},
                {"match": {"kind": ["odd"]}, "when": "has(pieces) && pieces > 10", "then": "high"},
                {"then": "low"},
            ],
        }
    },
    "states": {
        "agreed": {"owner": "clerk"},
        "production": {
            "owner": "planner",
            "regions": {
                "making": {
                    "initial": "scheduled",
                    "states": {"scheduled": {}, "at_work": {}, "made": {"done": True}},
                },
                "informing": {"owner": "clerk", "initial": "due", "states": {"due": {}, "told": {"done": True}}},
            },
        },
        "ready": {"owner": "clerk"},
        "checked": {"owner": "boss"},
        "on_hold": {"owner": "clerk", "clock": "paused"},
        "closed": {"final": "completed"},
        "cancelled": {"final": "cancelled"},
    },
    "transitions": {
        "start": {"from": ["agreed"], "to": [{"state": "production"}], "collect": {"optional": ["pieces"]}, "sets": {"level": "level_of"}},
        "work": {"from": ["production.making.scheduled"], "to": [{"state": "production.making.at_work"}]},
        "make": {"from": ["production.making.at_work"], "to": [{"state": "production.making.made"}], "collect": {"required": ["price"]}},
        "redo": {"from": ["production.making.made"], "to": [{"state": "production.making.scheduled"}], "when": "times.redo < 2"},
        "tell": {"from": ["production.informing.due"], "to": [{"state": "production.informing.told"}]},
        "finish": {"from": ["production"], "join": True, "to": [{"state": "ready"}], "automatic": True, "when": "has(price)"},
        "check": {"from": ["ready"], "to": [{"state": "checked"}], "when": 'level == "high"', "automatic": True},
        "approve": {"from": ["checked"], "to": [{"state": "closed"}], "by": ["boss"]},
        "hand_over": {
            "from": ["ready"],
            "to": [{"when": "price > 100", "state": "checked"}, {"state": "closed"}],
            "by": ["clerk"],
        },
        "hold": {"from": ["any"], "except": ["agreed", "checked"], "to": [{"state": "on_hold"}], "collect": {"required": ["reason"]}},
        "resume": {"from": ["on_hold"], "to": [{"state": "history"}], "when": 'reason == "staff"'},
        "supplied": {"from": ["on_hold"], "to": [{"state": "history"}], "when": 'reason == "material"'},
        "cancel": {"from": ["agreed", "production", "on_hold"], "to": [{"state": "cancelled"}]},
    },
    "properties": {
        "told": {"every": "completed", "visits": ["production.informing.told"]},
        "made": {"before": "ready", "visits": ["make"]},
        "redone": {"at_most": 2, "times": "redo"},
        "large_is_checked": {"never": ["hand_over"], "when": 'level == "high"'},
        "held_goes_on": {"after": "hold", "eventually": ["resume", "supplied", "cancel"]},
        "owned": {"always": "one_owner"},
    },
}  # fmt: skip
