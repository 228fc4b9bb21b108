"""Flows as one HTML page: the drawing to move about in, and beside it all that is known of what is chosen there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from service_flow.design.drawing.changes import FATES, Compared
from service_flow.design.drawing.details import Details
from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.findings_list import counted, found_list
from service_flow.design.drawing.hypertext import Markup, element, joined, page
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.page_words import said
from service_flow.design.drawing.style import style_sheet
from service_flow.design.drawing.svg import picture
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow
from service_flow.errors import Finding

Titles = Mapping[str, str]


def html(
    flows: Sequence[Flow],
    *,
    title: Titles | None = None,
    lang: str = "en",
    overlays: Mapping[str, Overlay] | None = None,
    posts: Mapping[str, Titles] | None = None,
    compared: Mapping[str, Compared | None] | None = None,
) -> str:
    """The flows as an HTML document that needs nothing but itself: the same text for the same arguments.

    It can be read and printed without its script, which adds moving, zooming, searching and choosing. Titles are in
    `lang` (en or zh) where they have it. `title` is the page's; without it that of the first flow. `overlays` adds
    short texts and findings to flows by name, `posts` gives the titles of posts by name, `compared` says what flows
    are compared with. There is at least one flow. Raises ServiceFlowError for a
    flow of more than 4,000 states and transitions.
    """
    wording = Wording(lang, posts or {})
    named = wording.title(title or flows[0].title, flows[0].name)
    sections = []
    for flow in flows:
        figure = Figure(flow, (compared or {}).get(flow.name))
        sections.append(_Section(figure, wording, (overlays or {}).get(flow.name)).markup())
    return page(
        named,
        _top(named, flows, wording, checked=any(overlay.found is not None for overlay in (overlays or {}).values())),
        element("main", *sections),
        lang=wording.lang,
        style=_file("page.css"),
        script=_file("page.js"),
        drawn_style=style_sheet(),
    )


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _top(title: str, flows: Sequence[Flow], wording: Wording, *, checked: bool) -> Markup:
    lang = wording.lang
    links = [element("a", wording.title(flow.title, flow.name), href=f"#{flow.name}") for flow in flows]
    search = element("input", type="search", id="search", placeholder=said(lang, "search"), autocomplete="off",
                     aria_label=said(lang, "search_in"))  # fmt: skip
    zoom = [
        element("button", sign, type="button", data_zoom=word, aria_label=said(lang, label), title=said(lang, label))
        for sign, word, label in (("−", "out", "zoom_out"), ("+", "in", "zoom_in"), ("⤢", "fit", "fit"))
    ]
    none = said(lang, "findings_none")
    found = [element("button", none, type="button", id="findings", data_none=none)] if checked else []
    tools = element("div", *found, search, *zoom, class_="tools", hidden=True)
    several = [element("nav", *links, aria_label=said(lang, "flows"))] if len(flows) > 1 else []
    return element("header", element("h1", title), *several, tools)


class _Section:
    """One flow on the page."""

    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay | None) -> None:
        self._figure, self._wording, self._flow = figure, wording, figure.flow
        self._overlay = overlay or Overlay()
        self._details = Details(figure, wording, self._overlay)

    def markup(self) -> Markup:
        details, flow = self._details, self._flow
        title = self._wording.title(flow.title, flow.name)
        drawn = Markup(picture(self._figure, self._wording, self._overlay))
        canvas = element("div", "\n", drawn, class_="canvas", tabindex=0, role="region",
                         aria_label=f"{details.said('drawing')}: {title}")  # fmt: skip
        panel = element(
            "div",
            element("p", class_="count", role="status"),
            element("ol", class_="found", hidden=True),
            element("p", details.said("choose"), " ", details.said("keys"), class_="hint", hidden=True),
            "\n",
            joined(self._articles(), "\n"),
            class_="panel",
            data_found=details.said("found", "{}"),
            data_none=details.said("found_none"),
        )
        findings = [finding for finding, _ in self._findings()]
        count = counted(findings, self._wording.lang) if findings else None
        return element("section", element("h2", title), canvas, panel, class_="flow", data_flow=flow.name,
                       data_count=count)  # fmt: skip

    def _articles(self) -> list[Markup]:
        details = self._details
        articles = [details.flow(self._news()), *([self._found()] if self._overlay.found is not None else [])]
        groups = {
            "states": details.states(), "frames": details.frames(), "transitions": details.transitions(),
            "decisions": details.decisions(),
        }  # fmt: skip
        for word, found in groups.items():
            articles += [element("h3", details.said(word)), *found] if found else []
        return articles

    # --- what was found

    def _findings(self) -> list[tuple[Finding, Markup | None]]:
        """All findings of the flow, each with a link to what it is about."""
        figure, wording, overlay, name = self._figure, self._wording, self._overlay, self._flow.name
        found: list[tuple[Finding, Markup | None]] = []
        for path, findings in overlay.found_in_states.items():
            kind = "state" if path in figure.states else "phase"
            link = element("a", figure.named(path, wording), href=f"#{name}/{kind}/{path}")
            found += [(finding, link) for finding in findings]
        for transition, findings in overlay.found_in_transitions.items():
            link = element("a", figure.named(transition, wording), href=f"#{name}/transition/{transition}")
            found += [(finding, link) for finding in findings]
        return [*found, *((finding, None) for finding in overlay.found or ())]

    def _found(self) -> Markup:
        title = self._details.said("findings")
        return element(
            "article", element("h4", title), *found_list(self._findings(), self._wording.lang),
            id=f"{self._flow.name}/findings", tabindex=-1, data_title=title, data_find="",
        )  # fmt: skip

    # --- what changed

    def _news(self) -> list[Markup]:
        """What changed in the whole flow, with links to the parts."""
        changes, said = self._figure.changes, self._details.said
        if changes is None:
            return []
        heading = element("h5", said("changes"))
        if self._figure.former is None:
            gone = self._figure.compared is not None and self._figure.compared.gone
            return [heading, element("p", said("gone_flow" if gone else "new_flow"))]
        items: list[Markup] = []
        for fate in FATES:
            states = [self._link("state" if path in self._figure.states else "phase", path)
                      for path, one in changes.states.items() if one == fate]  # fmt: skip
            steps = [self._link("transition", name) for name, one in changes.transitions.items() if one == fate]
            parts = [
                joined([said(f"word_{word}"), " ", element("code", name)] if name else [said(f"word_{word}")])
                for (word, name), one in changes.others.items()
                if one == fate
            ]
            told = [*states, *steps, *parts]
            if told:
                items.append(element("p", self._wording(fate), class_=f"fate {fate}"))
                items.append(element("ul", *(element("li", one) for one in told)))
        return [heading, *(items or [element("p", said("changes_none"))])]

    def _link(self, kind: str, name: str) -> Markup:
        figure = self._figure
        there = name in figure.states or name in figure.steps or tuple(name.split(".")) in figure.frames
        title = figure.named(name, self._wording)
        return element("a", title, href=f"#{self._flow.name}/{kind}/{name}") if there else element("span", title)
