"""A compiled flow: states, transitions, forms, the table of moves, and the revision that names them."""

from service_flow.design.flow.effects import Effect
from service_flow.design.flow.fields import Field, Filled, Form
from service_flow.design.flow.flow import Entry, Flow, Standing, State, Step, Transition, Way
from service_flow.design.flow.guards import Decision, Guard
from service_flow.design.flow.revision import canonical, revision_of
from service_flow.design.flow.timing import Promise, Timer
from service_flow.design.flow.tree import Configuration, StateTree

__all__ = [
    "Configuration",
    "Decision",
    "Effect",
    "Entry",
    "Field",
    "Filled",
    "Flow",
    "Form",
    "Guard",
    "Promise",
    "Standing",
    "State",
    "StateTree",
    "Step",
    "Timer",
    "Transition",
    "Way",
    "canonical",
    "revision_of",
]
