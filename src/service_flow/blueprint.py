"""A blueprint, read, checked and compiled: what a desk works by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from service_flow.design.checking import CHECKS, Check, run_checks
from service_flow.design.checking.choosing import Choice
from service_flow.design.checking.ignoring import without_ignored
from service_flow.design.checking.proofs import Progress, prove
from service_flow.design.flow import Flow
from service_flow.design.language import BlueprintSource, Section, build, read_folder, write_folder
from service_flow.design.language.customer_facts import with_case_facts, with_customer_facts
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
    Word,
)
from service_flow.design.language.reading import in_order
from service_flow.design.migrating import prove_migrations
from service_flow.design.organisation import Calendar, compile_calendar
from service_flow.engine.case.known import KNOWN
from service_flow.engine.rules import check_kept, check_rules
from service_flow.errors import BlueprintError, Finding, NotFound, ServiceFlowError, meant, printable
from service_flow.features import DEFAULT, Feature

SHIPPED = Path(__file__).parent / "blueprints"


class Blueprint:
    """Flows, organisation and calendars by which a desk works. Immutable; load it once and share it."""

    def __init__(self, source: BlueprintSource, features: Sequence[Feature] = DEFAULT) -> None:
        """Check and compile what was read. Raises BlueprintError with everything that is wrong."""
        if not isinstance(source, BlueprintSource):
            message = f"a blueprint is made of what was read, not of a {type(source).__name__}; use Blueprint.load"
            raise BlueprintError([Finding("SF100", message, "?", 1, 1)])
        _check_features(features)
        source = with_customer_facts(source)
        chosen, unknown = _chosen(source, features)
        kept = {name: KNOWN[name].field for feature in chosen for name in feature.known}
        source = with_case_facts(source, kept)
        source = replace(source, places=tuple(place for feature in chosen for place in feature.places(source)))
        own: list[Check] = [lambda _: unknown, lambda source: check_rules(source, chosen)]
        own.append(lambda source: check_kept(source, kept))
        found = run_checks(source, [*CHECKS, *own, *(check for feature in chosen for check in feature.checks)])
        errors = [finding for finding in found if finding.severity == "error"]
        if errors:
            raise BlueprintError(errors)
        self.source = source
        self.findings: tuple[Finding, ...] = tuple(found)
        self.features: tuple[Feature, ...] = chosen
        self.flows: Mapping[str, Flow] = {name: Flow(model) for name, model in source.flows.items()}
        self._calendars: dict[str, Calendar] = {}

    @classmethod
    def load(cls, where: str | Path, features: Sequence[Feature] = DEFAULT) -> Blueprint:
        """Read a blueprint: a folder, or the name of one that ships with this library ("full_process").

        A bare word names a shipped blueprint; write `./word` for a folder of that name. Raises BlueprintError.
        """
        return cls(read_folder(locate(where), _sections(features), SHIPPED), features)

    @classmethod
    def from_models(
        cls,
        blueprint: BlueprintModel,
        flows: Iterable[FlowModel],
        organisation: OrganisationModel | None = None,
        calendars: CalendarsModel | None = None,
        *,
        migrations: Iterable[MigrationModel] = (),
        sections: Mapping[str, Word] | None = None,
        features: Sequence[Feature] = DEFAULT,
    ) -> Blueprint:
        """Make a blueprint of models built in Python (`service_flow.design.language.model`) instead of YAML.

        It is checked as YAML is, and its flows have the revisions that they have as YAML. A finding names the place
        in the models, e.g. `flow repair, transitions.quote.to[0].state`. `sections` are the models of features by
        the section's name, `migrations` how cases of older revisions move. Raises BlueprintError.
        """
        organisation = OrganisationModel() if organisation is None else organisation
        calendars = CalendarsModel() if calendars is None else calendars
        sections = {} if sections is None else sections
        known = _sections(features)
        return cls(build(blueprint, flows, organisation, calendars, sections, known, migrations), features)

    def save(self, folder: str | Path) -> None:
        """Write the blueprint as YAML into a new folder, from which `load` reads the same again.

        Comments and scenarios of a blueprint that was loaded stay behind. Raises ServiceFlowError if something stands
        there already, or nothing can be written.
        """
        write_folder(self.source, Path(folder))

    def check(
        self, *, select: Iterable[str] = (), ignore: Iterable[str] = (), progress: Progress | None = None,
        older: Iterable[Flow] = (),
    ) -> tuple[Finding, ...]:  # fmt: skip
        """Everything that is found in the blueprint, proofs included, in order of place; empty if all is well.

        `select` and `ignore` are codes or the beginnings of codes, such as "SF3"; a pedantic code, such as SF502, is
        told only if it is selected by name. Comments in the YAML that ignore a finding are heeded. `progress` is told
        how many proofs are done, and of how many. `older` are revisions that cases may stand on, or the flows of an
        older blueprint: the migrations must carry whatever cases there may have come to. Raises ServiceFlowError for a
        code that is unknown or cannot be ignored.
        """
        choice = Choice(select, ignore)
        migrations = prove_migrations(self.source, self.flows, older)
        found = (*self.findings, *prove(self.source, self.flows, progress), *migrations)
        return tuple(in_order(finding for finding in without_ignored(self.source, found) if finding in choice))

    @property
    def name(self) -> str:
        return self.source.blueprint.blueprint

    @property
    def version(self) -> str:
        return self.source.blueprint.version

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.source.blueprint.languages)

    @property
    def channels(self) -> frozenset[str]:
        """The channels contacts come by; empty when any is taken."""
        return frozenset(self.source.blueprint.channels)

    @property
    def organisation(self) -> OrganisationModel:
        return self.source.organisation

    @property
    def migrations(self) -> Mapping[str, MigrationModel]:
        """How cases of older revisions move to the present ones, by name."""
        return self.source.migrations

    @property
    def calendars(self) -> CalendarsModel:
        return self.source.calendars

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name, which answers when it is open and adds working time. Raises NotFound."""
        known = self.source.calendars.calendars
        if not isinstance(name, str) or name not in known:
            shown = printable(name)
            raise NotFound(f"the blueprint has no calendar '{shown}'{meant(shown, known)}")
        calendar = self._calendars.get(name)
        if calendar is None:
            calendar = self._calendars[name] = compile_calendar(known, name)
        return calendar

    def __repr__(self) -> str:
        return f"<Blueprint {self.name} {self.version}: {', '.join(self.flows)}>"


