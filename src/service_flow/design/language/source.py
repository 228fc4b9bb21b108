"""A blueprint as it was read: its models, its texts, and the place of everything in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    FlowModel,
    MigrationModel,
    OrganisationModel,
    Word,
)
from service_flow.design.language.tree import Document, Position
from service_flow.errors import Finding

BLUEPRINT, ORGANISATION, CALENDARS = "blueprint", "organisation", "calendars"
NOWHERE = Position(0, 0)
"""The position of what stands in no text."""


def flow_part(name: str) -> str:
    """The name of a flow as a part of a blueprint."""
    return f"flow:{name}"


def migration_part(name: str) -> str:
    """The name of a migration as a part of a blueprint."""
    return f"migration:{name}"


def model_place(part: str, path: Sequence[str | int] = ()) -> str:
    """A place in the models, for what has no text: `flow repair, transitions.quote.to[0].state`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return ", ".join(filter(None, (part.replace(":", " "), steps)))


@dataclass(frozen=True, slots=True)
class BlueprintSource:
    """What a blueprint's folder holds. Names in it may still lead nowhere; checking finds that out.

    `folder` is as the user named it. `sections` holds the files of features that are there, by the section's
    name. `documents` holds the texts by part: "blueprint", "organisation", "calendars", "flow:<name>",
    "migration:<name>" or a section's name. A blueprint made in Python has neither folder nor documents. `places` are
    what the blueprint's features say can happen to a case beside what its flow says: rules, effects and promises may
    name it.
    """

    folder: str
    blueprint: BlueprintModel
    flows: Mapping[str, FlowModel]
    organisation: OrganisationModel = field(default_factory=OrganisationModel)
    calendars: CalendarsModel = field(default_factory=CalendarsModel)
    sections: Mapping[str, Word] = field(default_factory=dict)
    migrations: Mapping[str, MigrationModel] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False)
    places: tuple[str, ...] = ()

    @property
    def files(self) -> dict[str, str]:
        """The text of each file by the name that findings give it. Lines end with a line feed."""
        texts: dict[str, str] = {}
        for document in self.documents.values():
            texts |= {document.file: document.text, **document.others}
        return texts

    def place(
        self, part: str, path: Sequence[str | int] = (), *, key: bool = False, offset: int | None = None
    ) -> tuple[str, Position]:
        """The file and position of the value at `path` in a part, or of its word with `key`.

        `path` is in the words of the language, as in `("transitions", "analyse", "to", 0, "when")`. It may
        name what the YAML leaves out or writes in a short form; the longest part of it that is there counts.
        `offset` counts characters from the beginning of the text at `path`. A part without a file stands at
        the top of blueprint.yaml. Where there are no texts at all, the path itself is the place.
        """
        if not self.documents:
            return model_place(part, path), NOWHERE
        document = self.documents.get(part)
        if document is not None:
            return document.place(path, key=key, offset=offset)
        top = self.documents.get(BLUEPRINT)
        return (top.file if top is not None else f"{self.folder}/blueprint.yaml"), Position(1, 1)

    def finding(
        self,
        code: str,
        message: str,
        part: str,
        path: Sequence[str | int] = (),
        *,
        key: bool = False,
        severity: str = "error",
        offset: int | None = None,
    ) -> Finding:
        """A finding at that place; `part`, `path`, `key` and `offset` as for `place`."""
        file, position = self.place(part, path, key=key, offset=offset)
        return Finding(code, message, file, position.line, position.column, severity)
