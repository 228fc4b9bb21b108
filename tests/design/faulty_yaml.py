"""Texts that are wrong as YAML, and what must be found: code, line, column, a part of the message."""

from typing import NamedTuple

from service_flow.design.language.model import FlowModel, Word

BASE = "flow: repair\nsubject: request\ninitial: open\nstates:\n  open: {}\n"  # the next line is line 6


class Row(NamedTuple):
    """One wrong text and all that must be found in it."""

    title: str
    text: str
    findings: list[tuple[str, int, int, str]]
    model: type[Word] = FlowModel


def flow(tail: str) -> str:
    """A sound flow with one more part, which begins in line 6."""
    return BASE + tail


AS_YAML = [
    Row("an empty text", "", [("SF117", 1, 1, "the file is empty")]),
    Row("comments only", "# to be written\n", [("SF117", 1, 1, "the file is empty")]),
    Row("an empty document", "---\n...\n", [("SF117", 1, 1, "the file is empty")]),
    Row("null as a document", "~\n", [("SF117", 1, 1, "the file is empty")]),
    Row(
        "a tab as indentation",
        "states:\n\topen: {}\n",
        [("SF111", 2, 1, "a tab stands where only spaces may")],
    ),
    Row("a tab after a colon", "flow:\trepair\n", [("SF111", 1, 6, "a tab stands where only spaces may")]),
    Row("a quote that is never closed", "flow: 'repair\nsubject: request\n", [("SF110", 1, 7, "never closed")]),
    Row(
        "a bracket that is never closed",
        "a: [x, y\n",
        [("SF110", 1, 4, "the '[' opened here is never closed")],
    ),
    Row("a bracket that swallows the next line", "a: [x\nb: 2\n", [("SF110", 1, 4, "before line 2")]),
    Row(
        "a brace with a comma missing",
        "a: {x: 1 y: 2}\n",
        [("SF110", 1, 11, "this ':' does not belong here")],
    ),
    Row(
        "a text behind a closing quote",
        "a: {x: 'it' y}\n",
        [("SF110", 1, 13, "a ',' or '}' is missing before this")],
    ),
    Row(
        "a conditional in a flow mapping",
        "a: {when: x ? y : z}\n",
        [("SF110", 1, 17, "put the text in quotes")],
    ),
    Row("a second colon in a line", "title: Note: this\n", [("SF110", 1, 12, "a second ':' in one line")]),
    Row(
        "a line that is indented too far",
        "flow: a\n  subject: b\n",
        [("SF110", 2, 10, "goes on from the one above")],
    ),
    Row(
        "a line that is indented too little",
        "a:\n   b: 1\n  c: 2\n",
        [("SF110", 3, 3, "check its indentation")],
    ),
    Row("a list item among words", "flow: a\n- b\n", [("SF110", 2, 1, "check its indentation")]),
    Row("a text behind a quoted one", "a: 'it's'\n", [("SF110", 1, 8, "the quotes before it")]),
    Row("a word without its colon", "a: 1\nflow\n", [("SF110", 2, 1, "the ':' behind this word is missing")]),
    Row("a list in a line of its word", "a: - b\n", [("SF110", 1, 4, "give it a line of its own")]),
    Row("a text that begins with @", "a: @home\n", [("SF110", 1, 4, "put the text in quotes")]),
    Row("an unknown escape", 'a: "\\d"\n', [("SF110", 1, 6, "unknown escape")]),
    Row("too short an escape", 'a: "\\x1"\n', [("SF110", 1, 7, "too few hexadecimal digits")]),
    Row("an escape for no character", 'a: "\\UFFFFFFFF"\n', [("SF107", 1, 5, "does not exist")]),
    Row("a bracket closed but not opened", "a: }\n", [("SF110", 1, 4, "a value is missing before this '}'")]),
    Row("nothing between commas", "a: [x,,y]\n", [("SF110", 1, 7, "a value is missing before this ','")]),
    Row("something behind a block sign", "a: |x\n  y\n", [("SF110", 1, 5, "may follow '|' or '>'")]),
    Row("an anchor without a name", "a: &\n", [("SF110", 1, 4, "an anchor ('&') needs a name")]),
    Row("an alias without a name", "a: * b\n", [("SF110", 1, 4, "an alias ('*') needs a name")]),
    Row("a tag that cannot be read", "a: !b!c x\n", [("SF114", 1, 4, "a tag ('!') cannot be used here")]),
    Row(
        "an old version of YAML",
        "%YAML 1.1\n---\n[]\n",
        [("SF123", 1, 1, "is a directive"), ("SF132", 3, 1, "not a list")],
    ),
    Row("a broken directive", "# x\n%YAML one\n---\n[]\n", [("SF123", 2, 1, "is a directive")]),
    Row("text behind the end", "a: 1\n... b\n", [("SF116", 2, 5, "nothing may follow the end")]),
    Row("a control character", "a: b\x07\n", [("SF107", 1, 5, "U+0007")]),
    Row("a line break of Unicode", "a: b\u2028c\n", [("SF107", 1, 5, "U+2028")]),
    Row("a control character as an escape", flow('title: "a\\0"\n'), [("SF107", 6, 8, "U+0000")]),
    Row("half a character as an escape", flow('title: "\\ud800"\n'), [("SF107", 6, 8, "U+D800")]),
    Row("65 lists inside each other", "[" * 65 + "]" * 65, [("SF118", 1, 65, "more than 64")]),
    Row(
        "65 levels made with aliases",
        "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*a",
        [("SF118", 2, 34, "more than 64")],
    ),
    Row(
        "a text too long for the parser's tags",
        "a: !" + "!" * 20_001,
        [("SF114", 1, 4, "nor so long a text")],
    ),
]

