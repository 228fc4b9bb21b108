"""Complaints: received, judged, answered, repaired."""

from service_flow.engine.feature import Feature
from service_flow.features.complaints.complaints import AsyncComplaints, Complaints
from service_flow.features.complaints.events import ComplaintReceived

FEATURE = Feature(
    "complaints", Complaints, offer_async=AsyncComplaints, for_rules={"receive": ("text", "channel", "flow", "entry")}
)

__all__ = ["FEATURE", "AsyncComplaints", "ComplaintReceived", "Complaints"]
