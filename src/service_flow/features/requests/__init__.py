"""Service requests: from the need to the follow-up."""

from service_flow.engine.feature import Feature
from service_flow.features.requests.events import RequestOpened
from service_flow.features.requests.requests import AsyncRequests, Requests

FEATURE = Feature(
    "requests", Requests, offer_async=AsyncRequests, for_rules={"open": ("need", "channel", "flow", "entry")}
)

__all__ = ["FEATURE", "AsyncRequests", "RequestOpened", "Requests"]
