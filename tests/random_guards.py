"""Random flows with data: fields, forms, guards, decision tables and properties over a drawing of `random_flows`.

Everything is small on purpose: a brute-force walk tries every value in `VALUES`, which has one between any two
constants of guards and tables, one below and one above; of fields that are held against each other, two.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from random_flows import Dice, Tree, Words, beginnings_of, moves_of, seeds, tree_of
from service_flow.design.language.model import FlowModel
from service_flow.design.language.values import Money

LEVELS = ["low", "high"]
FIELDS: dict[str, Words] = {
    "kind": {"type": "choice", "choices": ["a", "b", "c"]},
    "level": {"type": "choice", "choices": LEVELS},
    "urgent": {"type": "boolean"},
    "amount": {"type": "integer"},
    "limit": {"type": "integer"},
    "price": {"type": "money"},
    "tags": {"type": "list", "of": "choice", "choices": ["x", "y"]},
}
VALUES: dict[str, list[Any]] = {
    "kind": ["a", "b", "c"],
    "level": LEVELS,
    "urgent": [True, False],
    "amount": [-1, 0, 1, 2, 3, 4],
    "limit": [-1, 0, 1, 2, 3, 4],
    "price": [Money(Decimal(amount), coin) for amount in (9, 10, 11) for coin in ("EUR", "CHF")],
    "tags": [(), ("x",), ("y",), ("x", "y"), ("x", "x"), ("y", "y")],
}
ATOMS: dict[str, list[str]] = {
    "kind": ['kind == "a"', 'kind != "b"', 'kind in ["a", "c"]', 'kind == "c"', "has(kind)"],
    "level": ['level == "high"', 'level != "high"', "has(level)"],
    "urgent": ["urgent", "!urgent", "has(urgent)", "urgent == (amount > 1)"],
    "amount": ["amount > 1", "amount <= 1", "amount == 2", "amount in [1, 2]", "has(amount)"],
    "limit": ["limit > 1", "amount < limit", "amount == limit", "has(limit)"],
    "price": ["price > 10", "price.amount <= 10", 'price.currency == "EUR"', "price == 10", "has(price)"],
    "tags": ["size(tags) > 1", '"x" in tags', "size(tags) == 0", "has(tags)", '!("y" in tags)'],
}
CUSTOMER = {"tier": {"type": "choice", "choices": ["plain", "vip"]}, "visits": {"type": "integer"}}
AROUND = [
    'customer.tier == "vip"',
    'has(customer.tier) && customer.tier == "plain"',
    "customer.visits > 1",
    '"boss" in actor.posts',
    '!("boss" in actor.posts)',
]


def guard_of(dice: Dice, atoms: list[str], depth: int = 2) -> str:
    """A guard over atoms: most are one or two of them."""
    kind = dice.choice(["atom"] * 4 + ["&&", "||", "!", "?:"]) if depth else "atom"
    if kind == "atom":
        return dice.choice(atoms)
    if kind == "!":
        return f"!({guard_of(dice, atoms, depth - 1)})"
    one, other = guard_of(dice, atoms, depth - 1), guard_of(dice, atoms, depth - 1)
    if kind == "?:":
        return f"({dice.choice(atoms)}) ? ({one}) : ({other})"
    return f"({one}) {kind} ({other})"


def small_flow(dice: Dice, *, wild: bool = True) -> FlowModel:
    """A small flow with everything in it. With `wild`, guards also read the customer and the actor."""
    tree = tree_of(dice, least=1, most=3)
    steps = moves_of(dice, tree)
    names = dice.some(sorted(FIELDS), 3, 1)
    if "limit" in names and "amount" not in names:
        names.append("amount")
    known = {name: [atom for atom in ATOMS[name] if "amount" in names or "amount" not in atom] for name in names}
    words: Words = {
        "flow": "random", "subject": "request", "states": tree.states, **beginnings_of(dice, tree),
        "data": {name: FIELDS[name] for name in sorted(names)}, "customer": CUSTOMER,
    }  # fmt: skip
    own = [atom for name in names for atom in known[name]]
    own += [f"times.{name} {test}" for name in dice.some(list(steps), 2) for test in ("> 0", "> 1", "< 2")]
    around = AROUND if wild and dice.may(0.4) else []
    tables = _tables(dice, [*own, *around], names)
    if tables:
        words["decisions"] = tables
    tame = [name for name, table in tables.items() if not any(word in str(table) for word in ("customer", "actor"))]
    for step in steps.values():
        automatic = step.get("automatic", False)
        read = [*own, *(atom for name in (tame if automatic else tables) for atom in _asking(name, tables[name]))]
        _guarded(dice, step, read if automatic else [*read, *around])
        if not automatic:
            _form(dice, step, names)
        _sets(dice, step, {name: tables[name] for name in (tame if automatic else tables)}, names)
    opening: Words = {}
    if dice.may(0.6):
        opening["collect"] = {"required": names[:2]}
    else:
        _form(dice, opening, names)
    _sets(dice, opening, {name: tables[name] for name in tame}, names)
    words |= {"opening": opening, "transitions": steps}
    words["properties"] = _properties(dice, tree, list(steps), own)
    return FlowModel.model_validate(words)


def small_flows(*, wild: bool = True) -> st.SearchStrategy[FlowModel]:
    """Small flows with everything in them."""
    return seeds.map(lambda seed: small_flow(Dice(seed), wild=wild))


def _guarded(dice: Dice, step: Words, atoms: list[str]) -> None:
    if dice.may(0.8 if step.get("automatic") else 0.35):
        step["when"] = guard_of(dice, atoms)
    ways = step.get("to", [])
    for way in ways[:-1]:
        way["when"] = guard_of(dice, atoms)
    if len(ways) > 1 and dice.may(0.2):
        ways[-1]["when"] = guard_of(dice, atoms)


def _form(dice: Dice, step: Words, names: list[str]) -> None:
    asked = dice.some(names, 2)
    if asked:
        split = dice.randint(0, len(asked))
        step["collect"] = {"required": asked[:split], "optional": asked[split:]}


def _tables(dice: Dice, atoms: list[str], names: list[str]) -> Words:
    found: Words = {}
    for index in range(dice.choice([0, 0, 1, 2])):
        hit = dice.choice(["first", "first", "unique", "collect"])
        gives: Words = {"type": "choice", "choices": LEVELS} if dice.may(0.5) else {"type": "integer"}
        results = LEVELS if "choices" in gives else [1, 2]
        rows: list[Words] = []
        for _ in range(dice.randint(1, 3)):
            row: Words = {"then": dice.choice(results)}
            if "kind" in names and dice.may(0.5):
                row["match"] = {"kind": dice.choice([["a"], ["a", "b"], ["c"]])}
            if "match" not in row or dice.may(0.5):
                row["when"] = guard_of(dice, atoms, 1)
            rows.append(row)
        if hit == "first" and dice.may(0.5):
            rows.append({"then": dice.choice(results)})
        found[f"d{index}"] = {"gives": gives, "hit": hit, "rows": rows}
    return found


def _asking(name: str, table: Words) -> list[str]:
    number = table["gives"]["type"] == "integer"
    if table["hit"] == "collect":
        return [f"size(decisions.{name}) > 1", f"{2 if number else chr(34) + 'high' + chr(34)} in decisions.{name}"]
    return [f"decisions.{name} > 1"] if number else [f'decisions.{name} == "high"']


def _sets(dice: Dice, step: Words, tables: Words, names: list[str]) -> None:
    asked = {*step.get("collect", {}).get("required", []), *step.get("collect", {}).get("optional", [])}
    for name, table in tables.items():
        field = "level" if table["gives"]["type"] == "choice" else dice.choice(["limit", "amount"])
        if table["hit"] != "collect" and field in names and field not in asked and dice.may(0.6):
            step["sets"] = {field: name}
            return


def _properties(dice: Dice, tree: Tree, steps: list[str], atoms: list[str]) -> Words:
    """Up to three properties of any form."""
    states = [*tree.places, *tree.finals]
    places = [*states, *steps]
    outcomes = ["completed", "cancelled"][: len(tree.finals)]
    found: Words = {}
    for index in range(dice.randint(0, 3)):
        some = dice.some(places, 2, 1)
        wish: Words = dice.choice(
            [
                {"every": dice.choice([*tree.finals, *outcomes]), "visits": some},
                {"before": dice.choice(places), "visits": some},
                {"after": dice.choice(places), "eventually": some},
                {"never": some[:1]},
                {"never": dice.some(states, 2, 2)},
                {"at_most": dice.randint(0, 2), "times": dice.choice(places)},
                {"always": "one_owner"},
            ]
        )
        if "never" in wish and dice.may(0.5):
            wish["when"] = guard_of(dice, atoms, 1)
        found[f"p{index}"] = wish
    return found
