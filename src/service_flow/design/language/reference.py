"""The reference of the blueprint language as a page of Markdown, made from the models.

`python -m service_flow.design.language.reference PAGE` writes it. Every word has its form, whether it is
needed, and what it says; every part has an example in which all of its words stand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator

from service_flow.design.language import model as language
from service_flow.design.language.model import (
    BlueprintModel,
    CalendarModel,
    CalendarsModel,
    Collect,
    DecidedModel,
    DecisionModel,
    DepartmentModel,
    DutyModel,
    EffectModel,
    EntryModel,
    FieldModel,
    FlowModel,
    HoursModel,
    MigrationModel,
    NatureModel,
    OpeningModel,
    OrganisationModel,
    ParameterModel,
    PartyModel,
    PersonModel,
    PostModel,
    PromiseModel,
    PropertyModel,
    PublicHolidaysModel,
    ResultModel,
    RotationModel,
    RowModel,
    RuleModel,
    SkillModel,
    SpokenModel,
    StateModel,
    TimerModel,
    TransitionModel,
    Way,
    Word,
    WorkItemModel,
)
from service_flow.design.language.reference_examples import EXAMPLES, VALUES

PARTS: dict[type[Word], tuple[str, str]] = {
    BlueprintModel: ("blueprint.yaml", "blueprint"),
    ParameterModel: ("Parameter", "parameter"),
    FlowModel: ("flows/*.yaml", "flow"),
    NatureModel: ("Nature", "nature"),
    OpeningModel: ("Opening", "opening"),
    EntryModel: ("Entry", "entry"),
    FieldModel: ("Field", "field"),
    StateModel: ("State", "state"),
    TransitionModel: ("Transition", "transition"),
    Collect: ("Form", "form"),
    Way: ("Way", "way"),
    DecisionModel: ("Decision table", "decision table"),
    ResultModel: ("Result", "result"),
    RowModel: ("Row", "row"),
    PropertyModel: ("Property", "property"),
    TimerModel: ("Timer", "timer"),
    PromiseModel: ("Promise", "promise"),
    DecidedModel: ("Decided", "decided"),
    RuleModel: ("Rule", "rule"),
    EffectModel: ("Effect", "effect"),
    MigrationModel: ("migrations/*.yaml", "migration"),
    OrganisationModel: ("organisation.yaml", "organisation"),
    DepartmentModel: ("Department", "department"),
    PostModel: ("Post", "post"),
    DutyModel: ("Duty", "duty"),
    SkillModel: ("Skill", "skill"),
    SpokenModel: ("Spoken language", "spoken language"),
    WorkItemModel: ("Work item", "work item"),
    PartyModel: ("Outside party", "outside party"),
    PersonModel: ("Person", "person"),
    CalendarsModel: ("calendars.yaml", "calendars"),
    CalendarModel: ("Calendar", "calendar"),
    HoursModel: ("Hours", "hours of a change"),
    RotationModel: ("Rotation", "rotation"),
    PublicHolidaysModel: ("Public holidays", "public holidays"),
}
"""The parts of the language in the order of the page, each with its heading and its name inside a form."""

FORMS = {
    "name": language.Name,
    "path": language.Path,
    "title": language.Title,
    "person id": language.PersonId,
    "level": language.Level,
    "carrier": language.CarrierText,
    "hours": language.Span,
    "day": language.DateText,
    "day of a year": language.DayText,
    "days": language.DaysText,
    "day of breaks": language.BreakDay,
    "time of day": language.ClockText,
    "country code": language.CountryCode,
    "weekday": language.Weekday,
    "span": language.SpanText,
    "warning": language.WarnText,
    "command": language.CommandName,
    "revision": language.RevisionText,
}
"""Forms of a value that several words share, by what the page calls them."""

INTRODUCTION = """\
# The blueprint language

<!-- This page is generated from the model of the language: `make reference`. -->

