"""Complaints: received, judged, answered, repaired."""

from service_flow.engine.feature import Feature
from service_flow.features.complaints.complaints import Complaints
from service_flow.features.complaints.events import ComplaintReceived

FEATURE = Feature("complaints", Complaints)

__all__ = ["FEATURE", "ComplaintReceived", "Complaints"]
