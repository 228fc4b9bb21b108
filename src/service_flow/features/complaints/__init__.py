"""Complaints: received, judged, answered, repaired."""

from collections.abc import Mapping
from typing import Any

from service_flow.engine.feature import Feature, RuleCase, RuleCommand
from service_flow.engine.work.ruling import about_the_request
from service_flow.features.complaints.complaints import AsyncComplaints, Complaints
from service_flow.features.complaints.events import REPEATED, ComplaintReceived, ComplaintRepeated
from service_flow.features.complaints.repeats import Repeat, check_complaints
from service_flow.features.complaints.words import SECTION


def _the_complaint(case: RuleCase) -> Mapping[str, Any]:
    return {"complaint": case.reference}


FEATURE = Feature(
    "complaints",
    Complaints,
    offer_async=AsyncComplaints,
    sections=(SECTION,),
    checks=(check_complaints,),
    for_rules={
        "receive": RuleCommand(
            ("text", "channel", "flow", "entry"), ("text",), about_the_request, "complaint", with_event=True
        ),
        "recognise": RuleCommand((), (), _the_complaint),
    },
    known=("repeats",),
    places=lambda _: (REPEATED,),
)

__all__ = ["FEATURE", "AsyncComplaints", "ComplaintReceived", "ComplaintRepeated", "Complaints", "Repeat"]
