"""Recovery: a failure is repaired by remedies that a table proposes, within what each post may grant."""

from service_flow.engine.feature import Feature, RuleCommand
from service_flow.features.recovery.awaited import AsyncRecovery
from service_flow.features.recovery.checks import check_recovery, places
from service_flow.features.recovery.fills import the_complaint, the_request
from service_flow.features.recovery.kept import Remedy
from service_flow.features.recovery.plan import Proposal
from service_flow.features.recovery.recovery import Recovery
from service_flow.features.recovery.waiting import WaitingRemedy
from service_flow.features.recovery.words import SECTION

FEATURE = Feature(
    "recovery",
    Recovery,
    sections=(SECTION,),
    checks=(check_recovery,),
    offer_async=AsyncRecovery,
    for_rules={
        "start": RuleCommand((), (), the_complaint),
        "settle": RuleCommand(("done",), (), the_request, with_event=True),
    },
    known=("open_remedies", "done_remedies", "is_recovery"),
    places=places,
)

__all__ = ["FEATURE", "AsyncRecovery", "Proposal", "Recovery", "Remedy", "WaitingRemedy"]
