"""What kind of process a flow is, in words."""

from __future__ import annotations

from service_flow.design.drawing.page_words import said
from service_flow.design.language.model import NatureModel


def nature_in_words(nature: NatureModel, lang: str) -> str:
    """Everything that a flow says of it, in one line; empty where it says nothing."""
    comma = ", " if lang == "en" else "、"
    worked_on = comma.join(said(lang, f"works_on_{one}") for one in nature.works_on)
    told = (
        said(lang, "works_on", worked_on) if worked_on else "",
        said(lang, f"made_{nature.made}") if nature.made else "",
        said(lang, f"customer_{nature.customer}") if nature.customer else "",
        said(lang, f"kind_{nature.kind}") if nature.kind else "",
    )
    return " · ".join(filter(None, told))


def nature_in_names(nature: NatureModel) -> str:
    """The same in the words of the blueprint, as a key to count by: `goods+people custom direct business`."""
    told = ("+".join(nature.works_on), nature.made, nature.customer, nature.kind)
    return " ".join(filter(None, told))
