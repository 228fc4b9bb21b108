"""The codes of what reading a blueprint can find, SF100 to SF199: what each means and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What a code stands for, and what to do about it.

    `severity` is that of most of its findings: `error` and `warning` are to be mended, `info` is told to be honest. A
    `pedantic` code is told only to those who name it.
    """

    title: str
    advice: str
    severity: str = "error"
    pedantic: bool = False


CODES: dict[str, Code] = {
    "SF100": Code(
        "The blueprint cannot be opened",
        "Name the folder that holds blueprint.yaml; `service-flow new` makes one.",
    ),
    "SF101": Code(
        "A file that every blueprint needs is missing",
        "A blueprint is a folder with blueprint.yaml and at least one flow in flows/.",
    ),
    "SF102": Code(
        "A file that no part of the blueprint reads",
        "Give it the name of a part (organisation.yaml, calendars.yaml, ...), or move it elsewhere.",
    ),
    "SF103": Code(
        "A file that leads out of the blueprint's folder",
        "Put the file itself into the folder; a link may only point inside it.",
    ),
    "SF104": Code(
        "A file that cannot be read",
        "Check that it is an ordinary file and that you may read it.",
    ),
    "SF105": Code(
        "A file that is too large",
        "Split it: a file may have 4 MB, and every flow may have its own file in flows/.",
    ),
    "SF106": Code(
        "A file that is not UTF-8",
        "Save the file as UTF-8 in your editor.",
    ),
    "SF107": Code(
        "A character that cannot stand in a blueprint",
        "Take it out: of all control characters, only line breaks and tabs inside a text are allowed.",
    ),
    "SF108": Code(
        "Too many findings",
        "Mend what is told; each reading tells the first 200. Often one mistake near the top is behind them all.",
    ),
    "SF109": Code(
        "A blueprint that is too large",
        "A blueprint may have 1,000 YAML files in each folder, 8 MB and 500,000 values in all: make several of it.",
    ),
    "SF110": Code(
        "The text is not YAML",
        "Look at the place and the line above it: often it is indentation, a missing colon, an open quote.",
    ),
    "SF111": Code(
        "A tab where only spaces may stand",
        "Indent with spaces; most editors can turn tabs into spaces.",
    ),
    "SF112": Code(
        "A word is given twice",
        "Keep one of the two, or give the second another name.",
    ),
    "SF113": Code(
        "A word that is not a text",
        "Put it in quotes, or write a word before the colon.",
    ),
    "SF114": Code(
        "A tag",
        "Take the tag (!something) out: data never names code. Put a text that begins with ! in quotes.",
    ),
    "SF115": Code(
        "A merge key",
        "Write the words out, or use a plain alias (word: *name) for a whole value.",
    ),
    "SF116": Code(
        "Several documents in one file",
        "Keep one document in each file: take the --- line out, or move what follows into a file of its own.",
    ),
    "SF117": Code(
        "An empty file",
        "Write what belongs there, or delete the file if the blueprint can do without it.",
    ),
    "SF118": Code(
        "Nested too deep",
        "At most 64 lists and mappings may stand inside each other.",
    ),
    "SF119": Code(
        "An alias that contains itself",
        "Write the value out; a value cannot be a part of itself.",
    ),
    "SF120": Code(
        "Too many values",
        "A file may have 500,000 values, and its aliases may stand for 100,000 more, and for 2 million characters.",
    ),
    "SF121": Code(
        "An alias without its anchor",
        "Mark the value with &name before *name is used. Put a text that begins with * in quotes.",
    ),
    "SF122": Code(
        "A number that cannot be used",
        "Write a number of at most 100 digits, or put it in quotes if it is a text.",
    ),
    "SF123": Code(
        "A directive",
        "Take the line that begins with % out: every file is read as YAML 1.2.",
    ),
    "SF130": Code(
        "An unknown word",
        "Use one of the words in the message; an editor offers them if its first line names the schema.",
    ),
    "SF131": Code(
        "A word is missing",
        "Add the word that the message names.",
    ),
    "SF132": Code(
        "A value of another type",
        "Write the kind of value that the message names; put a text that looks like a number in quotes.",
    ),
    "SF133": Code(
        "A word outside its choices",
        "Use one of the words named in the message.",
    ),
    "SF134": Code(
        "A value that has not the right form",
        "Write it in the form that the message describes.",
    ),
    "SF135": Code(
        "A word without a value",
        "Give it a value, write {} for an empty mapping, or take the word out.",
    ),
    "SF136": Code(
        "Too few or too many entries",
        "Add or remove entries as the message says.",
    ),
    "SF137": Code(
        "A value that its part of the language refuses",
        "Change it as the message says.",
    ),
    "SF140": Code(
        "Two flows of one name",
        "Give each flow a name of its own (the word `flow` in its file).",
    ),
    "SF141": Code(
        "A flow that the blueprint extended has already",
        "Change it in changes/NAME.yaml, with `changes: FLOW` as its first word, or give this one another name.",
    ),
    "SF142": Code("A change of a flow that is not there", "Let `changes:` name a flow of this blueprint or its base."),
    "SF143": Code("Something removed that is not there", "Take the word out, or name what is there."),
    "SF144": Code(
        "A blueprint or fragment that cannot be built on",
        "Name a blueprint that ships or a folder beside this one; none may build on itself.",
    ),
    "SF145": Code(
        "A fragment that cannot be included",
        "Name a .yaml file in this blueprint's folder; what it says, nobody else may say in this flow.",
    ),
    "SF146": Code("An unknown parameter", "Declare it under `parameters:` in blueprint.yaml, or name another."),
    "SF147": Code("A parameter without a value", "Give it a `default:`, or a value under `with:`."),
    "SF148": Code("A parameter whose value does not fit its type", "The message says what is wrong with it."),
    "SF149": Code(
        "Two migrations of one name", "Give each migration a name of its own (the word `migration` in its file)."
    ),
}
