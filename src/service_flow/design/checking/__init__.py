"""What can be proved of a blueprint before it runs."""

from service_flow.design.checking.calendars import check_calendars
from service_flow.design.checking.check import Check, run_checks
from service_flow.design.checking.data import check_data
from service_flow.design.checking.decisions import check_decisions
from service_flow.design.checking.effects import check_effects
from service_flow.design.checking.migrations import check_migrations
from service_flow.design.checking.people import check_people
from service_flow.design.checking.properties import check_properties
from service_flow.design.checking.regions import check_regions
from service_flow.design.checking.size import check_size
from service_flow.design.checking.states import check_states
from service_flow.design.checking.timing import check_timing

CHECKS: tuple[Check, ...] = (
    check_size,
    check_states,
    check_regions,
    check_people,
    check_data,
    check_decisions,
    check_properties,
    check_timing,
    check_effects,
    check_calendars,
    check_migrations,
)

__all__ = ["CHECKS", "Check", "run_checks"]
