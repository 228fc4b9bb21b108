"""The check of a blueprint's rules: what they listen to is there, and what they give is a command of a feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service_flow.design.checking.words import Path, all_states
from service_flow.design.flow.effects import time_places
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import RuleModel
from service_flow.engine.feature import Feature, RuleCommand
from service_flow.errors import Finding, meant

OPENED = "opened"
ACTOR = "rule"


def check_rules(source: BlueprintSource, features: Sequence[Feature]) -> Iterator[Finding]:
    """SF274: rules, with the features that the blueprint uses."""
    commands = {f"{feature.name}.{name}": one for feature in features for name, one in feature.for_rules.items()}
    for name, flow in source.flows.items():
        places = [OPENED, *all_states(flow), *flow.transitions, *time_places(flow.promises, flow.timers)]
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
        for name in given:
            if name not in commands[command].takes:
                message = f"'{command}' takes no '{name}'{meant(name, commands[command].takes)}"
                yield source.finding("SF274", message, part, (*at, command, name), key=True)
        for name in command_needs(commands[command], given):
            yield source.finding("SF274", f"'{command}' needs '{name}'", part, (*at, command), key=True)
        yield from _may(source, part, (*at, command), commands[command], given)


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
    elif opening.collect.required:
        message = f"opening a {command.opens} in flow '{flow.flow}' asks for '{opening.collect.required[0]}'"
        yield source.finding("SF274", message, part, at, key=True)
