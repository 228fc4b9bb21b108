"""Flows as one HTML page: the drawing to move about in, and beside it all that is known of what is chosen there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from service_flow.design.drawing.details import Details
from service_flow.design.drawing.figure import Figure
from service_flow.design.drawing.hypertext import Markup, element, joined, page
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.page_words import PAGE_WORDS
from service_flow.design.drawing.style import style_sheet
from service_flow.design.drawing.svg import svg
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow

Titles = Mapping[str, str]


def html(
    flows: Sequence[Flow],
    *,
    title: Titles | None = None,
    lang: str = "en",
    overlays: Mapping[str, Overlay] | None = None,
    posts: Mapping[str, Titles] | None = None,
) -> str:
    """The flows as an HTML document that needs nothing but itself: the same text for the same arguments.

    It can be read and printed without its script, which adds moving, zooming, searching and choosing. Titles are in
    `lang` (en or zh) where they have it. `title` is the page's; without it that of the first flow. `overlays` adds
    short texts to flows by name, `posts` gives the titles of posts by name. There is at least one flow.
    """
    wording = Wording(lang, posts or {})
    named = wording.title(title or flows[0].title, flows[0].name)
    return page(
        named,
        _top(named, flows, wording),
        element("main", *(_flow(flow, wording, (overlays or {}).get(flow.name), posts) for flow in flows)),
        lang=wording.lang,
        style=_file("page.css"),
        script=_file("page.js"),
        drawn_style=style_sheet(),
    )


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _said(wording: Wording, word: str) -> str:
    return PAGE_WORDS[word][0 if wording.lang == "en" else 1]


def _top(title: str, flows: Sequence[Flow], wording: Wording) -> Markup:
    links = [element("a", wording.title(flow.title, flow.name), href=f"#{flow.name}") for flow in flows]
    search = element("input", type="search", id="search", placeholder=_said(wording, "search"), autocomplete="off",
                     aria_label=_said(wording, "search_in"))  # fmt: skip
    zoom = [
        element("button", sign, type="button", data_zoom=word, aria_label=_said(wording, label),
                title=_said(wording, label))
        for sign, word, label in (("−", "out", "zoom_out"), ("+", "in", "zoom_in"), ("⤢", "fit", "fit"))
    ]  # fmt: skip
    tools = element("div", search, *zoom, class_="tools", hidden=True)
    several = [element("nav", *links, aria_label=_said(wording, "flows"))] if len(flows) > 1 else []
    return element("header", element("h1", title), *several, tools)


def _flow(flow: Flow, wording: Wording, overlay: Overlay | None, posts: Mapping[str, Titles] | None) -> Markup:
    title = wording.title(flow.title, flow.name)
    details = Details(Figure(flow), wording)
    drawn = Markup(svg(flow, lang=wording.lang, overlay=overlay, posts=posts))
    canvas = element("div", "\n", drawn, class_="canvas", tabindex=0, role="region",
                     aria_label=f"{details.said('drawing')}: {title}")  # fmt: skip
    panel = element(
        "div",
        element("p", class_="count", role="status"),
        element("ol", class_="found", hidden=True),
        element("p", details.said("choose"), " ", details.said("keys"), class_="hint", hidden=True),
        "\n",
        joined(
            [
                details.flow(),
                element("h3", details.said("states")),
                *details.states(),
                element("h3", details.said("transitions")),
                *details.transitions(),
            ],
            "\n",
        ),
        class_="panel",
        data_found=PAGE_WORDS["found"][0 if wording.lang == "en" else 1],
        data_none=details.said("found_none"),
    )
    return element("section", element("h2", title), canvas, panel, class_="flow", data_flow=flow.name)