A blueprint is a folder of YAML 1.2: [`blueprint.yaml`](#blueprintyaml), one file for each flow in
[`flows/`](#flowsyaml), and where they are wanted [`organisation.yaml`](#organisationyaml) and
[`calendars.yaml`](#calendarsyaml). [Features](features.md) add files of their own. An unknown word, a word
given twice and a name that leads nowhere are errors. Guards (`when`) have [a page of their own](guards.md);
why the language is as it is stands in [decision 0002](../decisions/0002-the-language.md).

In the tables, `[x, ...]` is a list of x, `{x: y}` a mapping from x to y. A word without ✓ may be left out.
"""

MEANINGS = f"""\
## Words with a meaning of their own

| word | where | what it means |
|---|---|---|
| `{language.ANY}` | `from` | every state but the final ones and the transition's own targets |
| a phase | `from` | every state inside it, with the same two exceptions |
| a phase | `to`, `initial` | its `initial` state |
| `{language.STAY}` | `to` | the case stays where it is, as without `to`; naming its own state enters it again |
| PHASE.`{language.HISTORY}` | `to` | the state right inside it that was left last; `initial` if none was |
| PHASE.`{language.DEEP_HISTORY}` | `to` | everything inside as it was left last |
| a state with regions | `to` | the `initial` state of each region |
| a final state | `from` | only where it is named itself: so a case is reopened |
| `{language.HISTORY}` | `to` | the state from which the present one was entered |
| {", ".join(f"`{actor}`" for actor in language.SYSTEM_ACTORS)} | `by` | system actors, who act only \
where `by` names them |
"""


def language_page() -> str:
    """The page of the whole language."""
    parts = (line for part in PARTS for line in _part(part))
    return "\n".join([INTRODUCTION, *_forms(), *parts, *_values(), MEANINGS])


def words_of(part: type[Word]) -> dict[str, str]:
    """The words of a part, each with the name of its field in the model."""
    return {field.alias or name: name for name, field in part.model_fields.items()}


def _forms() -> Iterator[str]:
    yield "## Forms of values\n"
    yield "| form | what it is |"
    yield "|---|---|"
    for name, annotation in FORMS.items():
        yield f"| {name} | {_escaped(_note(annotation) or _form_of(annotation))} |"
    yield ""


def _part(part: type[Word]) -> Iterator[str]:
    heading = PARTS[part][0]
    yield f"{'##' if '.yaml' in heading else '###'} {heading}\n"
    yield f"{said_of(part, heading)}\n"
    yield from table_of(part)
    yield f"\n<!-- reads: {part.__name__} -->\n```yaml\n{EXAMPLES[part]}```\n"


def table_of(part: type[Word], names: Mapping[type[Word], tuple[str, str]] = PARTS) -> Iterator[str]:
    """The words of a part as a table. `names` are the parts that have a heading on the page, or on another that stands
    before a `#`, and how forms call them."""
    yield "| word | form | | what it says |"
    yield "|---|---|---|---|"
    hints = get_type_hints(part, include_extras=True)
    for word, name in words_of(part).items():
        field, hint = part.model_fields[name], hints[name]
        needed = "✓" if field.is_required() else ""
        titled = hint == language.Title and field.description == _note(hint)
        says = "what people read" if titled else field.description or ""
        yield f"| `{word}` | {_form(hint, names)} | {needed} | {_escaped(says)} |"


def said_of(part: type[Word], heading: str) -> str:
    """What is said of a part, without the heading that it begins with."""
    text = " ".join((part.__doc__ or "").split()).removeprefix(f"{heading}: ")
    return text[0].upper() + text[1:]


def _form(annotation: Any, names: Mapping[type[Word], tuple[str, str]]) -> str:
    """The form of a value by its name in FORMS, or spelt out: `name or [name, ...]`."""
    return next((name for name, known in FORMS.items() if annotation == known), None) or _form_of(annotation, names)


def _form_of(annotation: Any, names: Mapping[type[Word], tuple[str, str]] = PARTS) -> str:
    """The form of a value, with short forms counted in."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        short = [note.json_schema_input_type for note in arguments[1:] if isinstance(note, BeforeValidator)]
        plain = arguments[0] in (str, int)
        form = (plain and _note(annotation)) or _form(
            short[0] if short and get_origin(short[0]) is not None else arguments[0], names
        )
    elif origin in (Union, UnionType):
        forms = [_form(member, names) for member in arguments if member is not type(None)]
        form = f"{forms[0]}, or a list of them" if _many(forms) else " or ".join(forms)
    elif origin is Literal:
        words = [f"`{word}`" for word in arguments]
        form = " or ".join(word for word in (", ".join(words[:-1]), words[-1]) if word)
    elif origin is dict:
        form = f"{{{_form(arguments[0], names)}: {_form(arguments[1], names)}}}"
    elif origin is list:
        form = f"[{_form(arguments[0], names)}, ...]"
    elif annotation in names:
        heading, called = names[annotation]
        page, _, heading = heading.rpartition("#")
        form = f"[{called}]({page}#{re.sub('[^a-z0-9_ -]', '', heading.lower()).replace(' ', '-')})"
    else:
        form = {bool: "true or false", str: "text", int: "whole number"}[annotation]
    return form


def _many(forms: list[str]) -> bool:
    """Whether one, or a list of the same, is taken, and the form of one is a description."""
    return len(forms) == 2 and forms[1] == f"[{forms[0]}, ...]" and forms[0].count(" ") > 1


def _note(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        said = (getattr(note, "description", None) for note in get_args(annotation)[1:])
        return next((text for text in said if text), "")
    return ""


def _values() -> Iterator[str]:
    yield "## Types of fields\n"
    yield "What the desk takes for a field, and JSON with it. Free text counts as personal.\n"
    yield "| `type` | takes | for instance | given as JSON |"
    yield "|---|---|---|---|"
    for kind, (takes, example, given) in VALUES.items():
        yield f"| `{kind}` | {takes} | `{example}` | `{given}` |"
    yield ""
    yield (
        "The last column is the one form in which values are given as JSON: by `--format json` at the command line,\n"
        "and by the apps in `examples/`, from which you can copy the few lines that do it. Instants are in UTC; a\n"
        'duration is in seconds, or a text such as `"0.500000 seconds"` where it is no whole number of them. The desk\n'
        "takes each back.\n"
    )


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(language_page(), encoding="utf-8", newline="\n")
