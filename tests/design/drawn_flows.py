"""Flows to draw: sound ones of any shape with titles nobody would wish for, and how to look at what was drawn."""

from dataclasses import dataclass
from xml.etree import ElementTree

from hypothesis import strategies as st

from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel

HOSTILE = [
    'He said "no": <b onclick="x()">bold</b> & <script>alert(1)</script>',
    "two\nlines\tand\r\nmore",
    "\x1b[31mred\x1b[0m and \x9b1mbold, \x1b]0;title\x07rung",
    "null\x00 bell\x07 \ufffe \uffff end",
    "\u202eturned\u202c \u2066round\u2069",
    "مرحبا بالعالم",
    "全流程服务：从需求到回收，每一步都有负责岗位和期限。" * 3,
    "👩‍👩‍👧 family 😀",
    "state --> [*] : %% comment; #35; {x} end note",
    "]]>",
    "W" * 90,
    "\x1b[2J\u200e",
]
_WORDS = ["end", "state", "note", "a", "direction", "as", "class", "x_end", "start"]

titles = st.dictionaries(
    st.sampled_from(["en", "zh"]), st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=30), max_size=2
)


@st.composite
def models(draw, most=7):
    """A flow of a few states, some in phases, some in regions side by side; any may lead to any other, to itself or back.

    It is well formed, but not checked: a transition may do what no blueprint that is loaded has.
    """
    leaves: list[str] = []
    phases: list[str] = []
    wholes: list[str] = []

    def states(above: str, depth: int, region: bool) -> dict[str, object]:
        found: dict[str, object] = {}
        for name in draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True)):
            path = f"{above}{name}"
            words: dict[str, object] = {
                "title": draw(titles),
                "clock": draw(st.sampled_from([None, "paused", "stopped"])),
            }
            kind = draw(st.integers(0, 5)) if depth < 3 and len(leaves) < most else 5
            if kind == 0:
                phases.append(path)
                words["states"] = states(f"{path}.", depth + 1, region)
                words["initial"] = next(iter(words["states"]))  # type: ignore[call-overload]
            elif kind == 1:
                wholes.append(path)
                words["regions"] = {side: parallel(f"{path}.{side}", depth + 1) for side in ("left", "right", "third")[
                    : draw(st.integers(2, 3))
                ]}  # fmt: skip
            else:
                if region:
                    words["done"] = draw(st.booleans())
                else:
                    words["final"] = draw(st.sampled_from([None, None, "completed"]))
                words["value"] = draw(st.sampled_from(["adding", "supporting", "none"]))
                words["owner"] = draw(st.sampled_from([None, "clerk"]))
                leaves.append(path)
            found[name] = words
        return found

    def parallel(path: str, depth: int) -> dict[str, object]:
        phases.append(path)
        inner = states(f"{path}.", depth, True)
        return {"title": draw(titles), "initial": next(iter(inner)), "states": inner}

    model = {"flow": "drawn", "subject": "request", "title": draw(titles), "states": states("", 0, False)}
    place = st.sampled_from([*leaves, *phases, *wholes])
    inside = [f"{path}.{kind}" for path in (*phases, *wholes) for kind in ("history", "deep_history")]
    aim = place | st.sampled_from(["history", "stay", *inside])
    model["initial"] = draw(place)
    model["entries"] = {name: {"title": draw(titles), "to": draw(place)} for name in draw(
        st.lists(st.sampled_from(["express", "e2"]), max_size=2, unique=True)
    )}  # fmt: skip
    model["data"] = {"price": {"type": "money"}}
    model["transitions"] = {
        f"t{number}": {
            "title": draw(titles),
            "from": draw(st.lists(place | st.just("any"), min_size=1, max_size=4)),
            "except": draw(st.lists(place, max_size=1)),
            "to": [{"state": state} for state in draw(st.lists(aim, max_size=2, unique=True))],
            "by": draw(st.lists(st.sampled_from(["clerk", "customer", "timer"]), unique=True, max_size=3)),
            "when": draw(st.sampled_from([None, "price > 0"])),
            "automatic": draw(st.sampled_from([False, False, True])),
        }
        for number in range(draw(st.integers(0, 8)))
    }
    for number, whole in enumerate(wholes):
        if draw(st.booleans()):
            model["transitions"][f"j{number}"] = {"from": [whole], "join": True, "to": [{"state": draw(place)}]}
    return model


def flows(most=7):
    """Such a flow, compiled."""
    return models(most).map(flow_of_model)


def flow_of_model(model):
    return Flow(FlowModel.model_validate(model))


SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Rect:
    """A drawn rectangle."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Rect") -> bool:
        return (
            self.x < other.x + other.width and other.x < self.x + self.width
            and self.y < other.y + other.height and other.y < self.y + self.height
        )  # fmt: skip

    def holds(self, other: "Rect") -> bool:
        return (
            self.x < other.x and other.x + other.width < self.x + self.width
            and self.y < other.y and other.y + other.height < self.y + self.height
        )  # fmt: skip


def parsed(text: str) -> ElementTree.Element:
    """The drawing as a tree; raises for what is not well-formed XML."""
    return ElementTree.fromstring(text)


def marked(tree: ElementTree.Element, attribute: str) -> dict[str, ElementTree.Element]:
    """The parts of a drawing that carry `data-state`, `data-phase` or `data-transition`, by its value; first ones."""
    found: dict[str, ElementTree.Element] = {}
    for part in tree.iter(f"{SVG}g"):
        if f"data-{attribute}" in part.attrib:
            found.setdefault(part.attrib[f"data-{attribute}"], part)
    return found


def rect_of(part: ElementTree.Element) -> Rect:
    """The first rectangle of a part: its box."""
    first = next(part.iter(f"{SVG}rect"))
    return Rect(*(float(first.attrib[name]) for name in ("x", "y", "width", "height")))


def text_of(part: ElementTree.Element) -> str:
    """All that can be read in a part, without what only a resting pointer shows."""
    return " ".join(element.text or "" for element in part.iter(f"{SVG}text"))


def tip_of(part: ElementTree.Element) -> str:
    """What a pointer resting on the part shows."""
    return part.findtext(f"{SVG}title") or ""
