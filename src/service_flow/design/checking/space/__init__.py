"""Everything a case of a flow can come to: its configurations with what it knows there, found by walking."""

from service_flow.design.checking.space.around import Pace
from service_flow.design.checking.space.explore import Also, Edge, Space, explore
from service_flow.design.checking.space.moves import MOST_STATES, MOST_STEPS, PARTS_OF_A_STEP, Fault
from service_flow.design.checking.space.situation import Situation
from service_flow.design.checking.space.tracked import Asked

__all__ = [
    "MOST_STATES",
    "MOST_STEPS",
    "PARTS_OF_A_STEP",
    "Also",
    "Asked",
    "Edge",
    "Fault",
    "Pace",
    "Situation",
    "Space",
    "explore",
]
