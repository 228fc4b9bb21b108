"""The check of a blueprint's rules: what they listen to is there, and what they give is a command of a feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service_flow.design.checking.words import Path, all_states
from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import RuleModel
from service_flow.engine.feature import Feature
from service_flow.errors import Finding, meant

OPENED = "opened"


def check_rules(source: BlueprintSource, features: Sequence[Feature]) -> Iterator[Finding]:
    """SF274: rules, with the features that the blueprint uses."""
    commands = {f"{feature.name}.{name}": takes for feature in features for name, takes in feature.for_rules.items()}
    for name, flow in source.flows.items():
        places = {OPENED, *all_states(flow), *flow.transitions}
        for key, rule in flow.rules.items():
            at: Path = ("rules", key)
            if rule.on not in places:
                message = f"'{rule.on}' is neither a state nor a transition{meant(rule.on, places)}"
                yield source.finding("SF274", message, f"flow:{name}", (*at, "on"))
            yield from _do(source, f"flow:{name}", (*at, "do"), rule, commands)


def _do(
    source: BlueprintSource, part: str, at: Path, rule: RuleModel, commands: dict[str, tuple[str, ...]]
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
            if name not in commands[command]:
                message = f"'{command}' takes no '{name}'{meant(name, commands[command])}"
                yield source.finding("SF274", message, part, (*at, command, name), key=True)
