"""Proofs of the matrix of responsibility: one department leads each piece of the work, and every state that belongs to
one is owned by a department that answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.checking.proofs.organisation.carriers import Carriers
from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import OrganisationModel, WorkItemModel
from service_flow.errors import Finding


def prove_responsibility(source: BlueprintSource, carriers: Carriers) -> Iterator[Finding]:
    """SF322 to SF324, SF327, SF328."""
    items = source.organisation.work_items
    for name, item in items.items():
        yield from _departments(source, name, item)
        yield from carriers.unknown(item.where, ("work_items", name, "where"))
    yield from _states(source, carriers, items)


def _departments(source: BlueprintSource, name: str, item: WorkItemModel) -> Iterator[Finding]:
    at: Path = ("work_items", name)
    if len(item.main) != 1:
        told = f"{len(item.main)} departments: {', '.join(item.main)}" if item.main else "no department"
        message = f"exactly one department answers for a piece of the work; `main` of '{name}' names {told}"
        yield source.finding("SF323", message, "organisation", (*at, "main") if item.main else at, key=True)
    seen: set[str] = set()
    for word, named in (("main", item.main), ("shared", item.shared), ("supporting", item.supporting)):
        for index, department in enumerate(named):
            if department in seen:
                message = f"'{department}' has two parts in '{name}'; keep one of them"
                yield source.finding("SF324", message, "organisation", (*at, word, index))
            seen.add(department)


def _states(source: BlueprintSource, carriers: Carriers, items: Mapping[str, WorkItemModel]) -> Iterator[Finding]:
    """Of the flows that some piece of the work names: states that belong to none, and owners who answer for none."""
    organisation = source.organisation
    belongs: dict[tuple[str, str], list[WorkItemModel]] = {}
    named: set[str] = set()
    for item in items.values():
        for text in item.where:
            carrier = carriers.find(text)
            if carrier is None:
                continue
            named.add(carrier.flow.name)
            for path in carrier.states:
                belongs.setdefault((carrier.flow.name, path), []).append(item)
    for name in sorted(named):
        flow = carriers.flows[name]
        places = all_states(flow.model)
        for path, state in flow.states.items():
            if state.outcome is not None:
                continue
            found = belongs.get((name, path), [])
            if not found:
                message = f"'{path}' belongs to none of the work items; name it in the `where` of one"
                yield source.finding("SF327", message, f"flow:{name}", places[path][1], key=True, severity="warning")
            elif state.owner is not None and not any(_answers(organisation, state.owner, item) for item in found):
                message = f"'{state.owner}' owns '{path}', and its department neither leads nor shares that work"
                yield source.finding("SF328", message, f"flow:{name}", places[path][1], key=True, severity="warning")


def _answers(organisation: OrganisationModel, owner: str, item: WorkItemModel) -> bool:
    """Whether the post's department, or one that it belongs to, leads a piece of the work or shares in it."""
    post = organisation.posts.get(owner)
    department = post.department if post is not None else None
    seen: set[str] = set()
    while department is not None and department not in seen:
        if department in item.main or department in item.shared:
            return True
        seen.add(department)
        unit = organisation.departments.get(department)
        department = unit.part_of if unit is not None else None
    return False
