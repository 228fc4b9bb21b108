"""Cases of older revisions of a flow on their way to the present one: where each goes, and the proof that none is
stranded by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource, migration_part
from service_flow.design.language.model import MigrationModel
from service_flow.design.migrating.ending import Endings
from service_flow.design.migrating.names import Problem, check_names
from service_flow.design.migrating.passage import Data, NoPlaceError, Passage, Stand
from service_flow.design.migrating.proof import prove_passage
from service_flow.errors import Finding


def passages_of(plan: MigrationModel, new: Flow, older: Iterable[Flow]) -> list[Passage]:
    """The passages of a migration: from each of these revisions that it moves."""
    found = {flow.revision: flow for flow in older if flow.name == new.name and flow.revision != new.revision}
    moved = plan.sources or found
    return [Passage(flow, new, plan) for revision, flow in found.items() if revision in moved]


def problems_of(passages: list[Passage]) -> Iterator[Problem]:
    """What is wrong with a migration from these revisions; the walks are made only where all names have a place."""
    named = list(check_names(passages))
    yield from named
    if not named:
        for passage in passages:
            yield from prove_passage(passage)


def prove_migrations(source: BlueprintSource, flows: Mapping[str, Flow], older: Iterable[Flow]) -> Iterator[Finding]:
    """SF801 to SF806: what would become of cases of older revisions by the migrations of a blueprint."""
    revisions = list(older)
    for plan in source.migrations.values():
        for problem in problems_of(passages_of(plan, flows[plan.flow], revisions)):
            yield finding_of(source, plan, problem)


def finding_of(source: BlueprintSource, plan: MigrationModel, problem: Problem) -> Finding:
    """A problem at its place in the migration's file; of one that stands in no file, in its model."""
    if plan is not source.migrations.get(plan.migration):
        source = replace(source, documents={})
    return source.finding(
        problem.code, problem.message, migration_part(plan.migration), problem.at, key=problem.key,
        severity=problem.severity,
    )  # fmt: skip


__all__ = [
    "Data",
    "Endings",
    "NoPlaceError",
    "Passage",
    "Problem",
    "Stand",
    "check_names",
    "finding_of",
    "passages_of",
    "problems_of",
    "prove_migrations",
    "prove_passage",
]
