"""Checks of a catalogue: what it names is there, and nothing is a part of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from service_flow.design.language import BlueprintSource
from service_flow.design.language.model import SYSTEM_ACTORS
from service_flow.design.organisation.working_time.zones import zone_of
from service_flow.errors import CalendarError, Finding, meant
from service_flow.features.catalogue.words import CatalogueModel, RouteModel

Path = tuple[str | int, ...]
PART = "catalogue"
_TOLD = 8
"""Names of a circle that are told, at most."""


def check_catalogue(source: BlueprintSource) -> Iterator[Finding]:
    """SF220, SF240, SF280, SF285: catalogue.yaml."""
    catalogue = source.sections.get(PART)
    if not isinstance(catalogue, CatalogueModel):
        return
    try:
        zone_of(catalogue.zone)
    except CalendarError:
        yield source.finding("SF240", f"unknown time zone '{catalogue.zone}'", PART, ("zone",))
    known = [*source.organisation.posts, *SYSTEM_ACTORS]
    for index, name in enumerate(catalogue.by):
        if name not in known:
            yield source.finding("SF220", f"unknown post '{name}'{meant(name, known)}", PART, ("by", index))
    yield from _routes(source, catalogue, (), catalogue.served_by)
    for name, item in catalogue.items.items():
        at: Path = ("items", name)
        yield from _known(source, "item", item.consists_of, catalogue.items, (*at, "consists_of"))
        yield from _routes(source, catalogue, at, item.served_by)
        if item.warranty is not None:
            yield from _known(source, "work", item.warranty.covers, catalogue.work, (*at, "warranty", "covers"))
    for name, plan in catalogue.plans.items():
        yield from _known(source, "work", plan.covers, catalogue.work, ("plans", name, "covers"))
        yield from _known(source, "item", plan.items, catalogue.items, ("plans", name, "items"))
    for circle in circles({name: item.consists_of for name, item in catalogue.items.items()}):
        told = circle if len(circle) <= _TOLD else [*circle[: _TOLD - 1], "..."]
        message = f"'{circle[0]}' is a part of itself: {' > '.join([*told, circle[0]])}"
        yield source.finding("SF285", message, PART, ("items", circle[0], "consists_of"))


def _known(
    source: BlueprintSource, what: str, names: Sequence[str], known: Iterable[str], at: Path
) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name not in known:
            yield source.finding("SF280", f"unknown {what} '{name}'{meant(name, known)}", PART, (*at, index))


def _routes(
    source: BlueprintSource, catalogue: CatalogueModel, at: Path, routes: Mapping[str, RouteModel]
) -> Iterator[Finding]:
    for work, route in routes.items():
        here: Path = (*at, "served_by", work)
        if work not in catalogue.work:
            yield source.finding("SF280", f"unknown work '{work}'{meant(work, catalogue.work)}", PART, here, key=True)
        flow = source.flows.get(route.flow)
        if flow is None:
            message = f"unknown flow '{route.flow}'{meant(route.flow, source.flows)}"
            yield source.finding("SF280", message, PART, (*here, "flow"))
        elif flow.subject not in ("request", "complaint"):
            message = f"'{route.flow}' is a flow for a {flow.subject}, and requests or complaints are what is served"
            yield source.finding("SF280", message, PART, (*here, "flow"))
        elif route.entry is not None and route.entry not in flow.entries:
            message = f"flow '{route.flow}' has no entry '{route.entry}'{meant(route.entry, flow.entries)}"
            yield source.finding("SF280", message, PART, (*here, "entry"))


def circles(parts: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles of parts: of those that go through the same items, one. Each item is looked into once."""
    done: set[str] = set()
    for start in parts:
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start}
        ways = [iter(parts[start])]
        while ways:
            name = next(ways[-1], None)
            if name is None:
                ways.pop()
                last = path.pop()
                on_path.discard(last)
                done.add(last)
            elif name in on_path:
                yield path[path.index(name) :]
            elif name in parts and name not in done:
                path.append(name)
                on_path.add(name)
                ways.append(iter(parts[name]))
