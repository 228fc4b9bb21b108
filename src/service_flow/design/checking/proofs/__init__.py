"""What is proved of a flow once its names are right: that no case is stranded, and that what is declared holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from service_flow.design.checking.proofs.bounds import Bounds
from service_flow.design.checking.proofs.fields import prove_fields
from service_flow.design.checking.proofs.guards import prove_guards
from service_flow.design.checking.proofs.known import prove_known
from service_flow.design.checking.proofs.lengths import Lengths
from service_flow.design.checking.proofs.organisation import prove_organisation
from service_flow.design.checking.proofs.posts import prove_posts
from service_flow.design.checking.proofs.properties import asked_by, prove_properties
from service_flow.design.checking.proofs.soundness import prove_soundness
from service_flow.design.checking.proofs.structure import prove_structure
from service_flow.design.checking.proofs.theme import Theme
from service_flow.design.checking.proofs.time import prove_time
from service_flow.design.checking.proofs.titles import prove_titles
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding

Proof = Callable[[Theme], Iterable[Finding]]
PROOFS: tuple[Proof, ...] = (
    prove_structure, prove_guards, prove_fields, prove_soundness, prove_known, prove_properties, prove_time,
)  # fmt: skip
Progress = Callable[[int, int], None]
"""Told how many proofs are done, and of how many."""


def prove(source: BlueprintSource, flows: Mapping[str, Flow], progress: Progress | None = None) -> Iterator[Finding]:
    """What the proofs find in the flows of a blueprint whose names are right."""
    done = itertools.count(1)
    told: set[str] = set()
    bounds, lengths = Bounds(len(flows)), Lengths(source.calendars.calendars)
    # Small flows first: what they leave of the bounds is there for the large ones.
    for flow in sorted(flows.values(), key=lambda flow: len(flow.transitions)):
        theme = Theme(source, flow, tuple(asked_by(flow)), told, bounds, lengths)
        for proof in PROOFS:
            yield from proof(theme)
            if progress is not None:
                progress(next(done), len(flows) * len(PROOFS))
    yield from prove_posts(source, flows)
    yield from prove_organisation(source, flows)
    yield from prove_titles(source)


__all__ = ["PROOFS", "Progress", "Proof", "Theme", "prove"]
