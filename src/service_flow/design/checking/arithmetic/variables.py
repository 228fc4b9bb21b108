"""The variables of a question as terms, what is so of them whatever their values, and the values that a model gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_flow.design.checking.arithmetic import domains
from service_flow.design.checking.arithmetic.terms import Term, Terms, Truth, Value
from service_flow.design.checking.sampling import SCALES, Marks
from service_flow.design.checking.sampling.marks import is_natural
from service_flow.design.checking.sampling.samples import elements
from service_flow.design.language.expressions import BOOL, DECIMAL, MONEY, REFERENCE, TEXT, Choice, ListOf, Type
from service_flow.design.language.values import Money


@dataclass(slots=True)
class Variable:
    """One variable: its term (of a list, the length), and whether it is there, which a guard may ask with has()."""

    name: str
    type: Type
    term: Term
    there: Term
    currency: Term = None
    members: dict[object, Term] = field(default_factory=dict)


class Variables:
    """The variables that expressions turned out to read."""

    def __init__(self, terms: Terms, marks: Mapping[str, Marks]) -> None:
        self.terms = terms
        self.marks = marks
        coins = any(mark.type == MONEY for mark in marks.values())
        self.words = domains.Words(len(marks), coins)
        self.known: dict[str, Variable] = {}

    # --- as terms

    def value(self, name: str) -> Value | None:
        """A variable other than a boolean or a list; None where it is nothing that is reckoned with."""
        variable = self._variable(name)
        if variable is None or variable.type == BOOL or isinstance(variable.type, ListOf):
            return None
        return Value(variable.term, variable.there, variable.currency)

    def truth(self, name: str) -> Truth | None:
        variable = self._variable(name)
        if variable is None or variable.type != BOOL:
            return None
        return self.terms.answer(variable.there, variable.term)

    def there(self, name: str) -> Term | None:
        """Whether it has a value."""
        variable = self._variable(name)
        return None if variable is None else variable.there

    def length(self, name: str) -> Value | None:
        """How many elements a list has."""
        variable = self._variable(name)
        if variable is None or not isinstance(variable.type, ListOf):
            return None
        return Value(variable.term, variable.there)

    def member(self, name: str, element: object) -> Truth | None:
        """Whether an element is in a list."""
        variable = self._variable(name)
        if variable is None or not isinstance(variable.type, ListOf) or variable.type.element == MONEY:
            return None
        if element not in variable.members:
            variable.members[element] = self.terms.new_truth(name)
        return self.terms.answer(variable.there, variable.members[element])

    def _variable(self, name: str) -> Variable | None:
        if name not in self.marks:
            return None
        if name not in self.known:
            self.known[name] = self._made(name, self.marks[name])
        return self.known[name]

    def _made(self, name: str, mark: Marks) -> Variable:
        terms, kind = self.terms, mark.type
        there = terms.new_truth(name) if mark.asked else terms.true
        if kind == BOOL:
            return Variable(name, kind, terms.new_truth(name), there)
        if kind == MONEY:
            return Variable(name, kind, terms.new_real(name), there, terms.new_whole(name))
        for word in kind.words if isinstance(kind, Choice) else ():
            self.words.number(word)
        return Variable(name, kind, terms.new_real(name) if kind == DECIMAL else terms.new_whole(name), there)

    # --- what is so of them

    def facts(self) -> Iterator[Term]:
        """What is so of the values of every variable. Ask when all expressions are known: new words change it."""
        for variable in self.known.values():
            yield self._fact(variable)

    def _fact(self, variable: Variable) -> Term:
        terms, kind, term = self.terms, variable.type, variable.term
        if kind in SCALES:
            return domains.on_scale(terms, kind, term, natural=is_natural(variable.name))
        if isinstance(kind, Choice):
            return terms.some(term == self.words.number(word) for word in kind.words)
        if isinstance(kind, ListOf):
            counted = [terms.chosen(inside, terms.whole(1), terms.whole(0)) for inside in variable.members.values()]
            return term >= sum(counted, terms.whole(0))
        if kind == MONEY:
            return self.words.currencies(terms, variable.currency)
        if kind == TEXT:
            return self.words.texts(terms, term)
        return terms.true if kind == BOOL else terms.among(term, 0, len(self.marks))

    def wishes(self, wish: domains.Wish) -> Iterator[Term]:
        """What is wished of every variable."""
        for variable in self.known.values():
            kind = DECIMAL if variable.type == MONEY else variable.type
            if kind in SCALES:
                yield wish.on(self.terms, kind, variable.term)
            elif isinstance(kind, ListOf) and wish.longest is not None:
                yield variable.term <= wish.longest

    # --- the values of a model

    def world(self, read: Callable[[Term], Any]) -> dict[str, Any] | None:
        """Values by name, where `read` gives what a model says of a term; what is not there is left out. None where
        the model means something that is no value, such as the root of 2."""
        found: dict[str, Any] = {}
        for name, variable in self.known.items():
            if not read(variable.there):
                continue
            value = self._read(variable, read)
            if value is None:
                return None
            found[name] = value
        return found

    def _read(self, variable: Variable, read: Callable[[Term], Any]) -> Any:
        kind, found = variable.type, read(variable.term)
        if kind == BOOL:
            return bool(found)
        if kind == MONEY:
            amount, coin = domains.decimal_of(found), self.words.word(read(variable.currency).as_long())
            return None if amount is None or coin is None else Money(amount, coin)
        if kind == TEXT or isinstance(kind, Choice):
            return self.words.word(found.as_long())
        if kind == REFERENCE:
            return domains.reference_of(found.as_long())
        if isinstance(kind, ListOf):
            inside = {element: bool(read(term)) for element, term in variable.members.items()}
            return _list(kind.element, found.as_long(), inside)
        return domains.value_of(kind, found)


def _list(element: Type, length: int, inside: Mapping[object, bool]) -> tuple[Any, ...] | None:
    """A list of that length with these elements and without those; None where there is none to show."""
    chosen = [value for value, there in inside.items() if there]
    fillers = [value for value in elements(element, len(inside)) if value not in inside] or chosen
    missing = length - len(chosen)
    if length > domains.LONGEST_SHOWN or missing < 0 or (missing and not fillers):
        return None
    return (*chosen, *(fillers[number % len(fillers)] for number in range(missing)))
