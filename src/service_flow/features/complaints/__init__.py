"""Complaints: received, judged, answered, repaired."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.engine.work.ruling import about_the_request
from service_flow.features.complaints.complaints import AsyncComplaints, Complaints
from service_flow.features.complaints.events import ComplaintReceived

FEATURE = Feature(
    "complaints",
    Complaints,
    offer_async=AsyncComplaints,
    for_rules={"receive": RuleCommand(("text", "channel", "flow", "entry"), ("text",), about_the_request, "complaint")},
)

__all__ = ["FEATURE", "AsyncComplaints", "ComplaintReceived", "Complaints"]
