"""What happened, as a CloudEvent. Source: https://github.com/cloudevents/spec (version 1.0, JSON format)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service_flow.engine.work.call import EffectCall


def cloud_event(call: EffectCall, source: str, data: Mapping[str, Any] | None) -> bytes:
    """The event in structured JSON, with `data` of the host's own or, without it, what holds no personal data."""
    entry = call.entry
    return json.dumps(
        {
            "specversion": "1.0",
            "id": call.key,
            "source": source,
            "type": f"service_flow.{call.case.reference.subject}.{entry.what}",
            "subject": call.case.number,
            "time": instant(entry.at),
            "datacontenttype": "application/json",
            "data": dict(data) if data is not None else _told(call),
        },
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def _told(call: EffectCall) -> dict[str, Any]:
    """Names of the flow, numbers and instants: nothing that anybody typed."""
    entry, case = call.entry, call.case
    return {
        "effect": call.effect,
        "with": dict(call.given),
        "case": case.number,
        "case_id": str(case.reference.id),
        "flow": case.flow,
        "what": entry.what,
        "about": entry.about,
        "left": entry.left,
        "entered": entry.entered,
        "outcome": case.outcome,
        "version": entry.version,
        "at": instant(entry.at),
        "recorded_at": instant(call.event.recorded_at),
    }


def instant(at: datetime) -> str:
    """As RFC 3339 writes it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
