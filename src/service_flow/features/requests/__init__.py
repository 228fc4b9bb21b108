"""Service requests: from the need to the follow-up."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.engine.work.ruling import for_the_customer
from service_flow.features.requests.checks import check_parents, check_words
from service_flow.features.requests.events import PLACES, RequestOpened
from service_flow.features.requests.family import as_parent
from service_flow.features.requests.requests import AsyncRequests, Requests
from service_flow.features.requests.words import SECTION

FEATURE = Feature(
    "requests",
    Requests,
    offer_async=AsyncRequests,
    sections=(SECTION,),
    checks=(check_words, check_parents),
    for_rules={
        "open": RuleCommand(
            ("need", "channel", "flow", "entry"), ("need",), for_the_customer, "request", with_event=True
        ),
        "open_child": RuleCommand(
            ("need", "relation", "channel", "flow", "entry"),
            ("need", "relation"),
            as_parent,
            "request",
            with_event=True,
        ),
    },
    known=("open_children", "open_quote", "consented", "unpaid"),
    places=lambda _: PLACES,
)

__all__ = ["FEATURE", "AsyncRequests", "RequestOpened", "Requests"]
