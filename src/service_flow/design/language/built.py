"""A blueprint built in Python: the same models, the same faults, and for a place the path in the models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from service_flow.design.language.budget import MOST_FILES
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
    Word,
)
from service_flow.design.language.reading import in_order, judge
from service_flow.design.language.section import Section
from service_flow.design.language.source import (
    BLUEPRINT,
    CALENDARS,
    NOWHERE,
    ORGANISATION,
    BlueprintSource,
    flow_part,
    migration_part,
    model_place,
)
from service_flow.design.language.tree import Items, Node, Position
from service_flow.design.language.tree import Mapping as Words
from service_flow.design.language.validating import Model
from service_flow.design.language.writing import to_yaml
from service_flow.errors import BlueprintError, Finding, meant, printable


def build(
    blueprint: BlueprintModel,
    flows: Iterable[FlowModel],
    organisation: OrganisationModel,
    calendars: CalendarsModel,
    sections: Mapping[str, Word],
    known: Sequence[Section] = (),
    migrations: Iterable[MigrationModel] = (),
) -> BlueprintSource:
    """The blueprint of these models, which `known` says the sections of.

    Each is written as YAML and read again. So whatever is built can be written too and is the same then, what was
    put into a model unchecked (`model_copy(update=...)`) is found, and nobody can change it from outside any more.
    Raises BlueprintError with everything that is wrong.
    """
    builder = _Builder()
    top = builder.part(BLUEPRINT, BlueprintModel, blueprint)
    read = builder.flows(flows)
    people = builder.part(ORGANISATION, OrganisationModel, organisation)
    hours = builder.part(CALENDARS, CalendarsModel, calendars)
    own = builder.sections(sections, {section.name: section for section in known})
    plans = builder.migrations(migrations)
    if builder.findings or top is None or people is None or hours is None:
        raise BlueprintError(in_order(builder.findings))
    return BlueprintSource("", top, read, people, hours, own, plans)


class _Builder:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def part(self, name: str, model: type[Model], given: object) -> Model | None:
        """What the reader makes of one model, or None and findings."""
        if not isinstance(given, model):
            self._report("SF132", f"{model.__name__} is expected here, not {type(given).__name__}", name)
            return None
        try:
            text = to_yaml(given)
        except (TypeError, ValueError, RecursionError):  # what was put into it is no data at all
            message = f"this {model.__name__} holds something that cannot be written as YAML"
            self._report("SF132", message, model_place(name))
            return None
        value, document, findings = judge(text, model, name)
        for finding in findings:
            path = () if document is None else _path(document.root, Position(finding.line, finding.column))
            self.findings.append(replace(finding, file=model_place(name, path), line=0, column=0))
        return value

    def flows(self, flows: Iterable[FlowModel]) -> dict[str, FlowModel]:
        some = flows if isinstance(flows, Iterable) and not isinstance(flows, Word) else ()
        given = list(islice(some, MOST_FILES + 1))
        if len(given) > MOST_FILES:
            self._report("SF109", f"more than {MOST_FILES:,} flows are handed in", "flows")
            return {}
        if not given:
            self._report("SF101", "a blueprint needs at least one flow: hand in a list of FlowModel", "flows")
        read: dict[str, FlowModel] = {}
        for index, model in enumerate(given):
            place, name = f"flows[{index}]", model.flow if isinstance(model, FlowModel) else None
            flow = self.part(flow_part(name) if isinstance(name, str) else place, FlowModel, model)
            if flow is not None and flow.flow in read:
                self._report("SF140", f"another flow is called '{flow.flow}' too", place)
            elif flow is not None:
                read[flow.flow] = flow
        return read

    def migrations(self, migrations: Iterable[MigrationModel]) -> dict[str, MigrationModel]:
        given = (
            list(migrations) if isinstance(migrations, Iterable) and not isinstance(migrations, Word) else [migrations]
        )
        read: dict[str, MigrationModel] = {}
        for index, model in enumerate(given):
            place, name = f"migrations[{index}]", getattr(model, "migration", None)
            plan = self.part(migration_part(name) if isinstance(name, str) else place, MigrationModel, model)
            if plan is not None and plan.migration in read:
                self._report("SF149", f"another migration is called '{plan.migration}' too", place)
            elif plan is not None:
                read[plan.migration] = plan
        return read

    def sections(self, sections: Mapping[str, Word], known: Mapping[str, Section]) -> dict[str, Word]:
        read: dict[str, Word] = {}
        if not isinstance(sections, Mapping):
            self._report("SF132", f"a mapping is expected here, not {type(sections).__name__}", "sections")
            return read
        for name, given in sections.items():
            section = known.get(name) if isinstance(name, str) else None
            if section is None:
                shown = printable(name)
                self._report("SF102", f"no feature reads a section of this name{meant(shown, known)}", shown)
                continue
            model = self.part(name, section.model, given)
            if model is not None:
                read[name] = model
        return read

    def _report(self, code: str, message: str, place: str) -> None:
        self.findings.append(Finding(code, message, place, *NOWHERE))


def _path(node: Node, position: Position) -> tuple[str | int, ...]:
    """The way to the innermost word or value at a position of a text that was written in block style."""
    inner: list[tuple[str | int, Position, Node]] = []
    if isinstance(node, Words):
        inner = [(word, entry.key.position, entry.value) for word, entry in node.entries.items()]
    elif isinstance(node, Items):
        inner = [(index, item.position, item) for index, item in enumerate(node.nodes)]
    before = [(step, value) for step, start, value in inner if start <= position]
    return (before[-1][0], *_path(before[-1][1], position)) if before else ()
