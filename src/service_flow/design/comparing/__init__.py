"""What changed between two revisions of a flow, or two blueprints, in words; and what cases in flight have of it."""

from service_flow.design.comparing.blueprints import Side, compare_blueprints
from service_flow.design.comparing.change import Change
from service_flow.design.comparing.flows import compare_flows

__all__ = ["Change", "Side", "compare_blueprints", "compare_flows"]
