"""Service requests: from the need to the follow-up."""

from service_flow.engine.feature import Feature
from service_flow.features.requests.events import RequestOpened
from service_flow.features.requests.requests import Requests

FEATURE = Feature("requests", Requests)

__all__ = ["FEATURE", "RequestOpened", "Requests"]
