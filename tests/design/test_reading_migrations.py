"""Migrations as part of a blueprint: read, checked by name with their places, written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_flow import Blueprint, BlueprintError
from service_flow.design.language.model import MigrationModel

FLOW = """\
flow: order
subject: request
initial: open
data:
  kind: {type: choice, choices: [big, small]}
  price: {type: money}
  note: {type: text}
states:
  open: {owner: clerk}
  packed: {owner: clerk}
  closed: {final: completed}
transitions:
  pack: {from: open, to: packed, collect: [kind, price, note]}
  close: {from: packed, to: closed}
"""
PLAN = """\
migration: tidied
flow: order
title: {en: Tidied, zh: 整理}
from: [0f1e2d3c4b5a6978]
states: {wrapped: packed}
ends: [wrapped.inside]
transitions: {wrap: pack}
data: {size: kind}
choices: {kind: {huge: big}}
drops: [soap]
gives: {price: 12.00 EUR}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("shop")
    write(folder, "blueprint.yaml", "blueprint: shop\nversion: '1'\n")
    write(folder, "organisation.yaml", "posts: {clerk: {}}\n")
    write(folder, "flows/order.yaml", FLOW)
    write(folder, "migrations/tidied.yaml", PLAN)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def found(folder: Path) -> list[str]:
    with pytest.raises(BlueprintError) as caught:
        Blueprint.load(f"./{folder}")
    return [str(finding) for finding in caught.value.findings]


def test_migrations_are_read_and_written_back(shop: Path) -> None:
    blueprint = Blueprint.load("./shop")
    assert blueprint.migrations.keys() == {"tidied"}
    plan = blueprint.migrations["tidied"]
    assert (plan.sources, plan.states, plan.ends, plan.choices) == (
        ["0f1e2d3c4b5a6978"], {"wrapped": "packed"}, ["wrapped.inside"], {"kind": {"huge": "big"}},
    )  # fmt: skip
    blueprint.save("again")
    assert Blueprint.load("./again").migrations == blueprint.migrations


def test_a_migration_is_no_part_of_a_flows_revision(shop: Path) -> None:
    before = Blueprint.load("./shop").flows["order"].revision
    (shop / "migrations" / "tidied.yaml").unlink()
    assert Blueprint.load("./shop").flows["order"].revision == before


def test_two_migrations_cannot_have_one_name(shop: Path) -> None:
    write(shop, "migrations/zzz.yaml", PLAN)
    assert found(shop) == ["shop/migrations/zzz.yaml:1:12: SF149 the migration in tidied.yaml is called 'tidied' too"]
    assert found(shop)[0].split()[1] == "SF149"


def test_a_migration_in_another_kind_of_file_is_told(shop: Path) -> None:
    (shop / "migrations" / "tidied.yaml").rename(shop / "migrations" / "tidied.yml")
    assert found(shop) == [
        "shop/migrations/tidied.yml:1:1: SF102 migrations are read from .yaml files; name it 'tidied.yaml'"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("flow: order", "flow: ordr", "2:7: SF281 unknown flow 'ordr'; did you mean 'order'?"),
        ("{wrapped: packed}", "{wrapped: pakced}",
         "5:19: SF282 flow 'order' has no state 'pakced'; did you mean 'packed'?"),
        ("{wrap: pack}", "{wrap: pakc}", "7:21: SF282 flow 'order' has no transition 'pakc'; did you mean 'pack'?"),
        ("{size: kind}", "{size: kidn}", "8:14: SF282 flow 'order' has no field 'kidn'; did you mean 'kind'?"),
        ("{kind: {huge: big}}", "{kidn: {huge: big}}",
         "9:11: SF282 flow 'order' has no field 'kidn'; did you mean 'kind'?"),
        ("{kind: {huge: big}}", "{kind: {huge: bigg}}",
         "9:24: SF282 flow 'order' has no choice in 'kind' called 'bigg'; did you mean 'big'?"),
        ("{kind: {huge: big}}", "{note: {huge: big}}", "9:11: SF284 'note' is no choice but a text: it has no words"),
        ("{price: 12.00 EUR}", "{pirce: 12.00 EUR}",
         "11:9: SF282 flow 'order' has no field 'pirce'; did you mean 'price'?"),
        ("{price: 12.00 EUR}", "{price: 12}", "11:16: SF284 the value given for 'price' is not money;"),
        ("{size: kind}", "{size: kind, form: kind}",
         "8:26: SF283 'kind' is what 'size' becomes already; two fields cannot become one"),
        ("drops: [soap]", "drops: [size]",
         "8:14: SF283 'size' is dropped and becomes 'kind'; keep one of the two"),
        ("ends: [wrapped.inside]", "ends: [wrapped]",
         "6:8: SF283 'wrapped' ends and becomes 'packed'; keep one of the two"),
        ("from: [0f1e2d3c4b5a6978]", "from: [0F1E]", "4:8: SF134"),
        ("drops: [soap]", "drop: [soap]", "10:1: SF130 unknown word 'drop'; did you mean 'drops'?"),
    ],
    ids=["flow", "state", "transition", "field", "field of choices", "choice", "no choice", "field given",
         "value given", "two fields", "dropped and kept", "ends and goes on", "revision", "word"],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(shop: Path, old: str, new: str, said: str) -> None:
    assert old in PLAN
    write(shop, "migrations/tidied.yaml", PLAN.replace(old, new))
    (line,) = found(shop)
    assert line.startswith(f"shop/migrations/tidied.yaml:{said}")


def test_what_is_built_on_does_not_bring_its_migrations_along(shop: Path) -> None:
    write(Path("over"), "blueprint.yaml", "blueprint: over\nversion: '1'\nextends: ../shop\n")
    over = Blueprint.load("./over")
    assert over.flows.keys() == {"order"}
    assert over.migrations == {}


def test_migrations_made_in_python_are_checked_alike(shop: Path) -> None:
    source = Blueprint.load("./shop").source
    made = Blueprint.from_models(
        source.blueprint, source.flows.values(), source.organisation, migrations=source.migrations.values()
    )
    assert made.migrations == source.migrations
    wrong = MigrationModel(migration="tidied", flow="ordr")
    for plans, said in (
        ([wrong], "migration tidied, flow: SF281 unknown flow 'ordr'; did you mean 'order'?"),
        ([*source.migrations.values()] * 2, "migrations[1]: SF149 another migration is called 'tidied' too"),
        ([5], "migrations[0]: SF132 MigrationModel is expected here, not int"),
        (7, "migrations[0]: SF132 MigrationModel is expected here, not int"),
    ):
        with pytest.raises(BlueprintError) as caught:
            Blueprint.from_models(source.blueprint, source.flows.values(), source.organisation, migrations=plans)  # type: ignore[arg-type]
        assert str(caught.value) == said
