"""Proofs of duties: that each names what carries it, and that whoever has it has a hand in that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service_flow.design.checking.proofs.organisation.carriers import Carriers
from service_flow.design.checking.words import Path
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import DutyModel, OrganisationModel
from service_flow.errors import Finding


def prove_duties(source: BlueprintSource, carriers: Carriers) -> Iterator[Finding]:
    """SF322, SF325, SF326. Where no duty says what carries it, none is asked to: texts alone are fine."""
    organisation = source.organisation
    everyone: list[tuple[str, str, Sequence[DutyModel]]] = [
        *(("departments", name, unit.duties) for name, unit in organisation.departments.items()),
        *(("posts", name, post.duties) for name, post in organisation.posts.items()),
    ]
    tied = any(duty.carried_by for _, _, duties in everyone for duty in duties)
    for kind, name, duties in everyone:
        hands = _hands(organisation, name) if kind == "departments" else _with_those_below(organisation, {name})
        for index, duty in enumerate(duties):
            at: Path = (kind, name, "duties", index)
            yield from carriers.unknown(duty.carried_by, (*at, "carried_by"))
            found = [carrier for text in duty.carried_by if (carrier := carriers.find(text)) is not None]
            if tied and not duty.carried_by:
                message = f"nothing carries this duty of '{name}'; say with `carried_by` where in flows it is done"
                yield source.finding("SF325", message, "organisation", (*at, "text"), severity="warning")
            elif found and not any(carrier.by_all or not carrier.posts.isdisjoint(hands) for carrier in found):
                whose = "no post of" if kind == "departments" else "neither the post nor one below"
                message = f"others carry this duty: {whose} '{name}' has a hand in what it names"
                yield source.finding("SF326", message, "organisation", (*at, "carried_by"), severity="warning")


def _hands(organisation: OrganisationModel, department: str) -> set[str]:
    """The posts of a department and of those that belong to it."""
    inside = {department}
    while more := {name for name, unit in organisation.departments.items() if unit.part_of in inside} - inside:
        inside |= more
    return {name for name, post in organisation.posts.items() if post.department in inside}


def _with_those_below(organisation: OrganisationModel, posts: set[str]) -> set[str]:
    """Posts, and those that they supervise, however far below: whoever is above answers for what they do."""
    found = set(posts)
    while more := {name for name, post in organisation.posts.items() if post.supervisor in found} - found:
        found |= more
    return found
