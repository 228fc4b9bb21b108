"""Service requests: from the need to the follow-up."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.engine.work.ruling import for_the_customer
from service_flow.features.requests.events import RequestOpened
from service_flow.features.requests.requests import AsyncRequests, Requests

FEATURE = Feature(
    "requests",
    Requests,
    offer_async=AsyncRequests,
    for_rules={"open": RuleCommand(("need", "channel", "flow", "entry"), ("need",), for_the_customer, "request")},
)

__all__ = ["FEATURE", "AsyncRequests", "RequestOpened", "Requests"]
