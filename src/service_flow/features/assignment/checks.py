"""The check of assignment.yaml: what it names is there, and each rule can count for a case and find somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service_flow.design.checking.data import judged_guard
from service_flow.design.checking.missing import read_in_vain
from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.guards import cell_guard, conditions
from service_flow.design.flow.names import CUSTOMER
from service_flow.design.language import BlueprintSource
from service_flow.design.language.expressions import Expression, ExpressionError
from service_flow.design.language.model import FieldModel, FlowModel
from service_flow.engine.case.names_for_rows import customer_fields, names_for_rows
from service_flow.errors import Finding, meant
from service_flow.features.assignment.words import SECTION, AssignmentModel, AssignmentRuleModel

PART = SECTION.name
_TEXTS = ("text", "choice")
"""Types of fields that can name a skill or a language."""


def check_assignment(source: BlueprintSource) -> Iterator[Finding]:
    """SF340 to SF346: assignment rules."""
    words = source.sections.get(PART)
    if not isinstance(words, AssignmentModel):
        return
    posts = source.organisation.posts
    for index, post in enumerate(words.by):
        if post not in posts:
            yield source.finding("SF341", f"unknown post '{post}'{meant(post, posts)}", PART, ("by", index))
    for name, rule in words.rules.items():
        yield from _Rule(source, name, rule).findings()
    yield from _hidden(source, words)


class _Rule:
    """The check of one rule."""

    def __init__(self, source: BlueprintSource, name: str, rule: AssignmentRuleModel) -> None:
        self._source, self._name, self._rule = source, name, rule
        self._at: Path = ("rules", name)
        self._flows = {name: flow for name, flow in source.flows.items() if not rule.flows or name in rule.flows}

    def findings(self) -> Iterator[Finding]:
        known = list(self._places())
        yield from known
        yield from self._conditions()
        yield from self._candidates()
        yield from self._choices()
        if not known:
            yield from self._nobody()

    def _at_place(self, code: str, message: str, *path: str | int, key: bool = False, warning: bool = False) -> Finding:
        severity = "warning" if warning else "error"
        return self._source.finding(code, message, PART, (*self._at, *path), key=key, severity=severity)

    def _places(self) -> Iterator[Finding]:
        """SF340: the flows, states and posts of the cases for which it counts."""
        rule, flows, posts = self._rule, self._source.flows, self._source.organisation.posts
        for index, name in enumerate(rule.flows):
            if name not in flows:
                yield self._at_place("SF340", f"unknown flow '{name}'{meant(name, flows)}", "flows", index)
        states = {path for flow in self._flows.values() for path in all_states(flow)}
        for index, path in enumerate(rule.states):
            if path not in states:
                yield self._at_place("SF340", f"unknown state '{path}'{meant(path, states)}", "states", index)
        for index, post in enumerate(rule.posts):
            if post not in posts:
                yield self._at_place("SF340", f"unknown post '{post}'{meant(post, posts)}", "posts", index)
        there = set(rule.posts) <= posts.keys() and set(rule.flows) <= flows.keys() and set(rule.states) <= states
        if rule.posts and there and self._owners().isdisjoint(rule.posts):
            where = "of these states" if rule.states else "of these flows" if rule.flows else "of any flow"
            message = f"none of these posts owns a state {where}, so the rule counts for no case"
            yield self._at_place("SF340", message, "posts")

    def _owners(self) -> set[str]:
        """The posts that own the states in which it may count."""
        return {
            owner
            for flow in self._flows.values()
            for path, owner in _owned(flow)
            if owner is not None and _is_within(path, self._rule.states)
        }

    def _conditions(self) -> Iterator[Finding]:
        """SF342, SF234, SF235, SF501: what it asks of the case, in every flow."""
        fields = customer_fields(self._source.flows.values())
        told = set[tuple[Path, str]]()
        for name, flow in self._flows.items():
            names = names_for_rows(flow, fields)
            for word, cells in self._rule.match.items():
                try:
                    Expression.read(cell_guard(word, cells), names)
                except ExpressionError as error:
                    message = f"'{word}' cannot be matched so in flow '{name}': {error.message}{self._narrow}"
                    yield self._at_place("SF342", message, "match", word)
            if self._rule.when is not None:
                at = (*self._at, "when")
                for finding in judged_guard(self._source, PART, at, self._rule.when, names):
                    if (at, finding.message) not in told:
                        told.add((at, finding.message))
                        yield finding
            own = " && ".join(f"({text})" for text in conditions(self._rule.match, self._rule.when)) or "true"
            for word in read_in_vain(own, names, [f"{CUSTOMER}.{field}" for field in fields]):
                message = (
                    f"'{word}' is not known of every customer, and then nobody gets the case; let `when` ask for "
                    f"has({word}), too"
                )
                if ((), message) not in told:
                    told.add(((), message))
                    yield self._at_place("SF501", message, warning=True)

    @property
    def _narrow(self) -> str:
        said = self._rule.flows or len(self._flows) < 2
        return "" if said else "; say with `flows` for which cases the rule is meant"

    def _candidates(self) -> Iterator[Finding]:
        """SF341: posts, skills and languages of those among whom is chosen, and the fields that name them."""
        wanted, organisation = self._rule.candidates, self._source.organisation
        at: tuple[str | int, ...] = ("candidates",)
        for index, post in enumerate(wanted.posts):
            if post not in organisation.posts:
                message = f"unknown post '{post}'{meant(post, organisation.posts)}"
                yield self._at_place("SF341", message, *at, "posts", index)
        skills = {*organisation.skills, *(name for one in organisation.people.values() for name in one.skills)}
        for index, skill in enumerate(wanted.skills):
            yield from self._named("skill", skill.skill, skill.field, skills, (*at, "skills", index))
        if wanted.language is not None:
            people = organisation.people.values()
            languages = {*organisation.languages, *(name for one in people for name in one.languages)}
            named, field = wanted.language.language, wanted.language.field
            yield from self._named("language", named, field, languages, (*at, "language"))

    def _named(
        self, what: str, name: str | None, field: str | None, known: Iterable[str], at: tuple[str | int, ...]
    ) -> Iterator[Finding]:
        if (name is None) is (field is None):
            yield self._at_place("SF341", f"name the {what}, or the `field` that names it", *at, key=True)
        elif name is not None:
            if name not in known:
                yield self._at_place("SF341", f"unknown {what} '{name}'{meant(name, known)}", *at, what)
        elif field is not None:
            for flow_name, flow in self._flows.items():
                fields = self._fields(flow)
                if field not in fields:
                    message = f"flow '{flow_name}' has no field '{field}'{meant(field, fields)}"
                    yield self._at_place("SF341", f"{message}{self._narrow}", *at, "field")
                elif fields[field].type not in _TEXTS:
                    message = f"'{field}' holds {fields[field].type} in flow '{flow_name}'; a {what} is named by a text"
                    yield self._at_place("SF341", message, *at, "field")

    def _fields(self, flow: FlowModel) -> Mapping[str, FieldModel]:
        file = {**customer_fields(self._source.flows.values()), **flow.customer}
        return {**flow.data, **{f"{CUSTOMER}.{name}": field for name, field in file.items()}}

    def _choices(self) -> Iterator[Finding]:
        """SF344: ways of choosing that are never come to."""
        seen: list[str] = []
        for index, way in enumerate(self._rule.choose):
            always = next((one for one in seen if one != "same_as_before"), None)
            if way in seen or always is not None:
                why = "is there already" if way in seen else f"is never come to: `{always}` finds whoever is free"
                yield self._at_place("SF344", f"`{way}` {why}", "choose", index)
            seen.append(way)

    def _nobody(self) -> Iterator[Finding]:
        """SF345, SF346: whether there is anybody to be found, and what is done where there is not."""
        rule, organisation = self._rule, self._source.organisation
        people = organisation.people.values()
        posts = set(rule.candidates.posts) or (self._owners() & set(rule.posts) if rule.posts else self._owners())
        if people and posts <= organisation.posts.keys() and not any(posts & set(one.posts) for one in people):
            listed = ", ".join(sorted(posts)) or "no post"
            message = f"nobody holds what '{self._name}' chooses among ({listed}), so it never finds anybody"
            yield self._at_place("SF345", message, key=True, warning=True)
        nobody = rule.nobody
        if nobody.model_fields_set >= {"then", "post"}:
            yield self._at_place("SF346", "say `then` or `post`: the people of a post get it instead", "nobody", "post")
        if nobody.post is not None and nobody.post not in organisation.posts:
            message = f"unknown post '{nobody.post}'{meant(nobody.post, organisation.posts)}"
            yield self._at_place("SF346", message, "nobody", "post")
        if nobody.then == "supervisor" and nobody.post is None:
            owners = self._owners() & set(rule.posts) if rule.posts else self._owners()
            for post in sorted(owners & organisation.posts.keys()):
                if organisation.posts[post].supervisor is None:
                    message = f"'{post}' has no supervisor, so its cases would wait where they are; name a `post`"
                    yield self._at_place("SF346", message, "nobody")
                    return


def _hidden(source: BlueprintSource, words: AssignmentModel) -> Iterator[Finding]:
    """SF343: rules behind one that takes all their cases."""
    before: list[tuple[str, AssignmentRuleModel]] = []
    for name, rule in words.rules.items():
        for other, taken in before:
            if _covers(taken, rule):
                message = f"'{name}' can never count: '{other}' before it counts for all its cases"
                yield source.finding("SF343", message, PART, ("rules", name), key=True)
                break
        if rule.is_open and rule.nobody.then != "next_rule":
            before.append((name, rule))


def _covers(one: AssignmentRuleModel, other: AssignmentRuleModel) -> bool:
    """Whether a rule that asks nothing of the case's values counts wherever another does."""
    flows = not one.flows or (bool(other.flows) and set(other.flows) <= set(one.flows))
    posts = not one.posts or (bool(other.posts) and set(other.posts) <= set(one.posts))
    states = not one.states or (bool(other.states) and all(_is_within(path, one.states) for path in other.states))
    return flows and posts and states


def _owned(flow: FlowModel) -> Iterator[tuple[str, str | None]]:
    """The innermost states with what owns them: themselves, or a phase around them."""
    states = {path: state for path, (state, _) in all_states(flow).items()}
    for path, state in states.items():
        if not (state.states or state.regions):
            above = [states[known] for known in _around(path) if known in states]
            yield path, next((one.owner for one in above if one.owner is not None), None)


def _around(path: str) -> Iterator[str]:
    """A state and what is around it, from the inside out."""
    parts = path.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))


def _is_within(path: str, states: Iterable[str]) -> bool:
    """Whether a state is, or lies in, one of some states; any is where none is named."""
    named = list(states)
    return not named or any(path == one or path.startswith(f"{one}.") for one in named)
