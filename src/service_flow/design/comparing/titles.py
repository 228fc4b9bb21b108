"""Titles: what people read, and nothing that a case depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.comparing.change import Change, Path
from service_flow.design.comparing.plainly import differences
from service_flow.design.language.model import FieldModel, StateModel, TransitionModel

_READ = "people read another text; nothing else changes"
_SEEN = "customers see more, or less, of a case; what may be done is the same"
Marked = FieldModel | StateModel | TransitionModel


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


def compare_shown(thing: str, name: str, label: str, old: Marked, new: Marked, place: Path) -> Iterator[Change]:
    """What customers see of it, and in which words."""
    if old.shown != new.shown:
        text = f"{label} is {'no longer ' if new.shown is None else ''}shown to the customer under its title"
        yield Change(thing, name, "changed", text, True, _SEEN, (*place, "shown"), title=new.title)
    if old.told and new.told:
        yield from compare_titles(thing, name, f"{label}, as the customer reads it", old.told, new.told, place, "told")
    elif old.told or new.told:
        text = f"{label} is {'' if new.told else 'no longer '}told to the customer in words of its own"
        yield Change(thing, name, "changed", text, True, _SEEN, (*place, "told"), title=new.title)
