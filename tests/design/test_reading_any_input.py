"""Whatever is handed in, reading ends soon, with a model or with a BlueprintError."""

import time

from faulty_words import IN_THE_MODEL
from faulty_yaml import AS_YAML, BASE, IN_THE_TREE
from hypothesis import example, given
from hypothesis import strategies as st

from service_flow.design.language import read_model
from service_flow.design.language.model import FlowModel
from service_flow.errors import BlueprintError

TEXTS = [row.text for row in (*AS_YAML, *IN_THE_TREE, *IN_THE_MODEL) if len(row.text) < 300]
PIECES = [
    "a", "flow", "title", "from", ":", ": ", " ", "\n", "\n  ", "\n    ", "- ", "? ", "[", "]", "{", "}", ",",
    "&a ", "*a", "!", "!!str ", "!<x>", "!e!x ", "'", '"', "\\", "|", ">", "|2", "#", "%YAML 1.2\n",
    "%TAG ! x\n", "---\n", "...\n", "\t", "~", "<<: ", "\\u12", "\\ud800", "\\UFFFFFFFF", "é", "\u2028",
    "\x85", "\ufeff", "`", "@", "null", "1e5", ".inf", "0x", "\x00", "😀",
]  # fmt: skip


def read(source):
    """The findings of a source; anything but a model or a BlueprintError fails the test."""
    try:
        read_model(source, FlowModel, "any.yaml")
    except BlueprintError as error:
        lines = source.decode(errors="replace") if isinstance(source, bytes) else source
        last = lines.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 2
        for finding in error.findings:
            assert finding.code.startswith("SF1")
            assert 1 <= finding.line <= last
            assert finding.column >= 1
        assert list(error.findings) == sorted(error.findings, key=lambda found: (found.line, found.column))


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbfflow: a")
@example(b"\xff\xfea\x00")
def test_any_bytes(source):
    read(source)


@given(st.text(max_size=200))
@example("\ud800")
def test_any_text(source):
    read(source)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_any_heap_of_yaml(source):
    read(source)
    read(BASE + source)


@given(st.sampled_from(TEXTS), st.data())
def test_any_small_change_to_a_text(text, data):
    at = data.draw(st.integers(0, len(text)))
    read(text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 3)) :])


keys = st.text(max_size=5) | st.sampled_from(
    [*FlowModel.model_fields, "from", "to", "state", "when", "choices", "type", "open", "[key]"]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
)


@given(st.dictionaries(keys, trees))
def test_any_data(data):
    import json

    read(json.dumps(data))
    read(BASE + "transitions: " + json.dumps({"go": data}))
    read(BASE + "data: " + json.dumps({"go": data}))


def test_two_megabytes_of_the_worst_kind_end_within_seconds():
    size = 1_900_000
    worst = ["!" * size, "&" * size, "[" * size, "'" + "x\n " * (size // 3), "a: 'x" + "\t" * size]
    worst.append("".join(f"k{number}: *a\n" for number in range(20_000)))
    for source in worst:
        began = time.perf_counter()
        read(source)
        assert time.perf_counter() - began < 20  # seconds; measured: at most 2.5


def test_a_flow_of_a_thousand_lines_is_read_in_a_blink():
    lines = [BASE + "transitions:"]
    for number in range(200):
        lines += [f"  t{number}:", "    from: open", "    to: open"]
        lines += ["    title: {en: Go on, zh: 继续}", "    when: 'true'"]
    began = time.perf_counter()
    model, _ = read_model("\n".join(lines), FlowModel, "long.yaml")
    assert len(model.transitions) == 200
    assert time.perf_counter() - began < 2  # seconds; measured: 0.1 on one core of 2020