IN_THE_TREE = [
    Row(
        "a word given twice",
        flow("title: A\ntitle: B\n"),
        [("SF112", 7, 1, "'title' is given twice; the first is in line 6")],
    ),
    Row(
        "a word given twice in one line",
        flow("title: {en: A, en: B}\n"),
        [("SF112", 6, 16, "'en' is given twice")],
    ),
    Row("a number as a word", flow("title: {1: A}\n"), [("SF113", 6, 9, 'put it in quotes: "1"')]),
    Row("true as a word", flow("title: {true: A}\n"), [("SF113", 6, 9, 'put it in quotes: "true"')]),
    Row(
        "a list as a word",
        flow("title:\n  ? [a]\n  : b\n"),
        [("SF113", 7, 5, "a text is expected before the ':'")],
    ),
    Row("nothing as a word", flow("title: {: A}\n"), [("SF113", 6, 10, "a text is expected before the ':'")]),
    Row(
        "a tag that names code",
        flow("title: !!python/name:os.system x\n"),
        [("SF114", 6, 8, "data never names code")],
    ),
    Row(
        "a tag on a mapping",
        flow("title: !thing {en: A}\n"),
        [("SF114", 6, 8, "the tag '!thing' cannot be used")],
    ),
    Row(
        "a tag that does not fit",
        flow("title: !!int x\n"),
        [("SF114", 6, 8, "the tag '!!int' cannot be used")],
    ),
    Row(
        "a merge key",
        flow("data:\n  a: &a {type: text}\n  b: {<<: *a}\n"),
        [("SF115", 8, 7, "does not merge here")],
    ),
    Row("two documents", flow("---\nflow: b\n"), [("SF116", 6, 1, "a second document begins here")]),
    Row(
        "an alias without its anchor",
        flow("title: *name\n"),
        [("SF121", 6, 8, "no value above is marked with '&name'")],
    ),
    Row(
        "a misspelt alias",
        flow("data:\n  a: &price {type: text}\n  b: *prise\n"),
        [("SF121", 8, 6, "did you mean 'price'?")],
    ),
    Row(
        "a value inside itself",
        flow("title: &t {en: *t}\n"),
        [("SF119", 6, 16, "'*t' stands inside the value")],
    ),
    Row(
        "a number that is too long",
        flow("title: " + "9" * 101 + "\n"),
        [("SF122", 6, 8, "more than 100 digits")],
    ),
    Row(
        "an exponent that is too long",
        flow("title: 1e999999999\n"),
        [("SF122", 6, 8, "more than 100 digits")],
    ),
    Row("infinity", flow("title: .inf\n"), [("SF122", 6, 8, "infinity and not-a-number")]),
    Row(
        "faults of several kinds",
        flow("title: *a\ntitle: x\nwhen: 1\ndata: {p: {type: txt}}\n"),
        [
            ("SF121", 6, 8, "'&a'"),
            ("SF112", 7, 1, "'title' is given twice"),
            ("SF130", 8, 1, "unknown word 'when'"),
            ("SF133", 9, 18, "did you mean 'text'?"),
        ],
    ),
]
