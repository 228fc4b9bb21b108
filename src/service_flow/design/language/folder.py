"""Reads a blueprint's folder: every file in it, and everything that is wrong with any of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from service_flow.design.language.budget import MOST_FILES, Budget
from service_flow.design.language.layers import fill, include, merge, values_of
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
)
from service_flow.design.language.parsing import MOST_FINDINGS
from service_flow.design.language.reading import contents, in_order, parse, reason
from service_flow.design.language.section import Section
from service_flow.design.language.source import (
    BLUEPRINT,
    CALENDARS,
    ORGANISATION,
    BlueprintSource,
    flow_part,
    migration_part,
)
from service_flow.design.language.tree import Document, Scalar
from service_flow.design.language.validating import Model, validate
from service_flow.errors import BlueprintError, Finding, InputError, meant, printable

MOST_EXTENDED = 16
"""Blueprints that are built on each other, at most."""
EXTENDS, CHANGES = "extends", "changes"
_YAML = (".yaml", ".yml")


def read_folder(path: str | Path, sections: Sequence[Section] = (), shipped: Path | None = None) -> BlueprintSource:
    """The blueprint in a folder: blueprint.yaml and flows/*.yaml, and where they are there organisation.yaml,
    calendars.yaml, migrations/*.yaml and a file for each section; laid over the blueprint that it extends. scenarios/
    and files that are not YAML are left alone. `shipped` is the folder of the blueprints that ship.

    Raises BlueprintError with everything that is wrong in any file, in order of file and place. Files are
    named as `path` names the folder.
    """
    return _Reader(path, sections, shipped).read()


class _Reader:
    def __init__(
        self, path: str | Path, sections: Sequence[Section], shipped: Path | None, above: tuple[Path, ...] = (),
        budget: Budget | None = None,
    ) -> None:  # fmt: skip
        self.root = Path(path)
        self.sections = sections
        self.shipped, self.above = shipped, above
        self.findings: list[Finding] = []
        self.files: dict[str, Path] = {}
        self.fragments: dict[str, Document | str] = {}
        self.budget = Budget() if budget is None else budget

    def read(self) -> BlueprintSource:
        documents = self.parts()
        if BLUEPRINT not in documents:
            raise BlueprintError(in_order(self.findings))
        blueprint = self._model(documents, BLUEPRINT, BlueprintModel)
        if blueprint is not None:
            values, faults = values_of(blueprint, documents[BLUEPRINT])
            self.findings += faults
            for part, document in documents.items():
                if part != BLUEPRINT:
                    documents[part], faults = fill(document, values)
                    self.findings += faults
        flows = self._models(documents, flow_part(""), FlowModel)
        migrations = self._models(documents, migration_part(""), MigrationModel)
        organisation = self._model(documents, ORGANISATION, OrganisationModel)
        calendars = self._model(documents, CALENDARS, CalendarsModel)
        sections = {section.name: self._model(documents, section.name, section.model) for section in self.sections}
        if self.findings or blueprint is None:
            raise BlueprintError(in_order(self.findings))
        return BlueprintSource(
            folder=str(self.root),
            # What was built on is in it now: written back, it stands alone.
            blueprint=blueprint.model_copy(update={"extends": None, "parameters": {}, "given": {}}),
            flows={flow.flow: flow for flow in flows},
            organisation=organisation or OrganisationModel(),
            calendars=calendars or CalendarsModel(),
            sections={name: model for name, model in sections.items() if model is not None},
            migrations={plan.migration: plan for plan in migrations},
            documents=documents,
        )

    def parts(self) -> dict[str, Document]:
        """The texts of this blueprint by part, laid over those of the one it extends, none of them judged yet."""
        self._open()
        self.files = {file.name: file for file in self._yaml_files(self.root)}
        self._refuse_unknown_files()
        own: dict[str, Document] = {}
        for name in (BLUEPRINT, ORGANISATION, CALENDARS, *(section.name for section in self.sections)):
            document = self._part(name)
            if document is not None:
                own[name] = document
        base = self._base(own[BLUEPRINT]) if BLUEPRINT in own else {}
        flows = dict(self._flows(needed=not base))
        for part, document in flows.items():
            if part in base:
                message = f"the blueprint that this one extends has this flow; change it in {CHANGES}/"
                self._at("SF141", message, document, ("flow",))
        own |= {part: document for part, document in flows.items() if part not in base}
        own |= self._migrations()
        documents = {**base, **own}
        for part, document in own.items():
            if part in base:
                documents[part] = self._laid(base[part], document, frozenset({EXTENDS}))
        for document in self._changes():
            self._change(documents, document)
        return documents

    def _base(self, document: Document) -> dict[str, Document]:
        """The texts of the blueprint that this one extends; none if it extends none, or one that cannot be had."""
        found = document.find((EXTENDS,))
        if not isinstance(found, Scalar) or not isinstance(found.value, str):
            return {}  # where that is wrong, the model says so
        folder = self._extended(found.value)
        fault = None
        if len(self.above) >= MOST_EXTENDED:
            fault = f"more than {MOST_EXTENDED} blueprints are built on each other"
        elif folder is None:
            fault = f"no blueprint '{printable(found.value)}' ships, nor is it a folder beside this one"
        elif folder.resolve() in {*(path.resolve() for path in self.above), self.root.resolve()}:
            fault = f"'{printable(found.value)}' extends this blueprint itself"
        if folder is None or fault is not None:
            self._at("SF144", fault or "", document, (EXTENDS,))
            return {}
        reader = _Reader(folder, self.sections, self.shipped, (*self.above, self.root), self.budget)
        try:
            parts = reader.parts()
        except BlueprintError as error:
            self.findings += error.findings
            return {}
        self.findings += reader.findings
        # Where flows are changed, cases have other revisions than those that the base knows how to move.
        return {part: document for part, document in parts.items() if not part.startswith(migration_part(""))}

    def _extended(self, name: str) -> Path | None:
        if self.shipped is not None and name.replace("_", "").isalnum():
            folder = self.shipped / name
            return folder if (folder / "blueprint.yaml").is_file() else None
        try:
            folder = (self.root / name).resolve()
            return self.root / name if not Path(name).is_absolute() and folder.is_dir() else None
        except (OSError, RuntimeError, ValueError):
            return None

    def _laid(self, base: Document, over: Document, leave: frozenset[str]) -> Document:
        document, findings = merge(base, over, leave)
        self.findings += findings
        return document

    def _changes(self) -> Iterator[Document]:
        """What changes/*.yaml say; their first word names the flow that each changes."""
        for file in self._yaml_files(self.root / CHANGES):
            document = self._parsed(file)
            if document is not None:
                yield document

    def _change(self, documents: dict[str, Document], document: Document) -> None:
        named = document.find((CHANGES,))
        flows = {part.removeprefix(flow_part("")): part for part in documents if part.startswith(flow_part(""))}
        if not isinstance(named, Scalar) or not isinstance(named.value, str):
            self._at("SF131", f"say which flow is changed, e.g. `{CHANGES}: {next(iter(flows), 'repair')}`", document)
        elif named.value not in flows:
            shown = printable(named.value)
            message = f"there is no flow '{shown}' to change{meant(shown, flows)}"
            self._at("SF142", message, document, (CHANGES,))
        else:
            part = flows[named.value]
            documents[part] = self._laid(documents[part], document, frozenset({CHANGES}))

    def _at(self, code: str, message: str, document: Document, path: tuple[str, ...] = ()) -> None:
        file, place = document.place(path)
        self.findings.append(Finding(code, message, file, place.line, place.column))

    def _model(self, documents: dict[str, Document], part: str, model: type[Model]) -> Model | None:
        document = documents.get(part)
        if document is None or len(self.findings) > MOST_FINDINGS:
            return None
        value, findings = validate(model, document)
        self.findings += findings
        return value

    def _models(self, documents: dict[str, Document], beginning: str, model: type[Model]) -> list[Model]:
        """The models of the parts whose names begin so."""
        found = [self._model(documents, part, model) for part in documents if part.startswith(beginning)]
        return [one for one in found if one is not None]

    def _report(self, code: str, message: str, file: Path) -> None:
        self.findings.append(Finding(code, message, str(file), 1, 1))

    def _open(self) -> None:
        """Refuses what is not a folder that can be listed: nothing else can be found then."""
        try:
            if self.root.is_dir():
                next(self.root.iterdir(), None)
                return
            message = "there is no such folder"
            if self.root.exists():
                message = "this is a file; name the folder that holds blueprint.yaml"
        except (OSError, ValueError) as error:
            message = f"the folder cannot be opened: {reason(error)}"
        self._report("SF100", message, self.root)
        raise BlueprintError(self.findings)

    def _refuse_unknown_files(self) -> None:
        names = (BLUEPRINT, ORGANISATION, CALENDARS, *(section.name for section in self.sections))
        known = [f"{name}.yaml" for name in names]
        for name, file in self.files.items():
            if name not in known:
                hint = meant(f"{file.stem}.yaml", known) or "."
                message = f"no part of a blueprint is read from this file{hint} Possible: {', '.join(known)}."
                self._report("SF102", message, file)

    def _flows(self, *, needed: bool) -> Iterator[tuple[str, Document]]:
        folder = self.root / "flows"
        files = self._yaml_files(folder)
        if not files and needed:
            message = "a blueprint needs at least one flow, e.g. flows/service_request.yaml"
            self._report("SF101", message, folder)
        found: dict[str, Document] = {}
        for file in files:
            if file.suffix != ".yaml":
                self._report("SF102", f"flows are read from .yaml files; name it '{file.stem}.yaml'", file)
                continue
            document = self._parsed(file)
            if document is None:
                continue
            size = document.root.size
            document, faults = include(document, self._fragment)
            self.findings += faults
            self._spend(file, repeated=document.root.size - size)
            named = document.find(("flow",))
            name = named.value if isinstance(named, Scalar) and isinstance(named.value, str) else f"?{file.name}"
            part = flow_part(name)
            twin = found.get(part)
            if twin is not None:
                message = f"the flow in {Path(twin.file).name} is called '{name}' too"
                self._at("SF140", message, document, ("flow",))
                continue
            found[part] = document
            yield part, document

    def _migrations(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for file in self._yaml_files(self.root / "migrations"):
            if file.suffix != ".yaml":
                self._report("SF102", f"migrations are read from .yaml files; name it '{file.stem}.yaml'", file)
                continue
            document = self._parsed(file)
            if document is None:
                continue
            named = document.find(("migration",))
            name = named.value if isinstance(named, Scalar) and isinstance(named.value, str) else f"?{file.name}"
            twin = found.setdefault(migration_part(name), document)
            if twin is not document:
                message = f"the migration in {Path(twin.file).name} is called '{name}' too"
                self._at("SF149", message, document, ("migration",))
        return found

    def _fragment(self, name: str) -> Document | str:
        known = self.fragments.get(name)
        if known is None:
            known = self.fragments[name] = self._new_fragment(name)
        return known

    def _new_fragment(self, name: str) -> Document | str:
        file = self.root / name
        before = len(self.findings)
        document = self._parsed(file) if file.suffix == ".yaml" else None
        if document is not None:
            return document
        if len(self.findings) > before:
            return self.findings.pop().message
        return f"no fragment '{printable(name)}'; name a .yaml file in this blueprint's folder"

    def _yaml_files(self, folder: Path) -> list[Path]:
        """The YAML files of a folder by name; hidden ones, as editors leave them, are not meant."""
        try:
            files = list(islice((file for file in folder.iterdir() if _is_meant(file)), MOST_FILES + 1))
        except FileNotFoundError:
            return []
        except OSError as error:
            self._report("SF104", f"the folder cannot be opened: {reason(error)}", folder)
            return []
        if len(files) > MOST_FILES:
            self._report("SF109", f"more than {MOST_FILES:,} YAML files stand in this folder", folder)
            raise BlueprintError(in_order(self.findings))
        return sorted(files)

    def _part(self, name: str) -> Document | None:
        file = self.files.get(f"{name}.yaml")
        if file is None:
            if name == BLUEPRINT:
                self._report("SF101", f"a blueprint needs {name}.yaml", self.root / f"{name}.yaml")
            return None
        return self._parsed(file)

    def _parsed(self, file: Path) -> Document | None:
        source = self._contents(file) if len(self.findings) <= MOST_FINDINGS else None
        if source is None:
            return None
        document, findings = parse(source, str(file))
        self.findings += findings
        if document is not None:
            self._spend(file, values=document.root.size - document.repeated, repeated=document.repeated)
        return document

    def _contents(self, file: Path) -> bytes | None:
        """What a file holds; None, and a finding, where it cannot be read."""
        source, code, fault = None, "SF104", ""
        try:
            if file.resolve(strict=True).is_relative_to(self.root.resolve()):
                source = contents(file, str(file))
            else:
                code, fault = "SF103", "this leads out of the blueprint's folder"
        except InputError as error:
            fault = error.message
        except (OSError, ValueError) as error:
            fault = f"the file cannot be read: {reason(error)}"
        except RuntimeError:
            fault = "this link leads to itself"
        if source is None:
            self._report(code, fault, file)
            return None
        self._spend(file, bytes=len(source))
        return source

    def _spend(self, file: Path, **what: int) -> None:
        over = self.budget.spend(**what)
        if over is not None:
            self._report("SF109", f"up to here, the files of this blueprint have more than {over} in all", file)
            raise BlueprintError(in_order(self.findings))


def _is_meant(file: Path) -> bool:
    return file.suffix.lower() in _YAML and not file.name.startswith(".")
