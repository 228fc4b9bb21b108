"""The data of cases: fields added, removed and of another type, the words of choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service_flow.design.comparing.change import Change, How, Path
from service_flow.design.comparing.pair import Pair
from service_flow.design.comparing.plainly import names, reordered, without
from service_flow.design.comparing.titles import compare_shown, compare_titles
from service_flow.design.language.model import FieldModel


def compare_fields(pair: Pair) -> Iterator[Change]:
    """Every difference of the fields of two revisions."""
    yield from _several("field", "field", "data", pair.old.model.data, pair.new.model.data)
    label = "the customer's field"
    yield from _several("customer fact", label, "customer", pair.old.model.customer, pair.new.model.customer)
    yield from _several("case fact", "what is kept of the case,", "case", pair.old.model.case, pair.new.model.case)


def _several(
    thing: str, label: str, word: str, old: Mapping[str, FieldModel], new: Mapping[str, FieldModel]
) -> Iterator[Change]:
    for name, field in old.items():
        if name not in new:
            because = "guards of this flow no longer read it"
            if word == "data":
                because = "the value that a case has would be lost, unless a migration gives it another name"
            held = _held(word, name)
            yield Change(
                thing, name, "removed", f"{label} '{name}' is gone", word != "data", because, (word, name),
                title=field.title, holds=held,
            )  # fmt: skip
    for name, field in new.items():
        if name in old:
            yield from _Field(thing, label, word, name, old[name], field).changes()
        else:
            text = f"{label} '{name}' is new: {_type(field)}"
            because = "no case has a value for it yet" if word == "data" else "guards of this flow read it now"
            yield Change(thing, name, "added", text, True, because, (word, name), title=field.title)
    if reordered(old, new):
        text = f"the {thing}s stand in another order: {names(new)}"
        yield Change(thing, "", "reworded", text, True, "screens show them so", (word,))


class _Field:
    def __init__(self, thing: str, label: str, word: str, name: str, old: FieldModel, new: FieldModel) -> None:
        self.thing, self.word, self.name, self.old, self.new = thing, word, name, old, new
        self.label = f"{label} '{name}'"

    def changes(self) -> Iterator[Change]:
        old, new = self.old, self.new
        if old.type != new.type:
            yield self._say("changed", f"is {_type(new)} instead of {_type(old)}", False, _UNREADABLE, "type")
        if old.of != new.of:
            yield self._say("changed", f"lists values of type {new.of} instead of {old.of}", False, _UNREADABLE, "of")
        if old.to != new.to:
            text = f"points to {_any(new.to)} instead of {_any(old.to)}"
            yield self._say("changed", text, new.to is None, _UNREADABLE if new.to else _STILL, "to")
        if old.personal != new.personal:
            yield self._personal()
        if old.fact != new.fact:
            yield self._fact()
        if old.fact != new.fact:
            said = "is a fact that the app hands in now" if new.fact else "is no longer a fact that the app hands in"
            yield self._say("changed", said, True, _STILL, "fact")
        yield from self._choices()
        place = (self.word, self.name)
        yield from compare_titles(self.thing, self.name, self.label, old.title, new.title, place)
        yield from compare_shown(self.thing, self.name, self.label, old, new, place)

    def _personal(self) -> Change:
        if self.old.is_personal == self.new.is_personal:
            return self._say("reworded", "says in other words whether it is personal", True, _STILL, "personal")
        if self.new.is_personal:
            text, because = "is personal now", "values recorded from now on stand apart; those recorded before do not"
            return self._say("changed", text, True, because, "personal")
        text, because = "is no longer personal", "values recorded from now on do not stand apart"
        return self._say("changed", text, True, because, "personal")

    def _fact(self) -> Change:
        if self.new.fact:
            text, because = "is a fact of the app's now", "no screen asks for it any more; the app gives it"
            return self._say("changed", text, False, because, "fact")
        return self._say("changed", "is no fact of the app's any more", True, "screens ask for it", "fact")

    def _choices(self) -> Iterator[Change]:
        old, new = self.old.choices, self.new.choices
        lost, gained = without(old, new), without(new, old)
        if lost:
            text, because = f"no longer has the choices {names(lost)}", "a case may have one of them"
            yield self._say("stricter", text, False, because, "choices", thing="choice")
        if gained:
            text = f"has the choices {names(gained)} too"
            yield self._say("looser", text, True, "no case has one of them yet", "choices", thing="choice")
        for word in (word for word in new if word in old):
            label = f"{self.label}, choice '{word}'"
            place = (self.word, self.name, "choices")
            yield from compare_titles("choice", self.name, label, old[word], new[word], place, word)
        if reordered(old, new):
            text = f"has its choices in another order: {names(new)}"
            yield self._say("reworded", text, True, "forms show them so", "choices", thing="choice")

    def _say(self, how: How, text: str, compatible: bool, because: str, word: str, thing: str = "") -> Change:
        place: Path = (self.word, self.name, word)
        return Change(
            thing or self.thing, self.name, how, f"{self.label} {text}", compatible, because, place,
            title=self.new.title, holds=_held(self.word, self.name),
        )  # fmt: skip


_UNREADABLE = "the value that a case has is none of the new ones"
_STILL = "the value that a case has can stay"


def _held(word: str, name: str) -> frozenset[str]:
    return frozenset({name}) if word == "data" else frozenset()


def _type(field: FieldModel) -> str:
    return f"{field.type} of {field.of}" if field.of is not None else field.type


def _any(subject: str | None) -> str:
    return f"a {subject}" if subject is not None else "any case"
