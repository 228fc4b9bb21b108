"""A compiled flow: states, transitions, forms, the table of moves, and the revision that names them."""

from service_flow.design.flow.fields import Field, Filled, Form
from service_flow.design.flow.flow import Configuration, Flow, Standing, State, Transition, Way
from service_flow.design.flow.revision import canonical, revision_of

__all__ = [
    "Configuration",
    "Field",
    "Filled",
    "Flow",
    "Form",
    "Standing",
    "State",
    "Transition",
    "Way",
    "canonical",
    "revision_of",
]
