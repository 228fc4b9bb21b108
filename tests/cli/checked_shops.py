"""Small blueprints for the tests of `service-flow check`: one flow, in which each line can be changed."""

from __future__ import annotations

from pathlib import Path

FLOW = """\
flow: order
subject: request
initial: open
data:
  price: {type: decimal}
  note: {type: text}
states:
  open: {owner: clerk}
  approval: {}
  closed: {final: completed}
transitions:
  quote:
    from: open
    by: clerk
    collect: {required: [price], optional: [note]}
    to:
      - {when: price <= 500, state: closed}
      - {when: price >= 500, state: approval}
  approve: {from: approval, to: closed, by: manager}
"""
"""It has two warnings, SF308 in line 9 and SF403 in line 18, and with SF502 a note in line 6."""
_TEXTS = """'price > 500 && (!has(note) || !note.startsWith("xy") || note.startsWith("x"))'"""
UNDECIDED = FLOW.replace("price >= 500", _TEXTS).replace("approval: {}", "approval: {owner: clerk}")
"""It has notes only, that something could not be decided."""
BROKEN = FLOW.replace("to: closed", "to: clsoed")
"""It cannot be loaded: SF203 in line 19."""


def shop(folder: Path, flow: str = FLOW, **files: str) -> Path:
    """A blueprint with this flow; other files by their names without `.yaml`."""
    home = folder / "shop"
    (home / "flows").mkdir(parents=True, exist_ok=True)
    (home / "flows" / "order.yaml").write_text(flow, encoding="utf-8")
    common = {"blueprint": 'blueprint: shop\nversion: "1"\n', "organisation": "posts: {clerk: {}, manager: {}}\n"}
    for name, text in {**common, **files}.items():
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
    return home


def marked(flow: str, line: int, comment: str) -> str:
    """The flow with a comment at the end of a line."""
    lines = flow.splitlines()
    lines[line - 1] += f"  {comment}"
    return "\n".join(lines) + "\n"


def above(flow: str, line: int, *comments: str) -> str:
    """The flow with comments on lines of their own before a line."""
    lines = flow.splitlines()
    lines[line - 1 : line - 1] = comments
    return "\n".join(lines) + "\n"
