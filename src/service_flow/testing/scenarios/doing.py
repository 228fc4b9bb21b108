"""Steps that give a feature's own command, by its name: what it takes is read from the command itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from inspect import Parameter, signature
from typing import Any

from service_flow.design.language.values import read_date, read_duration, read_instant
from service_flow.desk import ServiceDesk
from service_flow.engine.commands import Outcome
from service_flow.errors import DataInvalid, NotFound, meant
from service_flow.testing.scenarios.model import Do

BESIDE = frozenset({"channel", "data"})
"""Words of every step that stand beside `do`, and may stand under `with` too: some commands mean more by them."""
OWN = frozenset({"self", "by", "at", "command_id"}) | BESIDE
"""What a step says in words of its own, or what only programs say."""
_READ: Mapping[str, Callable[[Any], Any]] = {"datetime": read_instant, "date": read_date, "timedelta": read_duration}
_TYPES: Mapping[type, str] = {datetime: "datetime", date: "date", timedelta: "timedelta"}


def give(desk: ServiceDesk, step: Do, cases: Mapping[str, Outcome], at: datetime) -> Outcome | None:
    """Give the command that a step names, handles resolved. None where it answers with no outcome of a case.

    Raises NotFound for a command that is not there, or takes or needs something else, and what the command raises.
    """
    method = _command(desk, step.command)
    parameters = signature(method).parameters
    said = [name for name in parameters if name not in OWN]
    given: dict[str, Any] = {}
    if step.on is not None:
        if not said or parameters[said[0]].kind is Parameter.KEYWORD_ONLY:
            raise NotFound(f"'{step.command}' is about no case of its own; take `on` out")
        given[said[0]] = cases[step.on]
    for name, value in step.given.items():
        if name in given or (name not in said and not (name in BESIDE and name in parameters)):
            raise NotFound(f"'{step.command}' takes no '{name}'{meant(name, said) or '.'} Possible: {', '.join(said)}.")
        if name in BESIDE and getattr(step, name):
            raise NotFound(f"'{name}' is said twice: beside `do`, and under `with`")
        given[name] = _read(name, value, parameters[name], cases)
    for name in said:
        if name not in given and parameters[name].default is Parameter.empty:
            where = "`on`" if parameters[name].kind is not Parameter.KEYWORD_ONLY and name == said[0] else "`with`"
            raise NotFound(f"'{step.command}' needs '{name}'; say it under {where}")
    given |= _of_the_step(step, parameters, at)
    answer = method(**given)
    return answer if isinstance(answer, Outcome) else None


def _command(desk: ServiceDesk, named: str) -> Callable[..., Any]:
    """The method of that name, if it is a command: one that somebody gives (`by`)."""
    faces = {feature.name: getattr(desk, feature.name, None) for feature in desk.blueprint.features}
    faces["promises"] = desk.promises
    feature, _, name = named.partition(".")
    face = faces.get(feature)
    if face is None:
        raise NotFound(f"blueprint '{desk.blueprint.name}' does not use the feature '{feature}'{meant(feature, faces)}")
    known = [one for one in dir(face) if not one.startswith("_") and _is_command(getattr(face, one))]
    if name not in known:
        raise NotFound(f"'{feature}' has no command '{name}'{meant(name, known) or '.'} Possible: {', '.join(known)}.")
    method: Callable[..., Any] = getattr(face, name)
    return method


def _is_command(found: object) -> bool:
    return callable(found) and "by" in (parameters := signature(found).parameters) and "command_id" in parameters


def _read(name: str, value: Any, parameter: Parameter, cases: Mapping[str, Outcome]) -> Any:
    """A value as the command takes it: a handle where it takes a case, an instant, a day or a length of time."""
    annotation = parameter.annotation
    kind = annotation if isinstance(annotation, str) else _TYPES.get(annotation, str(annotation))
    if "CaseArgument" in kind or "engine.commands.outcome.Outcome" in kind:
        return [_case(one, cases) for one in value] if isinstance(value, list) else _case(value, cases)
    read = _READ.get(kind.removesuffix(" | None"))
    if read is None or value is None:
        return value
    try:
        return read(value)
    except ValueError as error:
        raise DataInvalid(f"'{name}' {error}", fields=(name,)) from None


def _case(value: Any, cases: Mapping[str, Outcome]) -> Any:
    return cases.get(value, value) if isinstance(value, str) else value


def _of_the_step(step: Do, parameters: Mapping[str, Parameter], at: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {"by": step.by}
    if "at" in parameters:
        said["at"] = at
    for name, value in (("channel", step.channel), ("data", step.data or None)):
        if value is None:
            continue
        if name not in parameters:
            raise NotFound(f"'{step.command}' takes no '{name}'; take it out")
        said[name] = value
    return said
