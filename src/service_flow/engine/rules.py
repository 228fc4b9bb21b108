"""What is checked with the features that a blueprint uses: its rules listen to what is there and give commands of a
feature; its guards read what a feature keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.effects import time_places
from service_flow.design.flow.fields import compile_field
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import FieldModel, OpeningModel, RuleModel
from service_flow.engine.feature import Feature, RuleCommand
from service_flow.errors import Finding, meant

OPENED = "opened"
ACTOR = "rule"


def check_rules(source: BlueprintSource, features: Sequence[Feature]) -> Iterator[Finding]:
    """SF274: rules, with the features that the blueprint uses."""
    commands = {f"{feature.name}.{name}": one for feature in features for name, one in feature.for_rules.items()}
    for name, flow in source.flows.items():
        timed = time_places(flow.promises, flow.timers)
        places = [OPENED, *all_states(flow), *flow.transitions, *timed, *source.places]
        known = frozenset(places)
        for key, rule in flow.rules.items():
            at: Path = ("rules", key)
            for index, place in enumerate(rule.on):
                if place not in known:
                    message = f"'{place}' is nothing that happens in this flow{meant(place, places)}"
                    yield source.finding("SF274", message, f"flow:{name}", (*at, "on", index))
            yield from _do(source, f"flow:{name}", (*at, "do"), rule, commands)


def _do(
    source: BlueprintSource, part: str, at: Path, rule: RuleModel, commands: dict[str, RuleCommand]
) -> Iterator[Finding]:
    for command, given in rule.do.items():
        if command not in commands:
            known = ", ".join(commands) or "none"
            message = (
                f"no feature has a command '{command}' for rules{meant(command, commands) or '.'} Possible: {known}."
            )
            yield source.finding("SF274", message, part, (*at, command), key=True)
            continue
        opening = opening_of(source, commands[command], given)
        filled = () if opening is None else (*opening.collect.required, *opening.collect.optional)
        for name in given:
            if name not in commands[command].takes and name not in filled:
                message = f"'{command}' takes no '{name}'{meant(name, commands[command].takes)}"
                yield source.finding("SF274", message, part, (*at, command, name), key=True)
        for name in command_needs(commands[command], given):
            yield source.finding("SF274", f"'{command}' needs '{name}'", part, (*at, command), key=True)
        yield from _may(source, part, (*at, command), commands[command], given)


def check_kept(source: BlueprintSource, kept: Mapping[str, FieldModel]) -> Iterator[Finding]:
    """SF251: what a flow says guards may read of a case, with what the features that the blueprint uses keep of it."""
    for name, flow in source.flows.items():
        for field, model in flow.case.items():
            if field not in kept:
                message = f"no feature keeps 'case.{field}'{meant(field, kept)}"
                yield source.finding("SF251", message, f"flow:{name}", ("case", field), key=True)
            elif model != kept[field]:
                message = f"'case.{field}' is of another type; take it out: it is filled in where guards read it"
                yield source.finding("SF251", message, f"flow:{name}", ("case", field), key=True)


def opening_of(source: BlueprintSource, command: RuleCommand, given: Mapping[str, object]) -> OpeningModel | None:
    """The opening that a rule's command leads to, whose form it may fill in; None for a command that opens nothing."""
    flows = {name: flow for name, flow in source.flows.items() if flow.subject == command.opens}
    named = given.get("flow")
    flow = flows.get(str(named)) if named is not None else next(iter(flows.values()), None)
    entry = given.get("entry")
    return None if flow is None else flow.opening if entry is None else flow.entries.get(str(entry))


def command_needs(command: RuleCommand, given: Mapping[str, object]) -> list[str]:
    """What a rule must give a command, and does not."""
    return [name for name in command.needs if not str(given.get(name, "")).strip()]


def _may(
    source: BlueprintSource, part: str, at: Path, command: RuleCommand, given: Mapping[str, object]
) -> Iterator[Finding]:
    """Whether the actor `rule` may open the case, and needs to fill in nothing for that."""
    if command.opens is None:
        return
    flows = {name: flow for name, flow in source.flows.items() if flow.subject == command.opens}
    named = given.get("flow")
    if named is None and len(flows) != 1:
        message = f"the blueprint has {len(flows) or 'no'} flows for a {command.opens}; name one with `flow`"
        yield source.finding("SF274", message, part, at, key=True)
        return
    flow = flows.get(str(named)) if named is not None else next(iter(flows.values()))
    if flow is None:
        message = f"no flow '{named}' for a {command.opens}{meant(str(named), flows)}"
        yield source.finding("SF274", message, part, (*at, "flow"))
        return
    entry = given.get("entry")
    opening = flow.opening if entry is None else flow.entries.get(str(entry))
    if opening is None:
        message = f"flow '{flow.flow}' has no entry '{entry}'{meant(str(entry), flow.entries)}"
        yield source.finding("SF274", message, part, (*at, "entry"))
    elif ACTOR not in opening.by:
        message = f"rules may not open a case of flow '{flow.flow}'; add `{ACTOR}` to the `by` of its opening"
        yield source.finding("SF274", message, part, at, key=True)
    else:
        for name in opening.collect.required:
            if name not in given:
                message = f"opening a {command.opens} in flow '{flow.flow}' asks for '{name}'"
                yield source.finding("SF274", message, part, at, key=True)
                return
        for name in given.keys() - set(command.takes) & flow.data.keys():
            try:
                compile_field(name, flow.data[name]).read(given[name])
            except ValueError as error:
                yield source.finding("SF274", f"'{name}' {error}", part, (*at, name))
