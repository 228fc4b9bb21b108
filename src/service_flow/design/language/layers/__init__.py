"""Blueprints that build on each other: extending, changing, including, filling in; done on texts that were parsed.

Every word keeps the file, line and column that it was written at.
"""

from service_flow.design.language.layers.including import include
from service_flow.design.language.layers.merging import REMOVE, merge
from service_flow.design.language.layers.parameters import Values, fill, values_of

__all__ = ["REMOVE", "Values", "fill", "include", "merge", "values_of"]
