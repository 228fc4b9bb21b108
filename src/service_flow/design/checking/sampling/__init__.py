"""Values by which everything that guards can tell apart is told apart: exact answers from a few samples."""

from service_flow.design.checking.sampling.evaluating import Question, answer, nested, shown
from service_flow.design.checking.sampling.marks import Marks, conditions_of, marks_of
from service_flow.design.checking.sampling.relative import Relative, mixed, relatives
from service_flow.design.checking.sampling.samples import samples
from service_flow.design.checking.sampling.scales import SCALES

__all__ = [
    "SCALES",
    "Marks",
    "Question",
    "Relative",
    "answer",
    "conditions_of",
    "marks_of",
    "mixed",
    "nested",
    "relatives",
    "samples",
    "shown",
]
