"""The story of one case as a page that can be sent to people who have no access to the store."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from service_flow.design.drawing.hypertext import Markup, element, joined, page
from service_flow.engine.views import History
from service_flow.engine.views.history import FlowOf
from service_flow.errors import DataInvalid
from service_flow.insight.reports.names import Names
from service_flow.insight.reports.promise_table import promise_table, promises_of
from service_flow.insight.reports.stays import Stay, stays_of
from service_flow.insight.reports.story import Story, moment
from service_flow.insight.reports.switch import language_switch
from service_flow.insight.reports.time_bar import TimeBar, part_sizes
from service_flow.insight.reports.wording import Wording
from service_flow.insight.reports.words import LANGUAGES


def timeline_page(
    history: History, flow_of: FlowOf, *, at: datetime, names: Names | None = None, lang: str = "en"
) -> str:
    """The history as one HTML page that loads nothing and runs nothing, with all its personal data.

    It is written in English and Chinese; a switch, which needs no script, begins with `lang`. `history` must be whole
    (all its pages). `at` is the instant (UTC) up to which the page counts the time in the state that the case stands
    in. Raises DataInvalid for a page of a history.
    """
    if history.next is not None or not history.entries or history.entries[0].version != 1:
        raise DataInvalid("a timeline is made of a whole history, not of one of its pages", fields=("history",))
    until = max([at, *(entry.at for entry in history)])
    stays = stays_of(history, until)
    told = {
        language: _Telling(history, flow_of, stays, until, Wording(language, names or Names()))
        for language in sorted(LANGUAGES, key=lambda language: language != lang)
    }
    style = files(__package__).joinpath("timeline.css").read_text("utf-8") + part_sizes(stays)
    parts = [telling.told() for telling in told.values()]
    return page(told[lang].title(), *language_switch(lang), *parts, lang=lang, style=style)


class _Telling:
    """The page in one language."""

    def __init__(self, history: History, flow_of: FlowOf, stays: list[Stay], until: datetime, wording: Wording) -> None:
        self.history, self.case, self.flow_of, self.stays = history, history.case, flow_of, stays
        self.until, self.wording = until, wording
        self.flow = flow_of(history.case.revision)

    def title(self) -> str:
        """The title of the window. It stands in lists of windows and files, so there is nothing personal in it."""
        return f"{self.case.number} · {self._flow_title()}"

    def told(self) -> Markup:
        wording = self.wording
        count = len(self.history)
        foot = wording(
            "foot", number=self.case.number, events=wording("event" if count == 1 else "events", f"{count:,}"),
            at=wording.instant(self.until), flow=self._flow_title(), revision=self.case.revision,
        )  # fmt: skip
        return element(
            "article",
            "\n",
            joined(
                [
                    element("header", *self._head()),
                    self._times(),
                    *self._promises(),
                    Story(self.history, self.flow_of, wording).told(),
                    element("footer", element("p", foot)),
                ],
                "\n",
            ),
            lang=wording.lang,
            class_=f"in-{wording.lang}",
        )

    # --- the head

    def _head(self) -> list[Markup]:
        wording, case = self.wording, self.case
        subject = wording.either("subject", case.reference.subject)
        state = wording.states(case.state.split(" + "), self.flow)
        kind = "open" if case.is_open else "ended"
        parts = [
            element("p", joined(dict.fromkeys((subject, self._flow_title())), " · "), class_="above"),
            element("h1", case.number, " ", element("span", state, class_=f"badge {kind}")),
        ]
        parts += [element("p", *wording.value(case.facts[name]), class_="lead", dir="auto")
                  for name in ("need", "text", "name") if name in case.facts]  # fmt: skip
        parts.append(element("dl", *self._facts(), class_="facts"))
        parts.append(element("p", wording("personal_note"), class_="notice", role="note"))
        return parts

    def _flow_title(self) -> str:
        return self.wording.title(self.flow.title if self.flow is not None else {}, self.case.flow)

    def _facts(self) -> list[Markup]:
        wording, case = self.wording, self.case
        since: list[str] = [moment(case.entered_at, wording.instant(case.entered_at))]
        if case.is_open:
            since += [" ", element("small", wording("for_long", wording.span(self.until - case.entered_at)))]
        outcome = wording.either("outcome", case.outcome) if case.outcome is not None else wording("still_open")
        facts: list[tuple[str, list[str]]] = [
            ("state", [wording.states(case.state.split(" + "), self.flow)]),
            ("owner", [wording.posts(case.owners) or wording("nobody" if case.is_open else "nobody_any_more")]),
            ("since", since),
            ("outcome", [outcome]),
            ("opened_at", [moment(case.opened_at, wording.instant(case.opened_at))]),
        ]
        for name, other in (("customer", case.customer), ("about", case.about)):
            if other is not None:
                facts.append((name, [element("bdi", wording.case(other))]))
        if case.channel is not None:
            facts.append(("channel", [wording.either("channel", case.channel)]))
        return [element("div", element("dt", wording(name)), element("dd", *value)) for name, value in facts]

    # --- the times

    def _times(self) -> Markup:
        wording = self.wording
        note = wording("bar_note", wording.instant(self.until if self.case.is_open else self.case.entered_at))
        return element(
            "section",
            element("h2", wording("bar")),
            TimeBar(self.stays, self.flow_of, wording).drawn(self.until),
            element("p", note, class_="note"),
        )

    # --- the promises

    def _promises(self) -> list[Markup]:
        statuses = promises_of(self.history, self.flow, self.until)
        if not statuses:
            return []
        table = promise_table(statuses, self.flow, self.until, self.wording)
        return [element("section", element("h2", self.wording("promises")), table)]
