"""Titles: what people read, and nothing that a case depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.comparing.change import Change, Path
from service_flow.design.comparing.plainly import differences

_READ = "people read another text; nothing else changes"


def compare_titles(
    thing: str, name: str, label: str, old: Mapping[str, str], new: Mapping[str, str], place: Path, word: str = "title"
) -> Iterator[Change]:
    """A line for all that differs in a title; `label` is how the text begins, `word` the last of its place."""
    found = list(differences(dict(old), dict(new)))
    if found:
        told = "; ".join(
            f"in {each.path[0]} {each.text}" if each.path else "its languages " + each.text for each in found
        )
        text = f"{label}: the title {told}"
        yield Change(thing, name, "reworded", text, True, _READ, (*place, word), title=new)
