"""The states that a case passed through as one bar as long as its life, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service_flow.design.drawing.hypertext import Markup, element, joined
from service_flow.engine.views.history import FlowOf
from service_flow.insight.reports.stays import Stay, TimeInState, time_in_states
from service_flow.insight.reports.wording import Wording

_LABELLED = 0.1
"""The share of the bar from which a part has room for a few letters of its name."""
_APART, _TOGETHER = 40, 120
"""Up to so many parts have gaps between them, and up to so many each its own pixel, also in a narrow window."""


def part_sizes(stays: Sequence[Stay]) -> str:
    """The style sheet that makes each part of the bar as wide as its stay is long."""
    shares = enumerate(stay.time / timedelta(seconds=1) for stay in stays)
    return "".join(f".part-{number}{{flex-grow:{seconds:.3f}}}\n" for number, seconds in shares)


class TimeBar:
    """Tells of stays in one language. `flow_of` gives the flows whose states have titles and values."""

    def __init__(self, stays: Sequence[Stay], flow_of: FlowOf, wording: Wording) -> None:
        self._stays, self._flow_of, self._wording = stays, flow_of, wording
        self._whole = sum((stay.time for stay in stays), timedelta(0))

    def drawn(self, until: datetime) -> Markup:
        """Bar, scale, table and key. `until` is the instant the bar ends at, for a case that has not ended."""
        wording = self._wording
        if not self._whole:
            return element("p", wording("bar_none"), class_="note")
        last = self._stays[-1]
        end = wording("bar_now", wording.instant(until)) if last.outcome is None else (
            wording("bar_end", wording.instant(last.since)))  # fmt: skip
        bar = [self._part(number, stay) for number, stay in enumerate(self._stays) if stay.time]
        scale = [element("span", wording.instant(self._stays[0].since)), element("span", end)]
        return joined(
            [
                element("div", *bar, class_=f"time-bar{_density(len(bar))}", aria_hidden="true"),  # as the table says
                element("p", *scale, class_="scale"),
                element("p", *self._key(), class_="key"),
                self._table(),
            ],
            "\n",
        )

    def _label(self, stay: Stay) -> str:
        return self._wording.states(stay.states, self._flow_of(stay.revision))

    def _kind(self, stay: Stay) -> str:
        """The classes of a stay: what it adds for the customer, and what the clock did."""
        flow = self._flow_of(stay.revision)
        state = flow.states.get(stay.states[0]) if flow is not None and stay.states else None
        value = "ended" if stay.outcome is not None else state.value if state is not None else "unknown"
        halted = f" {stay.clock}" if stay.clock != "running" and stay.outcome is None else ""
        return f"{value}{halted}"

    def _part(self, number: int, stay: Stay) -> Markup:
        wording, label = self._wording, self._label(stay)
        tip = [label, wording.span(stay.time), wording.share(stay.time, self._whole), wording.instant(stay.since)]
        if stay.clock == "paused":
            tip.append(wording("clock_paused"))
        shown = [element("span", label)] if stay.time / self._whole >= _LABELLED else []
        return element("div", *shown, class_=f"part part-{number} {self._kind(stay)}", title="\n".join(tip))

    def _table(self) -> Markup:
        wording = self._wording
        heads = [element("th", wording(word), scope="col") for word in ("state", "owner", "time", "share", "clock")]
        rows = [self._row(found) for found in time_in_states(self._stays) if found.time or found.first.outcome is None]
        foot = [self._sum("sum", self._whole)]
        paused = sum((stay.time for stay in self._stays if stay.clock == "paused"), timedelta(0))
        if paused:
            foot.append(self._sum("sum_paused", paused))
        table = element("table", element("thead", element("tr", *heads)), "\n", element("tbody", joined(rows, "\n")),
                        "\n", element("tfoot", joined(foot, "\n")), class_="times")  # fmt: skip
        return element("div", table, class_="wide")

    def _row(self, found: TimeInState) -> Markup:
        wording, stay = self._wording, found.first
        state = [element("span", class_=f"swatch {self._kind(stay)}", aria_hidden="true"), self._label(stay)]
        if found.visits > 1:
            state += [" ", element("small", wording("times", found.visits))]
        clock = wording(f"clock_{stay.clock}") if stay.clock != "running" else ""
        return element(
            "tr",
            element("th", *state, scope="row"),
            element("td", wording.posts(stay.owners)),
            element("td", wording.span(found.time), class_="number"),
            element("td", wording.share(found.time, self._whole), class_="number"),
            element("td", clock),
        )

    def _sum(self, word: str, time: timedelta) -> Markup:
        wording = self._wording
        return element(
            "tr",
            element("th", wording(word), scope="row", colspan=2),
            element("td", wording.span(time), class_="number"),
            element("td", wording.share(time, self._whole), class_="number"),
            element("td"),
        )

    def _key(self) -> list[Markup]:
        """What the colours of the bar say; only those that it has."""
        kinds = {word for stay in self._stays if stay.time for word in self._kind(stay).split()}
        keys = [("adding", "value_adding"), ("supporting", "value_supporting"), ("none", "value_none"),
                ("paused", "clock_paused"), ("stopped", "clock_stopped")]  # fmt: skip
        return [
            element("span", element("span", class_=f"swatch {kind}", aria_hidden="true"), self._wording(word))
            for kind, word in keys
            if kind in kinds
        ]


def _density(parts: int) -> str:
    return "" if parts <= _APART else " many" if parts <= _TOGETHER else " dense"
