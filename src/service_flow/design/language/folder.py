"""Reads a blueprint's folder: every file in it, and everything that is wrong with any of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from service_flow.design.language.model import BlueprintModel, CalendarsModel, FlowModel, OrganisationModel
from service_flow.design.language.parsing import MOST_FINDINGS
from service_flow.design.language.reading import contents, in_order, judge, reason
from service_flow.design.language.section import Section
from service_flow.design.language.source import BLUEPRINT, CALENDARS, ORGANISATION, BlueprintSource, flow_part
from service_flow.design.language.tree import Document
from service_flow.design.language.validating import Model
from service_flow.errors import BlueprintError, Finding, InputError, meant

MOST_FILES = 1_000
"""YAML files in a blueprint's folder, and in its flows/, at most."""
MOST_BYTES_IN_ALL = 4_000_000
"""Bytes of all files of a blueprint together, at most."""
_YAML = (".yaml", ".yml")


def read_folder(path: str | Path, sections: Sequence[Section] = ()) -> BlueprintSource:
    """The blueprint in a folder: blueprint.yaml and flows/*.yaml, and where they are there organisation.yaml,
    calendars.yaml and a file for each section. scenarios/ and files that are not YAML are left alone.

    Raises BlueprintError with everything that is wrong in any file, in order of file and place. Files are
    named as `path` names the folder.
    """
    return _Reader(path, sections).read()


class _Reader:
    def __init__(self, path: str | Path, sections: Sequence[Section]) -> None:
        self.root = Path(path)
        self.sections = sections
        self.findings: list[Finding] = []
        self.files: dict[str, Path] = {}
        self.documents: dict[str, Document] = {}
        self.bytes = 0

    def read(self) -> BlueprintSource:
        self._open()
        self.files = {file.name: file for file in self._yaml_files(self.root)}
        self._refuse_unknown_files()
        blueprint = self._part(BLUEPRINT, BlueprintModel, required=True)
        flows = dict(self._flows())
        organisation = self._part(ORGANISATION, OrganisationModel)
        calendars = self._part(CALENDARS, CalendarsModel)
        sections = {section.name: self._part(section.name, section.model) for section in self.sections}
        if self.findings or blueprint is None:
            raise BlueprintError(in_order(self.findings))
        return BlueprintSource(
            folder=str(self.root),
            blueprint=blueprint,
            flows=flows,
            organisation=organisation or OrganisationModel(),
            calendars=calendars or CalendarsModel(),
            sections={name: model for name, model in sections.items() if model is not None},
            documents=self.documents,
        )

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

    def _flows(self) -> Iterator[tuple[str, FlowModel]]:
        folder = self.root / "flows"
        files = self._yaml_files(folder)
        if not files:
            message = "a blueprint needs at least one flow, e.g. flows/service_request.yaml"
            self._report("SF101", message, folder)
        for file in files:
            if file.suffix != ".yaml":
                self._report("SF102", f"flows are read from .yaml files; name it '{file.stem}.yaml'", file)
                continue
            flow, document = self._file(file, FlowModel)
            if flow is None or document is None:
                continue
            twin = self.documents.get(flow_part(flow.flow))
            if twin is not None:
                line, column = document.position(("flow",))
                message = f"the flow in {Path(twin.file).name} is called '{flow.flow}' too"
                self.findings.append(Finding("SF140", message, document.file, line, column))
                continue
            self.documents[flow_part(flow.flow)] = document
            yield flow.flow, flow

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

    def _part(self, name: str, model: type[Model], *, required: bool = False) -> Model | None:
        file = self.files.get(f"{name}.yaml")
        if file is None:
            if required:
                self._report("SF101", f"a blueprint needs {name}.yaml", self.root / f"{name}.yaml")
            return None
        value, document = self._file(file, model)
        if document is not None:
            self.documents[name] = document
        return value

    def _file(self, file: Path, model: type[Model]) -> tuple[Model | None, Document | None]:
        source = self._contents(file) if len(self.findings) <= MOST_FINDINGS else None
        if source is None:
            return None, None
        value, document, findings = judge(source, model, str(file))
        self.findings += findings
        return value, document

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
        except OSError as error:
            fault = f"the file cannot be read: {reason(error)}"
        except RuntimeError:
            fault = "this link leads to itself"
        if source is None:
            self._report(code, fault, file)
            return None
        self.bytes += len(source)
        if self.bytes > MOST_BYTES_IN_ALL:
            fault = f"up to here, the files of this blueprint have more than {MOST_BYTES_IN_ALL // 1_000_000} MB in all"
            self._report("SF109", fault, file)
            raise BlueprintError(in_order(self.findings))
        return source


def _is_meant(file: Path) -> bool:
    return file.suffix.lower() in _YAML and not file.name.startswith(".")
