"""Flows as pictures: SVG to hang on the wall, HTML to move about in, Mermaid for pages that draw it themselves."""

from service_flow.design.drawing.changes import Compared
from service_flow.design.drawing.finding_places import laid_over
from service_flow.design.drawing.html import html
from service_flow.design.drawing.mermaid import mermaid
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.svg import svg

__all__ = ["Compared", "Overlay", "html", "laid_over", "mermaid", "svg"]
