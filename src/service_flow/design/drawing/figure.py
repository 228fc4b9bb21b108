"""What is drawn of a flow, before anyone asks where: frames, states, and each transition in the shape it is shown in.

A transition is drawn once, as a label with lines from what it leaves and to what it leads to. Where it leaves too many
states for lines, words say which ("from anywhere in ..."); where it leads nowhere else, it is a line of text in its
state, or, for many states, in the list of what can be done at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from service_flow.design.drawing.changes import Compared, changes
from service_flow.design.drawing.parts import Frame, Leaf, Path, parts
from service_flow.design.drawing.sources import Sources
from service_flow.design.drawing.wording import Wording
from service_flow.design.flow import Flow, State, Transition, Way
from service_flow.design.language.model import ANY, TimerModel, TransitionModel

MOST_LINES = 4
"""A transition that leaves more than this has no lines from there."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A target that is a phase's history: the phase as it was left, with all that is inside it if it is `deep`."""

    phase: str
    deep: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A transition as it is drawn.

    `sources` and `targets` are joined to it by lines: states, and whole states with regions; `recalls` are targets
    too. `again` are states it leaves and comes back to at once: their boxes tell of it. `spread` says that what it
    leaves is told in words; `returns` that it goes back to where the case came from.
    """

    transition: Transition
    model: TransitionModel
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    recalls: tuple[Recall, ...]
    again: tuple[str, ...]
    spread: bool
    returns: bool

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(self.model.by)

    @property
    def is_label(self) -> bool:
        """Whether it has a label of its own in the drawing."""
        aims = bool(self.targets or self.recalls)
        return bool(self.sources or aims) and (aims or self.returns)

    @property
    def is_at_any_time(self) -> bool:
        """Whether it is told in the list beside the drawing."""
        return not (self.is_label or self.again)


class Figure:
    """A flow as it is drawn; compared with a former one, also what was there and is gone."""

    def __init__(self, flow: Flow, compared: Compared | None = None) -> None:
        former = compared.former if compared is not None else None
        self.flow, self.former, self.compared = flow, former, compared
        self.changes = changes(flow, compared) if compared is not None else None
        self.frames: dict[Path, Frame] = {}
        self.inside: dict[Path, list[Path]] = {}
        """The frames and states right inside each frame; () is the whole drawing."""
        self.states: dict[str, State] = {}
        """In the order they are written: the drawing runs down in this order."""
        self.span: dict[Path, tuple[int, int]] = {}
        """The places of the first and the last state in each frame."""
        for part in parts(flow.model.states, former.model.states if former is not None else {}):
            self._add(part)
        self.place = {path: at for at, path in enumerate(self.states)}
        self.wholes = {".".join(path): frame for path, frame in self.frames.items() if frame.is_whole}
        self.steps: dict[str, Step] = {
            name: self._step(transition, flow.model.transitions[name]) for name, transition in flow.transitions.items()
        }
        if former is not None:
            gone = {name: former.transitions[name] for name in former.transitions if name not in flow.transitions}
            self.steps |= {name: self._step(one, former.model.transitions[name]) for name, one in gone.items()}

    def _add(self, part: Frame | Leaf) -> None:
        self.inside.setdefault(part.path[:-1], []).append(part.path)
        if isinstance(part, Frame):
            self.frames[part.path] = part
            return
        path, at = ".".join(part.path), len(self.states)
        flow = self.flow if path in self.flow.states or self.former is None else self.former
        self.states[path] = flow.states[path]
        for depth in range(1, len(part.path)):
            first, _ = self.span.get(part.path[:depth], (at, at))
            self.span[part.path[:depth]] = first, at

    def flow_of(self, transition: str) -> Flow:
        """The flow that a transition is of: the former one if it is gone."""
        return self.flow if transition in self.flow.transitions or self.former is None else self.former

    # --- what stands where

    def group(self, path: str) -> Path:
        """The frames around a state or a frame, from the outermost."""
        return tuple(path.split(".")[:-1])

    @cached_property
    def _inside(self) -> dict[str, tuple[str, ...]]:
        """The states in each whole state with regions, outer ones first."""
        paths = tuple(self.states)
        spans = {whole: self.span[frame.path] for whole, frame in self.wholes.items()}
        return {whole: paths[first : last + 1] for whole, (first, last) in spans.items()}

    def regions(self, whole: str) -> list[Frame]:
        """The regions of a state that has them, from left to right."""
        return [self.frames[path] for path in self.inside[tuple(whole.split("."))] if path in self.frames]

    def ends(self, whole: str) -> list[str]:
        """The states in which the regions of a state are done; not those in a state inside that is joined by itself."""
        first, last = self.span[tuple(whole.split("."))]
        joined = {step.transition.join for step in self.steps.values()} - {None, whole}
        inner = [f"{join}." for join in joined if join is not None and join.startswith(f"{whole}.")]
        inside = list(self.states.items())[first : last + 1]
        return [path for path, state in inside if state.done and not path.startswith(tuple(inner))]

    def entered(self, path: str) -> str | None:
        """The state, or the whole state with regions, in which a path begins; None where nothing is left of it."""
        while path not in self.states and path not in self.wholes:
            frame = self.frames.get(tuple(path.split(".")))
            if frame is None:
                path = path.rpartition(".")[0]
                if not path:
                    return None
            else:
                path = f"{path}.{frame.model.initial or next(iter(frame.model.states))}"
        return path

    def begun(self, path: str) -> str:
        """As `entered`, for a place of the flow as it is now: what it says is there."""
        return self.entered(path) or next(iter(self.states))

    def title(self, path: str, wording: Wording) -> str:
        """The title of a state or a frame."""
        state = self.states.get(path)
        return wording.title(state.title if state is not None else self.frames[tuple(path.split("."))].title, path)

    def again(self, path: str) -> list[Step]:
        """What can be done in a state without leaving it."""
        return self._again.get(path, [])

    @cached_property
    def _again(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self.steps.values():
            for path in step.again:
                found.setdefault(path, []).append(step)
        return found

    # --- in words

    def aim(self, way: Way, wording: Wording) -> str:
        """Where a way leads."""
        if way.target is None:
            return wording("back" if way.kind == "back" else "stays")
        named = self.named(way.target, wording)
        return named if way.kind == "enter" else wording("as_left" if way.kind == "history" else "as_left_deep", named)

    def named(self, name: str, wording: Wording) -> str:
        """The title of whatever has that name: a state, a frame, a transition, the opening; else the name."""
        if name in self.states or tuple(name.split(".")) in self.frames:
            return self.title(name, wording)
        if name in self.steps:
            return wording.title(self.steps[name].transition.title, name)
        return wording("opened") if name == "opened" else wording.title({}, name)

    def timers(self, transition: str) -> list[TimerModel]:
        """The timers that perform a transition."""
        return [timer for timer in self.flow.model.timers.values() if timer.perform == transition]

    def timing(self, timer: TimerModel, wording: Wording) -> str:
        """When a timer acts."""
        told = []
        if timer.after is not None:
            told.append(wording("timer_after", wording.span(timer.after)))
        if timer.every is not None:
            told.append(wording("timer_every", wording.span(timer.every)))
        if timer.at is not None:
            field = self.flow.fields.get(timer.at)
            told.append(wording("timer_at", wording.title(field.title if field is not None else {}, timer.at)))
        return wording.comma.join(told)

    def sources_in_words(self, step: Step, wording: Wording) -> str:
        """From where a step leads, as short as it can be said: whole phases, or all states but a few."""
        return self._sources.in_words(step, wording)

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self)

    # --- steps

    def _step(self, transition: Transition, model: TransitionModel) -> Step:
        aims = [self.entered(way.target) for way in transition.ways if way.kind == "enter" and way.target is not None]
        targets = tuple(dict.fromkeys(aim for aim in aims if aim is not None))
        recalls = tuple(dict.fromkeys(self._recalls(transition)))
        returns = any(way.returns for way in transition.ways)
        left = [path for path in transition.sources if path in self.states]
        ends = self._ends(transition, left, [*targets, *(recall.phase for recall in recalls)])
        leaves = tuple(path for path in ends if path not in targets or path in self.wholes)
        spread = len(leaves) > MOST_LINES or (ANY in model.sources and len(leaves) > 1)
        stays = not targets and not recalls and not returns
        if stays and any(path in self.wholes for path in leaves):
            spread = True
        again = tuple(path for path in left if path in targets or stays)
        return Step(
            transition,
            model,
            () if spread or stays else leaves,
            targets if leaves else (),
            recalls if leaves else (),
            () if spread else again,
            spread,
            returns,
        )

    def _recalls(self, transition: Transition) -> list[Recall]:
        ways = [way for way in transition.ways if way.kind in ("history", "deep_history") and way.target is not None]
        known = [way for way in ways if tuple(str(way.target).split(".")) in self.frames]
        return [Recall(str(way.target), way.kind == "deep_history") for way in known]

    def _ends(self, transition: Transition, left: Sequence[str], aims: Sequence[str]) -> list[str]:
        """What lines come from: states, and for all the states of one with regions, that one as a whole."""
        if transition.join in self.wholes:
            return [str(transition.join)]
        rest = dict.fromkeys(left)
        there = self.flow_of(transition.name).states
        for whole, paths in self._inside.items():
            inside = [path for path in paths if path in there]
            if not inside or not all(path in rest for path in inside):
                continue
            around = whole.rpartition(".")[0]
            beside = f"{around}." if around in self.wholes else f"{whole}."
            if not any(aim == whole or aim.startswith(beside) for aim in aims):
                first = next(path for path in rest if path in inside)
                kept = (path for path in rest if path == first or path not in inside)
                rest = dict.fromkeys(whole if path == first else path for path in kept)
        return list(rest)
