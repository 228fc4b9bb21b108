"""Texts that were made to hurt whoever reads them as YAML, in the place of a flow, and what is right to make of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bounded_reads import FLOW

LINES = FLOW.count("\n")


def flow(tail: str = "") -> bytes:
    return (FLOW + tail).encode()


LAUGHS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 10))
LEVELS = 10_000
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"
REFUSED: dict[str, tuple[bytes, str, int, int]] = {
    "laughs": (b"l0: &l0 [ha, ha, ha]\n" + LAUGHS.encode(), "SF120", 6, 15),
    "laughs of one long text": (flow(f"title: &t {'x' * 400}\nzzz: [{'*t, ' * 5_010}]\n"), "SF120", LINES + 2, 20_007),
    "laughs of a list of long texts": (
        flow("zzz:\n  - &a [" + f"{'x' * 400}, " * 100 + "]\n" + "  - *a\n" * 60), "SF120", LINES + 53, 5,
    ),
    "squares": (flow("zzz:\n  - &a [" + "x, " * 400 + "]\n" + "  - *a\n" * 400), "SF120", LINES + 252, 5),
    "merge key": (flow("data: {a: &a {type: text}, b: {<<: *a}}\n"), "SF115", LINES + 1, 32),
    "merge list": (flow("data: {a: &a {type: text}, b: {<<: [*a, *a]}}\n"), "SF115", LINES + 1, 32),
    "an alias in its own value": (flow("title: &t {en: *t}\n"), "SF119", LINES + 1, 16),
    "an alias in its own list": (flow("duties: &t [*t]\n"), "SF130", LINES + 1, 1),
    "an alias of nothing": (flow("title: *t\n"), "SF121", LINES + 1, 8),
    "an alias before its anchor": (flow("title: *t\ninitial: &t open\n"), "SF121", LINES + 1, 8),
    "an alias as a key that is there": (flow("&k title: a\n*k : b\n"), "SF112", LINES + 2, 1),
    "a list as a key": (flow("? [a, b]\n: 1\n"), "SF113", LINES + 1, 3),
    "a mapping as a key": (flow("{a: 1}: 2\n"), "SF113", LINES + 1, 1),
    "flow style 10,000 deep": (b"[" * LEVELS, "SF118", 1, 65),
    "flow mappings 10,000 deep": (b"{a: " * LEVELS, "SF118", 1, 257),
    "block lists 10,000 deep": (b"- " * LEVELS, "SF118", 1, 129),
    "block mappings 1,900 deep": ("".join(f"{' ' * n}a:\n" for n in range(1_900)).encode(), "SF118", 65, 65),
    "complex keys 10,000 deep": (b"? " * LEVELS, "SF118", 1, 129),
    "aliases that grow deep": (
        ("a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))).encode(), "SF118", 64, 12,
    ),
    "random bytes": (bytes(range(255, 0, -1)) * 100, "SF106", 1, 1),
    "a picture": (PNG, "SF106", 1, 1),
    "a NUL": (flow("title: a\0b\n"), "SF107", LINES + 1, 9),
    "nothing but NUL": (b"\0" * 1_000_000, "SF107", 1, 1),
    "an escaped NUL": (flow('title: "a\\0b"\n'), "SF107", LINES + 1, 8),
    "an escaped bell": (flow('title: "a\\ab"\n'), "SF107", LINES + 1, 8),
    "UTF-16": (FLOW.encode("utf-16"), "SF106", 1, 1),
    "UTF-16 without its mark": (FLOW.encode("utf-16-be"), "SF107", 1, 1),
    "UTF-32": (FLOW.encode("utf-32"), "SF106", 1, 1),
    "half a character": (flow("title: ") + b"\xe5\xae", "SF106", LINES + 1, 8),
    "a lone surrogate": (flow("title: ") + "\ud800".encode("utf-8", "surrogatepass"), "SF106", LINES + 1, 8),
    "a tab before a word": (flow("title:\n\ten: x\n"), "SF111", LINES + 2, 1),
    "a tab before a comment": (flow("title: a\t# why\n"), "SF111", LINES + 1, 9),
    "a tab behind a colon": (flow("title:\ta\n"), "SF111", LINES + 1, 7),
    "NEL for line ends": (FLOW.replace("\n", "\x85").encode(), "SF107", 1, 13),
    "LS for line ends": (FLOW.replace("\n", "\u2028").encode(), "SF107", 1, 13),
    "PS for line ends": (FLOW.replace("\n", "\u2029").encode(), "SF107", 1, 13),
    "a word twice": (flow("initial: open\n"), "SF112", LINES + 1, 1),
    "a state twice": (flow("  open: {}\n"), "SF112", LINES + 1, 3),
    "Python's object": (flow("title: !!python/object/apply:os.system [id]\n"), "SF114", LINES + 1, 8),
    "Python's name": (flow("title: !!python/name:os.system x\n"), "SF114", LINES + 1, 8),
    "a tag of one's own": (flow("title: !secret x\n"), "SF114", LINES + 1, 8),
    "a binary": (flow("title: !!binary aGE=\n"), "SF114", LINES + 1, 8),
    "a set": (flow("title: !!set {a}\n"), "SF114", LINES + 1, 8),
    "an endless tag": (flow(f"title: {'!' * 50_000}\n"), "SF114", LINES + 1, 8),
    "two documents": (flow("---\n") + flow(), "SF116", LINES + 1, 1),
    "a document behind the end": (flow("...\n") + flow(), "SF116", LINES + 2, 1),
    "a directive": (b"%YAML 1.1\n---\n" + flow(), "SF123", 1, 1),
    "a tag directive": (b"%TAG ! tag:x,2000:\n---\n" + flow(), "SF123", 1, 1),
    "nothing": (b"", "SF117", 1, 1),
    "a comment alone": (b"# nothing\n", "SF117", 1, 1),
    "a list": (b"- a\n- b\n", "SF132", 1, 1),
    "infinity": (flow("title: .inf\n"), "SF122", LINES + 1, 8),
    "no number": (flow("title: .NaN\n"), "SF122", LINES + 1, 8),
    "an endless exponent": (flow("title: 1e999999999\n"), "SF122", LINES + 1, 8),
    "a number of 5,000 digits": (flow(f"title: {'9' * 5_000}\n"), "SF122", LINES + 1, 8),
    "a number for a text": (flow("title: 1e3\n"), "SF132", LINES + 1, 8),
    "YAML 1.1's octal": (flow("title: 017\n"), "SF132", LINES + 1, 8),
    "YAML 1.2's octal": (flow("title: 0o17\n"), "SF132", LINES + 1, 8),
    "true as a word": (flow("  true: {}\n"), "SF113", LINES + 1, 3),
    "a number as a word": (flow("  1: {}\n"), "SF113", LINES + 1, 3),
    "null as a word": (flow("  null: {}\n"), "SF113", LINES + 1, 3),
    "a word of 1,900,000 letters": (flow(f"? '{'x' * 1_900_000}'\n: 1\n"), "SF130", LINES + 1, 3),
    "a name of 1,900,000 letters": (flow(f"  ? '{'x' * 1_900_000}'\n  : {{}}\n"), "SF134", LINES + 1, 5),
    "a title of 1,900,000 letters": (flow(f"title: {'x' * 1_900_000}\n"), "SF134", LINES + 1, 8),
    "a guard 10,000 deep": (
        flow(f"data: {{a: {{type: boolean}}}}\ntransitions: {{go: {{from: open, when: '{'!' * 9_000}a'}}}}\n"),
        "SF234", LINES + 2, 139,
    ),
    "a guard 10,000 brackets deep": (
        flow(f"data: {{a: {{type: boolean}}}}\ntransitions: {{go: {{from: open, when: '{'(' * 4_000}a{')' * 4_000}'}}}}\n"),
        "SF234", LINES + 2, 139,
    ),
    "a guard of 1 MB": (
        flow(f"data: {{a: {{type: boolean}}}}\ntransitions: {{go: {{from: open, when: '{'a || ' * 200_000}a'}}}}\n"),
        "SF234", LINES + 2, 10_039,
    ),
}  # fmt: skip
"""Texts that are refused: with this code, at this line and column."""

CLEAN: dict[str, bytes] = {
    "CRLF": FLOW.replace("\n", "\r\n").encode(),
    "lone CR": FLOW.replace("\n", "\r").encode(),
    "all line ends in turn": flow("title: a\r\ndata: {}\rtransitions: {}\n"),
    "the mark of UTF-8": b"\xef\xbb\xbf" + flow(),
    "no line end at the end": flow().rstrip(),
    "tabs in comments and brackets": flow("# a\tb\ndata: {a: {type: text},\tb: {type: text}}\n"),
    "1.9 MB of blanks": flow(" " * 1_900_000),
    "1.9 MB of empty lines": flow("\n" * 1_900_000),
    "1.9 MB of comments": flow("# why\n" * 300_000),
    "words that YAML 1.1 takes for truths": flow("  no: {}\n  on: {}\n  y: {}\n  off: {}\n  yes: {}\n"),
    "a time that YAML 1.1 takes for 90": flow("title: 1:30\n"),
    "a date": flow("title: 2026-03-01\n"),
    "a number in quotes": flow('title: "1e3"\n'),
    "an anchor that is set again": flow("data: {a: {type: text, title: &t A}, b: {type: text, title: &t B}, c: {type: text, title: *t}}\n"),
    "tags of plain YAML": flow("title: !!str a\ndata: !!map {a: !!map {type: ! text}}\n"),
    "a document with its marks": b"---\n" + flow("...\n"),
    "an escaped line separator": flow('title: "a\\Lb"\n'),
}  # fmt: skip
"""Texts that are odd, but right."""

LARGE: dict[str, Callable[[], Iterator[bytes]]] = {
    "one scalar": lambda: iter([flow("title: "), *[b"x" * 1_000_000] * 50]),
    "a million words": lambda: iter([flow(), *(b"".join(b"k%d: 1\n" % n for n in range(m, m + 1000)) for m in range(0, 10**6, 1000))]),
    "blanks": lambda: iter([flow(), *[b" " * 1_000_000] * 50]),
    "comments": lambda: iter([flow(), *[b"# why\n" * 100_000] * 84]),
    "brackets": lambda: iter([b"[" * 1_000_000] * 50),
    "nothing but NUL": lambda: iter([b"\0" * 1_000_000] * 50),
}  # fmt: skip
"""Texts of 50 MB, in parts."""
