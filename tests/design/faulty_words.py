"""Texts whose words are wrong, and what must be found: code, line, column, a part of the message."""

from datetime import date
from typing import Annotated, Literal

from faulty_yaml import Row, flow
from pydantic import Field

from service_flow.design.language.model import (
    BlueprintModel,
    CalendarsModel,
    OrganisationModel,
    Word,
)


class Target(Word):
    """A form with words of its own."""

    hours: Annotated[int, Field(ge=1, le=48)]
    of: Literal["all", "vip"] = "all"


class FeatureModel(Word):
    """What a feature may ask for beyond what the core's models use."""

    name: Annotated[str, Field(pattern=r"^[a-z]+$")] = "x"
    within: str | Target = "now"
    limits: Annotated[list[int], Field(max_length=2)] = Field(default_factory=list)
    rate: float = 1.0
    quota: list[int] | dict[str, int] = Field(default_factory=list)
    starts: Annotated[date | None, Field(strict=False)] = None


TRANSITION = "transitions:\n  go:\n    from: open\n    "  # goes on in line 9, column 5
IN_THE_MODEL = [
    Row("a list as a file", "- a\n", [("SF132", 1, 1, "the file should be a mapping, not a list")]),
    Row("a text as a file", "flow\n", [("SF132", 1, 1, "the file should be a mapping, not a text")]),
    Row(
        "an unknown word",
        flow("tranistions: {}\n"),
        [("SF130", 6, 1, "did you mean 'transitions'? Possible here: flow, subject")],
    ),
    Row(
        "an unknown word like none",
        flow("zzz: {}\n"),
        [("SF130", 6, 1, "unknown word 'zzz'. Possible here: flow")],
    ),
    Row(
        "an unknown word inside",
        flow(TRANSITION + "wen: x\n"),
        [
            (
                "SF130",
                9,
                5,
                "unknown word 'wen' in 'go'; did you mean 'when'? Possible here: title, from, except, to, by,",
            )
        ],
    ),
    Row(
        "an unknown word for one that is missing",
        flow("transitions: {go: {form: open}}\n"),
        [("SF130", 6, 20, "did you mean 'from'?")],
    ),
    Row(
        "an unknown word in a way",
        flow(TRANSITION + "to: [{state: open, wen: x}]\n"),
        [("SF130", 9, 24, "in this item of 'to'")],
    ),
    Row(
        "a missing word",
        flow("transitions:\n  go: {to: open}\n"),
        [("SF131", 7, 3, "'go' needs the word 'from'")],
    ),
    Row(
        "a missing word in an item",
        flow(TRANSITION + "to:\n    - when: x\n"),
        [("SF131", 10, 7, "this item of 'to' needs the word 'state'")],
    ),
    Row(
        "missing words of a file",
        "flow: a\nsubject: request\ninitial: a\n",
        [("SF131", 1, 1, "the file needs the word 'states'")],
    ),
    Row(
        "a number for a text",
        "blueprint: a\nversion: 1.0\n",
        [("SF132", 2, 10, "'version' should be a text, not a number; put it in quotes: \"1.0\"")],
        BlueprintModel,
    ),
    Row(
        "a list for a text",
        flow(TRANSITION + "when: [x]\n"),
        [("SF132", 9, 11, "'when' should be a text, not a list")],
    ),
    Row(
        "a mapping for a text",
        flow(TRANSITION + "when: {x: y}\n"),
        [("SF132", 9, 11, "'when' should be a text, not a mapping")],
    ),
    Row(
        "a text for a mapping",
        flow("data: price\n"),
        [("SF132", 6, 7, "'data' should be a mapping, not a text")],
    ),
    Row(
        "a number for a mapping",
        flow("transitions: {go: 5}\n"),
        [("SF132", 6, 19, "'go' should be a mapping, not a whole number")],
    ),
    Row(
        "a word for true or false",
        flow("data: {p: {type: text, personal: yes}}\n"),
        [("SF132", 6, 34, "true or false, not a text")],
    ),
    Row(
        "a number for true or false",
        flow("data: {p: {type: text, personal: 1}}\n"),
        [("SF132", 6, 34, "true or false, not a whole number")],
    ),
    Row(
        "a number in a list of names",
        flow(TRANSITION + "by: [tom, 3]\n"),
        [("SF132", 9, 15, "this item of 'by' should be a text")],
    ),
    Row(
        "a number for several forms",
        flow(TRANSITION + "to: 3\n"),
        [("SF132", 9, 9, "'to' should be a text or a list, not a whole number")],
    ),
    Row(
        "a text where a list is short",
        flow(TRANSITION + "collect: kind\n"),
        [("SF132", 9, 14, "'collect' should be a list of texts or a mapping")],
    ),
    Row(
        "numbers as choices",
        flow("data: {p: {type: choice, choices: [a, 2]}}\n"),
        [("SF132", 6, 39, "this item of 'choices' should be a text")],
    ),
    Row(
        "a choice given twice",
        flow("data: {p: {type: choice, choices: [a, b, a]}}\n"),
        [("SF137", 6, 35, "'choices': 'a' is given twice")],
    ),
    Row(
        "a word outside its choices",
        flow("data: {p: {type: texte}}\n"),
        [("SF133", 6, 18, "'texte' is not possible in 'type'; did you mean 'text'? Possible: text, integer")],
    ),
    Row(
        "a number outside its choices",
        flow("data: {p: {type: 5}}\n"),
        [("SF133", 6, 18, "'type' must be one of the words text, integer")],
    ),
    Row(
        "an unknown language",
        flow("title: {fr: Réparation}\n"),
        [("SF133", 6, 9, "'fr' is not possible in 'title'. Possible: en, zh.")],
    ),
    Row(
        "a name with a capital",
        flow("states2: {}\n").replace("  open:", "  Open:"),
        [
            ("SF134", 5, 3, "'Open' cannot be a word of 'states'; write lower-case letters"),
            ("SF130", 6, 1, "did you mean 'states'?"),
        ],
    ),
    Row(
        "a path with a blank",
        flow(TRANSITION + "to: in work\n"),
        [("SF134", 9, 9, "'to' cannot be 'in work'; write a state by its full path")],
    ),
    Row(
        "a field with a capital",
        flow(TRANSITION + "collect: [Kind]\n"),
        [("SF134", 9, 15, "this item of 'collect' cannot be 'Kind'")],
    ),
    Row("an empty title", flow("title: ''\n"), [("SF134", 6, 8, "'title' is empty")]),
    Row(
        "an empty choice",
        flow("data: {p: {type: choice, choices: ['']}}\n"),
        [("SF134", 6, 36, "a word of 'choices' is empty")],
    ),
    Row(
        "a title that is too long",
        flow("title: " + "x" * 501 + "\n"),
        [("SF134", 6, 8, "'title' has more than 500 characters")],
    ),
    Row(
        "a choice that is too long",
        flow("data: {p: {type: choice, choices: {" + "x" * 101 + ": A}}}\n"),
        [("SF134", 6, 36, "a word of 'choices' has more than 100 characters")],
    ),
    Row(
        "a text with a comma and without quotes",
        flow("title: {en: Returns, exchange and refund, zh: 退货}\n"),
        [("SF135", 6, 22, "'exchange and refund' has no value; if the text before it goes on here, put the whole text in quotes")],
    ),
    Row("a word without a value", flow(TRANSITION + "when:\n"), [("SF135", 9, 5, "'when' has no value")]),
    Row(
        "an item without a value",
        flow(TRANSITION + "by: [tom, ~]\n"),
        [("SF135", 9, 15, "this item of 'by' has no value")],
    ),
    Row(
        "no state at all",
        flow("").replace("\n  open: {}", " {}"),
        [("SF136", 4, 9, "'states' needs at least 1, and has none")],
    ),
    Row(
        "no source at all",
        flow("transitions: {go: {from: []}}\n"),
        [("SF136", 6, 26, "'from' needs at least 1, and has none")],
    ),
    Row(
        "working hours in words",
        "calendars: {berlin: {zone: Europe/Berlin, weekly: {monday: 9 to 5}}}\n",
        [("SF134", 1, 60, "write working hours, e.g. 09:00-18:30")],
        CalendarsModel,
    ),
    Row(
        "an unknown weekday",
        "calendars: {berlin: {zone: Europe/Berlin, weekly: {mondya: '09:00-17:00'}}}\n",
        [("SF133", 1, 52, "did you mean 'monday'?")],
        CalendarsModel,
    ),
    Row(
        "a person's id with a blank",
        "people: {tom w: {name: Tom}}\n",
        [("SF134", 1, 10, "starting with a letter or digit")],
        OrganisationModel,
    ),
    Row(
        "an unknown word of several forms",
        "within: {hours: 2, off: all}\n",
        [("SF130", 1, 20, "unknown word 'off' in 'within'; did you mean 'of'?")],
        FeatureModel,
    ),
    Row(
        "a number out of bounds in one form",
        "within: {hours: 72}\n",
        [("SF134", 1, 17, "'hours' must be at most 48")],
        FeatureModel,
    ),
    Row(
        "a number below its bounds",
        "within: {hours: 0}\n",
        [("SF134", 1, 17, "'hours' must be at least 1")],
        FeatureModel,
    ),
    Row(
        "a value of no form",
        "within: [2]\n",
        [("SF132", 1, 9, "'within' should be a text or a mapping, not a list")],
        FeatureModel,
    ),
    Row(
        "more entries than possible",
        "limits: [1, 2, 3]\n",
        [("SF136", 1, 9, "'limits' may have at most 2")],
        FeatureModel,
    ),
    Row(
        "a fraction for a whole number",
        "limits: [1.5]\n",
        [("SF132", 1, 10, "this item of 'limits' should be a whole number, not a number")],
        FeatureModel,
    ),
    Row(
        "a text for a number",
        "rate: much\n",
        [("SF132", 1, 7, "'rate' should be a number, not a text")],
        FeatureModel,
    ),
    Row(
        "a form that the model does not describe",
        "name: A1\n",
        [("SF134", 1, 7, "'name' cannot be 'A1'; write what matches ^[a-z]+$")],
        FeatureModel,
    ),
    Row(
        "a wrong part of the second of two forms",
        "quota: {vip: many}\n",
        [("SF132", 1, 14, "'vip' should be a whole number, not a text")],
        FeatureModel,
    ),
    Row(
        "a text for a date",
        "starts: soon\n",
        [("SF132", 1, 9, "'starts' should be a date such as 2026-12-24, not a text")],
        FeatureModel,
    ),
]
