"""How a feature hands in its own words: one section is one file of a blueprint."""

from __future__ import annotations

from dataclasses import dataclass

from service_flow.design.language.model import Word


@dataclass(frozen=True, slots=True)
class Section:
    """One optional file of a blueprint, `<name>.yaml`, read into `model`. `title` says what stands in it."""

    name: str
    model: type[Word]
    title: str
