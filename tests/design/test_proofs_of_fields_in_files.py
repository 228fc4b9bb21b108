"""Fields that only files of features read, or write, are neither called unread nor without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_flow import Blueprint

FILES = {
    "blueprint.yaml": "blueprint: shop\nversion: '1'\n",
    "organisation.yaml": "posts: {clerk: {}}\npeople: {tom: {name: Tom, posts: clerk}}\n",
    "flows/customer.yaml": """\
flow: customer
subject: customer
initial: known
opening: {collect: {optional: [tier, note]}}
data:
  class: {type: choice, choices: [person, firm]}
  hours: {type: choice, choices: [office]}
  tier:  {type: choice, choices: [vip, normal]}
  note:  {type: text}
  never: {type: text}
states: {known: {owner: clerk}}
""",
    "flows/complaint.yaml": """\
flow: complaint
subject: complaint
initial: open
opening: {collect: {optional: [severity, cause, mood]}}
data:
  severity: {type: choice, choices: [low, high]}
  cause: {type: choice, choices: [product, conduct]}
  mood: {type: text}
states: {open: {owner: clerk}, closed: {final: completed}}
transitions: {close: {from: open, to: closed, when: case.open_remedies == 0}}
""",
    "calendars.yaml": "calendars: {office: {zone: Europe/Berlin, weekly: {monday: 09:00-17:00}}}\n",
    "customers.yaml": """\
class_field: class
classes: {person: {}, firm: {}}
preferences: {calendar: {choices: [office], field: hours}}
""",
    "complaints.yaml": "repeats: {within: 90 days, same: [cause]}\n",
    "recovery.yaml": """\
remedies: {apology: {}}
proposals:
  rows:
    - {match: {severity: high}, when: 'has(customer.tier) && customer.tier == "vip"', remedies: [apology]}
    - {remedies: [apology]}
authority: {clerk: {}}
""",
}


@pytest.fixture
def told(tmp_path: Path) -> set[str]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = Blueprint.load(tmp_path).check(select=["SF502", "SF504"])
    return {f"{finding.code} {finding.message.split()[0]}" for finding in found}


def test_what_files_of_features_read_is_not_called_unread(told: set[str]) -> None:
    assert {name for name in told if name.startswith("SF502")} == {"SF502 'mood'", "SF502 'note'"}


def test_what_the_customers_file_keeps_has_a_value_though_no_form_asks_for_it(told: set[str]) -> None:
    assert {name for name in told if name.startswith("SF504")} == {"SF504 'never'"}
