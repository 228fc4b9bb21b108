"""The rules of assignment.yaml, made ready: which of them count for a case, and whom they want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from service_flow.design.flow import Flow
from service_flow.design.flow.guards import all_hold, conditions
from service_flow.design.flow.names import CIRCUMSTANCES, CUSTOMER
from service_flow.design.language.expressions import EvaluationError, Expression, ExpressionError, Type
from service_flow.engine.case.circumstances import Circumstances
from service_flow.engine.case.clocks import stands_in
from service_flow.engine.case.names_for_rows import customer_fields, names_for_rows
from service_flow.engine.case.state import CaseState
from service_flow.engine.commands import Commands
from service_flow.engine.commands.flows import FlowBook
from service_flow.errors import GuardSaidNo
from service_flow.features.assignment.staff import Listed, Skill
from service_flow.features.assignment.words import SECTION, AssignmentModel, AssignmentRuleModel

_CUSTOMER = f"{CUSTOMER}."


class Wanted(NamedTuple):
    """Whom a rule wants for a case."""

    posts: tuple[str, ...]
    skills: tuple[Skill, ...] = ()
    language: str | None = None
    at_work: bool = False


class Rule:
    """A rule, ready for the cases of one revision of a flow. `name` is None for what counts behind all others: the
    people of the posts that own the case, the fewest open cases first."""

    def __init__(self, name: str | None, model: AssignmentRuleModel, names: Mapping[str, Type]) -> None:
        self.name, self.model = name, model
        self._states = frozenset(model.states)
        self._posts = frozenset(model.posts)
        self._conditions = tuple(Expression.read(text, names) for text in conditions(model.match, model.when))
        self._asks = frozenset[str]().union(*(one.reads & CIRCUMSTANCES for one in self._conditions))
        fields = (*(skill.field for skill in model.candidates.skills), _language_field(model))
        self.reads_customer = CUSTOMER in self._asks or any((field or "").startswith(_CUSTOMER) for field in fields)

    def counts(self, state: CaseState, around: Circumstances) -> bool:
        """Whether it counts for a case. Raises GuardSaidNo where that cannot be worked out."""
        if self._states and not stands_in(state.configuration, self._states):
            return False
        if self._posts and self._posts.isdisjoint(state.owners):
            return False
        if not self._conditions:
            return True
        values = around.around(state.data, self._asks, state, state.configuration[0])
        try:
            return all_hold(self._conditions, values)
        except EvaluationError as error:
            because = f"{state.short}: whether assignment rule '{self.name}' counts cannot be worked out: {error}"
            raise GuardSaidNo(because, case=state.short) from None

    def wanted(self, state: CaseState, around: Circumstances) -> Wanted:
        """Whom it wants for a case."""
        model = self.model.candidates
        skills = ((one.skill or _value(one.field, state, around), one.level) for one in model.skills)
        language = None
        if model.language is not None:
            language = model.language.language or _value(model.language.field, state, around)
        posts = tuple(model.posts) or state.owners
        named = tuple((name, level) for name, level in skills if name is not None)
        return Wanted(posts, named, language, model.at_work)

    def queue(self, wanted: Wanted) -> str:
        """The name of those who take turns: the rule's own, with what of the wanted differs from case to case. Each
        such group goes round for itself, or some would never have their turn."""
        model = self.model.candidates
        parts = [self.name or "", *(() if model.posts else wanted.posts)]
        if any(skill.field is not None for skill in model.skills):
            parts += (name for name, _ in wanted.skills)
        if _language_field(self.model) is not None:
            parts.append(wanted.language or "-")
        return " ".join(parts)


class Book:
    """All rules of a desk, with the people they choose among."""

    def __init__(self, commands: Commands) -> None:
        words = commands.sections.get(SECTION.name)
        self.words = words if isinstance(words, AssignmentModel) else AssignmentModel()
        self.listed, self.people = Listed(commands.organisation), commands.people
        self._customer = customer_fields(flow.model for flow in commands.flows.named.values())
        self._rules: dict[str, tuple[Rule, ...]] = {}

    def rules_for(self, flow: Flow) -> tuple[Rule, ...]:
        """The rules that may count for the cases of a flow, in order; the last counts for every case. A rule whose
        conditions name what an older revision of the flow does not have counts for no case of it."""
        found = self._rules.get(flow.revision)
        if found is None:
            names = names_for_rows(flow.model, self._customer)
            found = self._rules[flow.revision] = (*self._made(flow, names), Rule(None, AssignmentRuleModel(), names))
        return found

    def _made(self, flow: Flow, names: Mapping[str, Type]) -> Iterator[Rule]:
        for name, model in self.words.rules.items():
            if not model.flows or flow.name in model.flows:
                try:
                    yield Rule(name, model, names)
                except ExpressionError:
                    continue  # of the present revision, the check of the blueprint has read it


_BOOKS: WeakKeyDictionary[FlowBook, Book] = WeakKeyDictionary()


def book_of(commands: Commands) -> Book:
    """The rules of a desk, made ready once: each command and each rule of a flow makes a face of its own."""
    found = _BOOKS.get(commands.flows)  # of which a desk has one, whether a command is given alone or within another
    if found is None:
        found = _BOOKS[commands.flows] = Book(commands)
    return found


def _language_field(model: AssignmentRuleModel) -> str | None:
    return None if model.candidates.language is None else model.candidates.language.field


def _value(field: str | None, state: CaseState, around: Circumstances) -> str | None:
    """The text that a field holds; None where it is empty."""
    if field is None:
        return None
    name = field.removeprefix(_CUSTOMER)
    value: Any = (state.data if name == field else around.customer).get(name)
    return value if isinstance(value, str) and value else None
