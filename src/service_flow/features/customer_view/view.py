"""What a customer may see of a case: only what the flow marks with `shown` or `told`, in his words, and no name of a
member of staff. Everything else is left out before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from service_flow.design.flow import Flow
from service_flow.design.language.model import FieldModel, PromiseModel, StateModel, TransitionModel
from service_flow.engine.case.clocks import PromiseClock
from service_flow.engine.case.events import Event, Moved
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands.outcome import FormField, Option

CUSTOMER = "customer"
Marked = FieldModel | PromiseModel | StateModel | TransitionModel
PromisedState = Literal["running", "waiting", "overdue", "kept", "late", "ended"]


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as the customer reads it: its label, and the value; words of a choice have a label too."""

    name: str
    label: str
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A promise in the customer's words. It is `running`, `waiting` (its clock stands still), `overdue`, `kept`, kept
    `late`, or has `ended` with its case. `due` is when it is due (UTC), None where it waits."""

    label: str
    state: PromisedState
    due: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """Something that happened. `who` is "you" for what the customer did himself, else the title of a post, or nothing;
    `text` is what was written to him, or the instant that it is about (UTC)."""

    at: datetime
    label: str
    who: str | None
    by_customer: bool
    fields: tuple[ShownField, ...]
    text: str | datetime | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ShownOption:
    """What the customer may do, with the form it asks for. Labels of fields and choices are in his language."""

    transition: str
    label: str
    form: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A case as its customer may see it. `stands` says in his words where it stands, empty where nothing is told of
    that; `goes_on_in` is the number of the case that this one was merged into. Times are UTC."""

    number: str
    subject: str
    language: str
    stands: tuple[str, ...]
    is_open: bool
    opened_at: datetime
    goes_on_in: str | None
    fields: tuple[ShownField, ...]
    promises: tuple[ShownPromise, ...]
    steps: tuple[ShownStep, ...]
    options: tuple[ShownOption, ...]


class Telling:
    """One case told to its customer in one language. `posts` are the titles of posts."""

    def __init__(
        self, state: CaseState, flow: Flow, language: str, posts: Mapping[str, Mapping[str, str]], at: datetime
    ) -> None:
        self._state, self._flow, self._model = state, flow, flow.model
        self._language, self._posts, self._at = language, posts, at

    def view(self, events: Sequence[Event], options: Sequence[Option]) -> CustomerView:
        """The whole. `events` are those that are told, the oldest first, and `options` what he may do."""
        state = self._state
        merged = state.more.get("merged")
        return CustomerView(
            state.short, state.subject, self._language, self._stands(), state.outcome is None, state.opened_at,
            None if merged is None else merged.short, self._fields(state.data), tuple(self._promises()),
            tuple(step for step in map(self._step, events) if step is not None), self._options(options),
        )  # fmt: skip

    def _said(self, titles: Mapping[Any, str], name: str) -> str:
        """A title in the language, else in English, else in any; the name in words where there is none."""
        order = (self._language, base_of(self._language), "en", *titles)
        return next((titles[one] for one in order if titles.get(one)), name.rpartition(".")[2].replace("_", " "))

    def _label(self, marked: Marked, name: str) -> str:
        return self._said(marked.told or marked.title, name)

    def _stands(self) -> tuple[str, ...]:
        """Each state as its innermost part that is shown tells it; said once where several are told alike."""
        nodes = self._flow.tree.nodes
        told: dict[str, None] = {}
        for path in self._state.configuration:
            node = nodes.get(path)
            for each in () if node is None else (node, *node.above()):
                if each.model is not None and is_shown(each.model):
                    told[self._label(each.model, each.path)] = None
                    break
        return tuple(told)

    def _fields(self, values: Mapping[str, Any]) -> tuple[ShownField, ...]:
        """The values of fields that are shown, in the order of the flow."""
        return tuple(
            ShownField(name, self._label(model, name), self._value(model, values[name]))
            for name, model in self._model.data.items()
            if is_shown(model) and values.get(name) is not None and "reference" not in (model.type, model.of)
        )

    def _value(self, model: FieldModel, value: Any) -> Any:
        if isinstance(value, str) and value in model.choices:
            return self._said(model.choices[value], value)
        if isinstance(value, tuple) and model.of == "choice":
            return tuple(self._value(model, one) for one in value)
        return value

    def _promises(self) -> Iterator[ShownPromise]:
        for name, model in self._model.promises.items():
            clock = self._state.clocks.get(name)
            if clock is not None and is_shown(model):
                waits = clock.is_open and clock.paused_since is not None
                yield ShownPromise(
                    self._label(model, name), self._promised(clock), None if waits else clock.due, clock.ended_at
                )

    def _promised(self, clock: PromiseClock) -> PromisedState:
        if not clock.is_open:
            return "late" if clock.late else "kept"
        if self._state.outcome is not None:
            return "ended"
        if clock.broken_at is not None or (clock.due is not None and clock.due < self._at):
            return "overdue"
        return "running" if clock.paused_since is None else "waiting"

    def _step(self, event: Event) -> ShownStep | None:
        written = event.for_customer
        if isinstance(event, Moved):
            model = self._model.transitions.get(event.transition)
            if model is None or not is_shown(model):
                return None
            return ShownStep(
                event.at, self._label(model, event.transition), self._who(event), event.by == CUSTOMER,
                self._fields({**event.data, **event.personal}),
            )  # fmt: skip
        if written is None:
            return None
        label = self._said(event.TITLE, event.TOPIC.partition(":")[2].replace("-", "_"))
        return ShownStep(event.at, label, self._who(event), event.by == CUSTOMER, (), written or None)

    def _who(self, event: Event) -> str | None:
        """Who did it, as far as the customer may know: he himself, or a post that has a title."""
        titles = None if event.post is None else self._posts.get(event.post)
        return self._said(titles, event.post or "") if titles else None

    def _options(self, options: Sequence[Option]) -> tuple[ShownOption, ...]:
        return tuple(
            ShownOption(
                option.transition, self._label(self._model.transitions[option.transition], option.transition),
                option.form,
            )
            for option in options
        )  # fmt: skip


def base_of(language: str) -> str:
    """The language without its region: zh of zh-CN."""
    return language.partition("-")[0].lower()


def is_shown(marked: Marked) -> bool:
    """Whether a state, field, transition or promise is marked for the customer's eyes."""
    return marked.shown == CUSTOMER or bool(marked.told)