def shipped() -> list[str]:
    """The names of the blueprints that ship with this library."""
    return sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "blueprint.yaml").is_file())


def locate(where: str | Path) -> Path:
    """The folder that `where` means: a shipped blueprint for a bare word, otherwise the folder itself."""
    if isinstance(where, str):
        where = str.__str__(where)
    if not isinstance(where, str | Path) or not str(where).strip():
        raise BlueprintError([Finding("SF100", "no blueprint is named; name its folder, or one that ships", "?", 1, 1)])
    if not isinstance(where, str) or not where.replace("_", "").isalnum():
        return Path(where)
    known = shipped()
    if where in known:
        return SHIPPED / where
    if len(where) < 256 and Path(where).exists():
        return Path(where)
    shown = printable(where)
    message = f"no blueprint '{shown}': neither a folder nor shipped ({', '.join(known)}){meant(shown, known)}"
    raise BlueprintError([Finding("SF100", message, shown, 1, 1)])


def _check_features(features: object) -> None:
    if not isinstance(features, Sequence) or not all(isinstance(feature, Feature) for feature in features):
        raise ServiceFlowError("features= is a list of Feature, as service_flow.features.DEFAULT is")


def _sections(features: Sequence[Feature]) -> list[Section]:
    _check_features(features)
    return [section for feature in features for section in feature.sections]


def _chosen(source: BlueprintSource, features: Sequence[Feature]) -> tuple[tuple[Feature, ...], list[Finding]]:
    named = source.blueprint.features
    if not named:
        return tuple(features), []
    known = {feature.name: feature for feature in features}
    unknown = [
        source.finding("SF250", f"unknown feature '{name}'{meant(name, known)}", "blueprint", ("features", index))
        for index, name in enumerate(named)
        if name not in known
    ]
    return tuple(known[name] for name in named if name in known), unknown
