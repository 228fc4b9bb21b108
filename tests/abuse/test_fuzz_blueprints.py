"""Changed blueprints: each is refused with findings of our own, or it works.

Seeds are the shipped blueprint, those of the examples and one with every word of the language; each time a folder with
one flow and all other files. The long form takes 1,200 changes of lines and letters, 1,200 of the tree, and 600 heaps
of bytes; every test takes a tenth of them, the same each time. A blueprint that is accepted is proved and drawn, a desk is
opened on it, and a case in it is opened and moved.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from bounded import HELP_DESK
from fuzzing import fuzz, seeded_and_whole
from hypothesis import strategies as st
from mutations import PIECES, changed_text, changed_tree

from service_flow import Blueprint, BlueprintError, ServiceDesk, ServiceFlowError
from service_flow.blueprint import SHIPPED
from service_flow.design import drawing

RICH = Path(__file__).with_name("rich_shop")
"""A blueprint that uses every word of the language."""
EXAMPLES = HELP_DESK.parent
SEEDS = [
    RICH, RICH, SHIPPED / "full_process", HELP_DESK / "real", HELP_DESK / "linear", EXAMPLES / "phone_repair/blueprint",
    EXAMPLES / "first_flow",
]  # fmt: skip
PARTS = ("blueprint.yaml", "organisation.yaml", "calendars.yaml")
CHOICES = [
    (seed, file.relative_to(seed).as_posix())
    for seed in SEEDS
    for file in [*sorted(seed.glob("flows/*.yaml")) * 3, *(seed / part for part in PARTS), *sorted(seed.glob("fragments/*.yaml"))]
    if file.exists()
]
"""A blueprint, and the file in it that is changed; flows more often than other files."""
Case = tuple[Path, str, bytes]


@pytest.mark.parametrize("seed", dict.fromkeys(SEEDS), ids=lambda seed: seed.name)
def test_what_is_changed_was_good_before(seed: Path) -> None:
    Blueprint.load(seed)


def changes(change: object) -> st.SearchStrategy[Case]:
    """One file of one seed, changed."""

    def of(choice: tuple[Path, str]) -> st.SearchStrategy[Case]:
        seed, file = choice
        texts = change([(seed / file).read_text(encoding="utf-8")])  # type: ignore[operator]
        return texts.map(lambda text: (seed, file, text.encode("utf-8", "surrogatepass")))

    return st.sampled_from(CHOICES).flatmap(of)


HEAPS = st.lists(st.sampled_from(PIECES).map(lambda piece: piece.encode("utf-8", "surrogatepass")) | st.binary(max_size=8), max_size=60)
INPUTS: dict[str, tuple[st.SearchStrategy[Case], int]] = {
    "lines and letters": (changes(changed_text), 1_200),
    "trees": (changes(changed_tree), 1_200),
    "bytes": (st.builds(lambda choice, heap: (*choice, b"".join(heap)), st.sampled_from(CHOICES), HEAPS), 600),
}  # fmt: skip


@contextmanager
def written(seed: Path, file: str, content: bytes) -> Iterator[Path]:
    """A folder with the changed file, one flow, and the other parts of the seed."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        (folder / "flows").mkdir()
        flow = file if file.startswith("flows/") else f"flows/{max(seed.glob('flows/*.yaml')).name}"
        shared = [each.relative_to(seed).as_posix() for each in seed.glob("fragments/*.yaml")]
        for name in (*PARTS, *shared, flow):
            if (seed / name).exists():
                (folder / name).parent.mkdir(exist_ok=True)
                shutil.copy(seed / name, folder / name)
        (folder / file).write_bytes(content)
        yield folder
    finally:
        shutil.rmtree(folder)


def take(case: Case, seen: Counter[str]) -> None:
    """Load the blueprint. What is refused has its places; what is accepted works."""
    with written(*case) as folder:
        try:
            blueprint = Blueprint.load(folder)
        except BlueprintError as error:
            seen["refused"] += 1
            for finding in error.findings:
                assert Path(finding.file).is_relative_to(folder)
                assert finding.line >= 1 and finding.column >= 1
                assert str(finding).isprintable()
            return
    seen["accepted"] += 1
    works(blueprint)


def works(blueprint: Blueprint) -> None:
    """It is proved and drawn, and a case of each flow is opened, looked at and moved, by all who are there."""
    assert all(str(finding).isprintable() for finding in blueprint.check())
    for flow in blueprint.flows.values():
        assert drawing.mermaid(flow)
        assert drawing.svg(flow, lang="zh").startswith("<svg")
    by = [*list(blueprint.organisation.people)[:3], "customer"]
    with ServiceDesk(blueprint) as desk:
        for actor in by:
            with suppress(ServiceFlowError):
                desk.customers.register(name="A", by=actor)
            with suppress(ServiceFlowError):
                desk.requests.open(customer="CU-1", need="x", by=actor)
            with suppress(ServiceFlowError):
                desk.complaints.receive(customer="CU-1", text="x", by=actor)
        for case in (desk.customers, desk.requests, desk.complaints):
            number = f"{ {'customer': 'CU', 'request': 'R', 'complaint': 'C'}[case.subject]}-1"
            for actor in by:
                with suppress(ServiceFlowError):
                    for option in case.options(number, by=actor):
                        with suppress(ServiceFlowError):
                            case.perform(number, option.transition, by=actor)
        with suppress(ServiceFlowError):
            desk.worklist()


@seeded_and_whole(*INPUTS)
def test_a_changed_blueprint_is_refused_with_its_places_or_works(name: str, long: bool) -> None:
    inputs, whole = INPUTS[name]
    seen: Counter[str] = Counter()
    fuzz(lambda case: take(case, seen), inputs, whole=whole, long=long)
    assert seen["refused"] > whole / 50
    assert name == "bytes" or seen["accepted"] > whole / 100
