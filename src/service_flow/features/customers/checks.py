"""The checks of customers.yaml: what it names is there, and what it says can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service_flow.design.checking.data import check_field
from service_flow.design.checking.missing import read_in_vain, rows_in_vain
from service_flow.design.checking.words import all_states
from service_flow.design.flow.fields import compile_field, field_type
from service_flow.design.flow.guards import cell_guard, conditions
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import BOOL, TEXT, Choice, Expression, ExpressionError, Type
from service_flow.design.language.model import SYSTEM_ACTORS, FieldModel, FlowModel
from service_flow.errors import Finding, meant
from service_flow.features.customers.facts import KIND, PROFILE, fact_types
from service_flow.features.customers.proving import prove_tiers
from service_flow.features.customers.words import (
    NAME_MATCH,
    SECTION_NAME,
    CustomersModel,
    TiersModel,
    personally,
)

Path = tuple[str | int, ...]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_customers(source: BlueprintSource) -> Iterator[Finding]:
    """SF360 to SF369: customers.yaml."""
    words = source.sections.get(SECTION_NAME)
    if isinstance(words, CustomersModel):
        yield from _Checking(source, words).all()


class _Checking:
    """One customers.yaml beside the flows of its blueprint."""

    def __init__(self, source: BlueprintSource, words: CustomersModel) -> None:
        self.source, self.words = source, words
        self.flows = {name: flow for name, flow in source.flows.items() if flow.subject == "customer"}

    def at(self, code: str, message: str, path: Path, *, key: bool = False, severity: str = "error") -> Finding:
        return self.source.finding(code, message, SECTION_NAME, path, key=key, severity=severity)

    def all(self) -> Iterator[Finding]:
        yield from self._posts()
        profiles = list(self._profiles())
        yield from profiles
        yield from self._fields()
        yield from self._preferences()
        yield from self._matching()
        yield from self._addresses()
        yield from self._done()
        if not profiles:
            yield from self._tiers()
            yield from self._ladder()

    # --- who

    def _posts(self) -> Iterator[Finding]:
        known = {*self.source.organisation.posts, *SYSTEM_ACTORS}
        for word in ("by", "merged_by"):
            for index, post in enumerate(getattr(self.words, word)):
                if post not in known:
                    yield self.at("SF360", f"unknown post '{post}'{meant(post, known)}", (word, index))

    # --- what the file holds

    def _profiles(self) -> Iterator[Finding]:
        types: dict[str, Type] = {}
        personal: dict[str, bool] = {}
        for kind, model in self.words.classes.items():
            for name, field in model.profile.items():
                path: Path = ("classes", kind, "profile", name)
                if name == NAME_MATCH:
                    message = "a file has a name beside its profile; call this field otherwise"
                    yield self.at("SF361", message, path, key=True)
                wrong = list(check_field(self.source, SECTION_NAME, path, name, field))
                yield from wrong
                if not wrong and types.setdefault(name, field_type(field)) != field_type(field):
                    message = f"'{name}' has another type in another class; tables could not read it"
                    yield self.at("SF361", message, path, key=True)
                tells = personally(field).personal is True
                if not wrong and personal.setdefault(name, tells) is not tells:
                    said = "not personal" if tells else "personal"
                    message = f"'{name}' is {said} in another class; it must be so in all of them or in none"
                    yield self.at("SF361", message, path, key=True)

    def _fields(self) -> Iterator[Finding]:
        """Fields of the customer's flow that say what the file says."""
        field = self.words.class_field
        if field is not None:
            yield from self._holds(field, ("class_field",), tuple(self.words.classes))
        for name, model in self.words.preferred.items():
            if model.field is not None:
                yield from self._holds(model.field, ("preferences", name, "field"), self._choices(name))
                if name == "contact_times":
                    message = "contact times are several lines, which no field of a flow holds; leave `field` out"
                    yield self.at("SF362", message, ("preferences", name, "field"))

    def _holds(self, field: str, path: Path, values: tuple[str, ...]) -> Iterator[Finding]:
        """Whether the customer's flows have a field that takes these values."""
        for flow in self.flows.values():
            model = flow.data.get(field)
            if model is None:
                message = f"flow '{flow.flow}' has no field '{field}'{meant(field, flow.data)}"
                yield self.at("SF362", message, path)
                continue
            if path == ("class_field",) and model.is_personal:
                message = f"'{field}' of flow '{flow.flow}' is personal, and the class of a customer stays readable"
                yield self.at("SF362", message, path)
            missing = self._untaken(model, values)
            if missing:
                message = f"'{field}' of flow '{flow.flow}' does not take {missing}"
                yield self.at("SF362", message, path)
            if model.type == "choice" and not values and path[1:2] in (("language",), ("channel",)):
                message = f"'{field}' of flow '{flow.flow}' takes {', '.join(model.choices)} alone; say so in `choices`"
                yield self.at("SF362", message, path)
            yield from self._not_asked(flow, field, path)
            for key, transition in flow.transitions.items():
                if field in transition.collect.fields:
                    message = f"'{key}' of flow '{flow.flow}' asks for '{field}' too: let the file alone change it"
                    yield self.at("SF362", message, path, severity="warning")
        if not self.flows:
            yield self.at("SF362", "the blueprint has no flow for customers", path)

    def _not_asked(self, flow: FlowModel, field: str, path: Path) -> Iterator[Finding]:
        """Openings that do not take the field, so that the flow learns of it only when the file is changed."""
        for name, opening in {"": flow.opening, **flow.entries}.items():
            if field not in opening.collect.fields:
                where = f"the entry '{name}'" if name else "the opening"
                message = f"{where} of flow '{flow.flow}' does not take '{field}': add it to `collect`, as optional"
                yield self.at("SF362", message, path, severity="warning")

    def _untaken(self, model: FieldModel, values: tuple[str, ...]) -> str:
        if model.type == "text":
            return ""
        if model.type != "choice":
            return f"a word: it is a {model.type}"
        missing = [value for value in values if value not in model.choices]
        return ", ".join(f"'{value}'" for value in missing)

    # --- what it steers

    def _choices(self, name: str) -> tuple[str, ...]:
        model = self.words.preferred[name]
        if model.choices:
            return tuple(model.choices)
        if name == "channel":
            return tuple(self.source.blueprint.channels)
        if name == "calendar":
            return tuple(self.source.calendars.calendars)
        return ()

    def _preferences(self) -> Iterator[Finding]:
        known: Mapping[str, tuple[str, ...]] = {
            "channel": tuple(self.source.blueprint.channels),
            "calendar": tuple(self.source.calendars.calendars),
        }
        for name, model in self.words.preferred.items():
            for index, choice in enumerate(model.choices):
                path: Path = ("preferences", name, "choices", index)
                if name == "contact_times":
                    message = "contact times are lines such as `monday 09:00-12:00`; leave `choices` out"
                    yield self.at("SF363", message, path)
                elif name == "language":
                    if _LANGUAGE.fullmatch(choice) is None:
                        message = f"'{choice}' is no code of a language, such as en, zh, pt-BR"
                        yield self.at("SF363", message, path)
                elif choice not in known[name] and (known[name] or name == "calendar"):
                    message = f"unknown {name} '{choice}'{meant(choice, known[name])}"
                    yield self.at("SF363", message, path)

    # --- how it is found twice

    def _addresses(self) -> Iterator[Finding]:
        for kind, model in self.words.contacts.items():
            if model.country is not None and (model.compare or "phone") != "phone":
                message = f"addresses that are compared as {model.compare} have no country"
                yield self.at("SF364", message, ("contacts", kind, "country"))

    def _matching(self) -> Iterator[Finding]:
        matching = self.words.matching
        if matching is None:
            return
        texts = {
            f"profile.{name}"
            for model in self.words.classes.values()
            for name, field in model.profile.items()
            if field.type == "text"
        }
        known = {NAME_MATCH, *self.words.contacts, *texts}
        for name in matching.weights:
            if name not in known and (self.words.contacts or "." in name):
                others = ", ".join(sorted(known))
                hint = meant(name, known) or "."
                message = f"'{name}' is nothing by which files are compared{hint} Possible: {others}."
                yield self.at("SF364", message, ("matching", "weights", name), key=True)
        if sum(matching.weights.values()) < matching.threshold:
            message = "all weights together do not reach this threshold: nothing would be found"
            yield self.at("SF364", message, ("matching", "threshold"))

    # --- tiers, ladder

    def _done(self) -> Iterator[Finding]:
        requests = [flow for flow in self.source.flows.values() if flow.subject == "request"]
        known = {state.final for flow in requests for state, _ in all_states(flow).values() if state.final}
        for index, outcome in enumerate(self.words.done):
            if outcome not in known:
                message = f"no request ends as '{outcome}', so it never counts{meant(outcome, known)}"
                yield self.at("SF366", message, ("done", index))

    def _tiers(self) -> Iterator[Finding]:
        tiers = self.words.tiers
        if tiers is None:
            return
        wrong = list(self._rows(tiers))
        yield from wrong
        yield from self._recorded(tiers)
        if not wrong:
            yield from prove_tiers(self.words, self.at)
            yield from self._known_of_all(tiers)

    def _known_of_all(self, tiers: TiersModel) -> Iterator[Finding]:
        """SF369: rows that read what is not known of every customer, who could not be weighed then."""
        rows = [conditions(row.match, row.when) for row in tiers.rows]
        found = rows_in_vain(rows, fact_types(self.words), list(self._unsure()), first=tiers.hit == "first")
        for index, name in found:
            yield self.at("SF369", self._not_known(name), ("tiers", "rows", index), severity="warning")

    def _unsure(self) -> Iterator[str]:
        """The facts that are not known of every customer."""
        field, flows = self.words.class_field, self.flows.values()
        openings = [opening for flow in flows for opening in (flow.opening, *flow.entries.values())]
        if not openings or not all(field in opening.collect.required for opening in openings):
            yield KIND
        for name in {name: 0 for model in self.words.classes.values() for name in model.profile}:
            yield f"{PROFILE}.{name}"

    def _not_known(self, name: str) -> str:
        why = f"'{name}' is not known of every customer, who cannot be weighed then"
        return f"{why}; let `when` ask for has({name}), too"

    def _rows(self, tiers: TiersModel) -> Iterator[Finding]:
        names = fact_types(self.words)
        for index, row in enumerate(tiers.rows):
            at: Path = ("tiers", "rows", index)
            if not isinstance(row.then, str):
                yield self.at("SF365", "a tier is a word; put it in quotes", (*at, "then"))
            for name, cells in row.match.items():
                try:
                    Expression.read(cell_guard(name, cells), names)
                except ExpressionError as error:
                    yield self.at("SF365", f"'{name}' cannot be matched so: {error.message}", (*at, "match", name))
            if row.when is not None:
                yield from self._guard(row.when, (*at, "when"), "SF365")
            if not row.match and row.when is None and index + 1 < len(tiers.rows):
                message = "the rows behind this one can never count: it fits always"
                yield self.at("SF366", message, at)

    def _guard(self, text: str, path: Path, code: str) -> Iterator[Finding]:
        try:
            guard = Expression.read(text, fact_types(self.words))
        except ExpressionError as error:
            message = f"this cannot be read over the facts of a customer: {error.message}"
            yield self.source.finding(code, message, SECTION_NAME, path, offset=error.offset)
            return
        if guard.type != BOOL:
            yield self.at(code, "a guard must be true or false; compare this with something", path)

    def _recorded(self, tiers: TiersModel) -> Iterator[Finding]:
        """Whether the tiers can be kept, by the transition that records them or in the file alone."""
        given = tuple(str(row.then) for row in tiers.rows)
        if tiers.in_file:
            for index, tier in enumerate(given):
                if tier not in tiers.choices:
                    message = f"unknown tier '{tier}'{meant(tier, tiers.choices)}"
                    yield self.at("SF367", message, ("tiers", "rows", index, "then"))
            return
        if not self.flows:
            message = "the blueprint has no flow for customers; name the tiers with `choices`, and the file keeps them"
            yield self.at("SF367", message, ("tiers",))
        for flow in self.flows.values():
            yield from self._records(flow, tiers, given)

    def _records(self, flow: FlowModel, tiers: TiersModel, given: tuple[str, ...]) -> Iterator[Finding]:
        field = flow.data.get(tiers.field)
        if field is None:
            message = f"flow '{flow.flow}' has no field '{tiers.field}'{meant(tiers.field, flow.data)}"
            yield self.at("SF367", message, ("tiers", "field"))
            return
        if field_type(field) != TEXT and not isinstance(field_type(field), Choice):
            yield self.at("SF367", f"'{tiers.field}' holds a {field.type}, and no tier", ("tiers", "field"))
            return
        for index, tier in enumerate(given):
            if field.type == "choice" and tier not in field.choices:
                message = f"unknown tier '{tier}'{meant(tier, field.choices)}"
                yield self.at("SF367", message, ("tiers", "rows", index, "then"))
        step = flow.transitions.get(tiers.transition)
        if step is None:
            hint = meant(tiers.transition, flow.transitions)
            message = f"flow '{flow.flow}' has no transition '{tiers.transition}'{hint}"
            yield self.at("SF367", message, ("tiers", "transition"))
        elif tiers.field not in step.collect.fields:
            message = f"'{tiers.transition}' does not ask for '{tiers.field}', so it cannot record a tier"
            yield self.at("SF367", message, ("tiers", "transition"))
        else:
            for name in step.collect.required:
                if name != tiers.field:
                    message = f"'{tiers.transition}' asks for '{name}' too, which no table gives"
                    yield self.at("SF367", message, ("tiers", "transition"))

    def _ladder(self) -> Iterator[Finding]:
        for name, step in self.words.ladder.items():
            yield from self._guard(step.when, ("ladder", name, "when"), "SF368")
            for unsure in read_in_vain(step.when, fact_types(self.words), list(self._unsure())):
                yield self.at("SF369", self._not_known(unsure), ("ladder", name, "when"), severity="warning")
            for flow in self.flows.values():
                transition = flow.transitions.get(name)
                if transition is None:
                    message = f"flow '{flow.flow}' has no transition '{name}'{meant(name, flow.transitions)}"
                    yield self.at("SF368", message, ("ladder", name), key=True)
                    continue
                for field in transition.collect.required:
                    if field not in step.data:
                        message = f"'{name}' asks for '{field}'; give it under `data`"
                        yield self.at("SF368", message, ("ladder", name), key=True)
                for field, value in step.data.items():
                    at: Path = ("ladder", name, "data", field)
                    if field not in transition.collect.fields:
                        message = f"'{name}' does not ask for '{field}'{meant(field, transition.collect.fields)}"
                        yield self.at("SF368", message, at, key=True)
                    elif field in flow.data:
                        try:
                            compile_field(field, flow.data[field]).read(value)
                        except ValueError as error:
                            yield self.at("SF368", f"'{field}' {error}", at)
            if not self.flows:
                yield self.at("SF368", "the blueprint has no flow for customers", ("ladder", name), key=True)
