"""What is proved of an organisation once its posts and departments are right: its staff, its duties, its matrix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.checking.proofs.organisation.carriers import Carriers
from service_flow.design.checking.proofs.organisation.duties import prove_duties
from service_flow.design.checking.proofs.organisation.responsibility import prove_responsibility
from service_flow.design.checking.proofs.organisation.staffing import prove_staffing
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource
from service_flow.errors import Finding


def prove_organisation(source: BlueprintSource, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """SF320 to SF330."""
    carriers = Carriers(source, flows)
    yield from prove_staffing(source)
    yield from prove_duties(source, carriers)
    yield from prove_responsibility(source, carriers)


__all__ = ["prove_organisation"]
