"""All that is known of a flow: an article of the page for each state, frame, transition and decision table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from service_flow.design.drawing.changes import Fate, tables_of
from service_flow.design.drawing.differing import Difference, state_differences, step_differences
from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.findings_list import found_here
from service_flow.design.drawing.forms import Forms
from service_flow.design.drawing.hypertext import Markup, element, joined
from service_flow.design.drawing.natures import nature_in_words
from service_flow.design.drawing.overlay import Overlay
from service_flow.design.drawing.page_words import said
from service_flow.design.drawing.parts import Frame
from service_flow.design.drawing.promises import effects_at, promise_in_words, promises_at, rules_at, timers_at
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import Decision, State, Transition
from service_flow.design.language.model import StateModel

_MOST_SOURCES = 6
"""A transition that leaves more states is told in words; fewer states are links."""


class Details:
    """Articles about one flow. Their ids are `flow`, `flow/state/path`, `flow/phase/path`, `flow/transition/name` and
    `flow/decision/name`."""

    def __init__(self, figure: Figure, wording: Wording, overlay: Overlay) -> None:
        self._figure, self._flow, self._wording, self._overlay = figure, figure.flow, wording, overlay
        self._forms = Forms(figure, wording)
        self._leading: dict[str, list[Step]] = {}
        for step in figure.steps.values():
            for path in dict.fromkeys(path for way in step.transition.ways for path in self._reached(way.target)):
                self._leading.setdefault(path, []).append(step)

    def said(self, word: str, *values: object) -> str:
        """One of the page's own words."""
        return said(self._wording.lang, word, *values)

    def flow(self, more: Sequence[str]) -> Markup:
        """How a case is opened: by whom, with which form, and where it begins; then `more`."""
        flow = self._flow
        facts = [
            ("to", self._place_link(self._figure.begun(flow.model.initial))),
            ("by", self._wording.posts(sorted(flow.opened_by))),
        ]
        facts += [*self._sets(flow.entry.sets), *self._nature()]
        parts: list[str] = [self._facts(facts), self._forms.form(flow.opening)]
        for name, entry in flow.entries.items():
            parts.append(element("h5", self.said("entry", self._wording.title(entry.title, name))))
            to = self._place_link(self._figure.begun(flow.model.entries[name].to))
            facts = [("to", to), ("by", self._wording.posts(sorted(entry.by)))]
            parts += [self._facts([*facts, *self._sets(entry.sets)]), self._forms.form(entry.form)]
        return self._article(flow.name, self.said("opening"), "", [*parts, *more], "")

    def _nature(self) -> list[tuple[str, str]]:
        """What kind of process the flow is, as far as it says so."""
        nature = self._flow.model.nature
        told = "" if nature is None else nature_in_words(nature, self._wording.lang)
        return [("nature", told)] if told else []

    def states(self) -> list[Markup]:
        return [self._state(path, state) for path, state in self._figure.states.items()]

    def frames(self) -> list[Markup]:
        return [self._frame(".".join(path), frame) for path, frame in self._figure.frames.items()]

    def transitions(self) -> list[Markup]:
        return [self._transition(step) for step in self._figure.steps.values()]

    def decisions(self) -> list[Markup]:
        return [self._decision(table) for table in self._flow.decisions.values()]

    # --- states

    def _state(self, path: str, state: State) -> Markup:
        wording = self._wording
        facts: list[tuple[str, str]] = []
        if state.outcome is not None:
            facts.append(("ends", wording.outcome(state.outcome)))
        else:
            facts.append(("owner", wording.post(state.owner) if state.owner is not None else self.said("nobody")))
        facts += self._around(path)
        if state.outcome is None:
            facts.append(("value", wording(state.value)))
            if state.clock != "running":
                facts.append(("clock", wording(state.clock)))
        if state.done:
            facts.append(("done", wording("done")))
        steps = [step for step in self._figure.steps.values() if path in step.transition.sources and self._is_now(step)]
        parts = [*self._news(path), self._facts(facts), *self._here(steps), *self._leads_here(path)]
        parts += self._named_by(path, steps)
        found = [*self._titles(state.title), wording.post(state.owner) if state.owner is not None else ""]
        name = f"{self._flow.name}/state/{path}"
        return self._article(name, self._figure.title(path, wording), path, parts, " ".join(found))

    def _frame(self, path: str, frame: Frame) -> Markup:
        wording, model = self._wording, frame.model
        inner = [".".join(one) for one in self._figure.inside[frame.path]]
        facts = [*self._declared(model), *self._around(path)]
        inside = joined([self._place_link(one) for one in inner], wording.comma)
        facts.append(("regions" if frame.is_whole else "inside", inside))
        if model.initial is not None:
            facts.append(("begins", self._place_link(f"{path}.{model.initial}")))
        steps = [step for step in self._figure.steps.values() if path in (*step.sources, *step.model.sources)]
        steps = [step for step in steps if self._is_now(step)]
        parts = [*self._news(path), self._facts(facts), *(self._here(steps) if steps else [])]
        parts += [*self._leads_here(path), *self._named_by(path, steps)]
        name = f"{self._flow.name}/phase/{path}"
        find = " ".join(self._titles(model.title))
        return self._article(name, self._figure.title(path, wording), path, parts, find)

    def _declared(self, model: StateModel) -> list[tuple[str, str]]:
        wording = self._wording
        facts = [("owner", wording.post(model.owner))] if model.owner else []
        facts += [("value", wording(model.value))] if model.value else []
        return facts + ([("clock", wording(model.clock))] if model.clock else [])

    def _around(self, path: str) -> list[tuple[str, str]]:
        group = self._figure.group(path)
        around = [self._place_link(".".join(group[:depth])) for depth in range(1, len(group) + 1)]
        return [("phase", joined(around, " › "))] if around else []

    def _here(self, steps: Sequence[Step]) -> list[Markup]:
        heading = element("h5", self.said("here"))
        if not steps:
            return [heading, element("p", self.said("here_nothing"))]
        return [heading, *(element("details", self._summary(step), *self._doing(step)) for step in steps)]

    def _summary(self, step: Step) -> Markup:
        """A transition in a line, and in a second one what it asks for."""
        parts: list[str] = [self._title(step), " ", element("small", self._aim(step))]
        if step.transition.automatic:
            parts += [" ", element("small", self._wording("automatic"))]
        asked = [self._wording.title(field.title, name) for name, field in step.transition.form.fields.items()]
        if asked:
            parts.append(element("small", self.said("asks", self._wording.comma.join(asked)), class_="asked"))
        return element("summary", *parts)

    def _leads_here(self, path: str) -> list[Markup]:
        leading = [element("li", self._step_link(step)) for step in self._leading.get(path, ()) if self._is_now(step)]
        if path in self._reached(self._flow.model.initial):
            leading.insert(0, element("li", element("a", self.said("in_opening"), href=f"#{self._flow.name}")))
        told = element("ul", *leading) if leading else element("p", self.said("in_nothing"))
        return [element("h5", self.said("in")), told]

    def _reached(self, target: str | None) -> list[str]:
        """The states, and the frames that were meant as a whole, that a target leads into."""
        if target is None or target not in self._flow.tree.nodes:
            return []
        entered = self._figure.entered(target)
        return list(dict.fromkeys([*self._flow.tree.entry(target), *([entered] if entered else []), target]))

    # --- what names a state or a transition

    def _named_by(self, path: str, steps: Sequence[Step]) -> list[Markup]:
        """The timers, promises, rules, effects and decision tables about a state."""
        timers = [self._timer(name) for name, _ in timers_at(self._figure, path)]
        tables = dict.fromkeys(table.name for step in steps for table in tables_of(step.transition))
        told = {
            "timers": timers,
            "promises": [self._promise(name) for name, _ in promises_at(self._figure, path)],
            "rules": [self._rule(name) for name, _ in rules_at(self._figure, path)],
            "effects": [self._effect(name) for name, _ in effects_at(self._figure, path)],
            "decisions": [self._decision_link(name) for name in tables],
        }
        return [part for word, items in told.items() for part in self._list(word, items)]

    def _list(self, word: str, items: Sequence[str]) -> list[Markup]:
        listed = element("ul", *(element("li", item) for item in items))
        return [element("h5", self.said(word)), listed] if items else []

    def _timer(self, name: str) -> Markup:
        timer = self._flow.model.timers[name]
        title = self._wording.title(timer.title, name)
        does: Markup | str = timer.perform
        if timer.perform in self._figure.steps:
            does = self._step_link(self._figure.steps[timer.perform])
        parts: list[str] = [title, self._wording.colon, self._figure.timing(timer, self._wording), " → ", does]
        if timer.calendar is not None:
            parts.append(element("small", f" {self.said('calendar')}{self._wording.colon}{timer.calendar}"))
        return joined(parts)

    def _promise(self, name: str) -> Markup:
        promise = self._flow.model.promises[name]
        told = self._wording.comma.join(promise_in_words(self._figure, promise, self._wording))
        parts: list[str] = [self._wording.title(promise.title, name), self._wording.colon, told]
        if promise.warn:
            parts.append(element("small", f" {self.said('warns', self._wording.comma.join(promise.warn))}"))
        return joined(parts)

    def _rule(self, name: str) -> Markup:
        rule = self._flow.model.rules[name]
        does = self._wording.comma.join(rule.do)
        on = self._wording.either.join(self._figure.named(place, self._wording) for place in rule.on)
        told: list[str] = [self.said("when_done", on, does)]
        if rule.when is not None:
            told += [" ", element("code", cleaned(rule.when))]
        return joined([self._wording.title(rule.title, name), self._wording.colon, *told])

    def _effect(self, name: str) -> Markup:
        effect = self._flow.model.effects[name]
        told: list[str] = [effect.call or name]
        if effect.when is not None:
            told += [" ", element("code", cleaned(effect.when))]
        return joined([self._wording.title(effect.title, name), self._wording.colon, *told])

    # --- transitions

    def _transition(self, step: Step) -> Markup:
        transition, name = step.transition, step.name
        sources: str = self._figure.sources_in_words(step, self._wording)
        if 0 < len(transition.sources) <= _MOST_SOURCES and transition.join is None:
            sources = joined([self._place_link(path) for path in transition.sources], self._wording.comma)
        timers = [self._timer(key) for key, timer in self._flow.model.timers.items() if timer.perform == name]
        told = {
            "timers": timers,
            "promises": [self._promise(key) for key, _ in promises_at(self._figure, name)],
            "rules": [self._rule(key) for key, _ in rules_at(self._figure, name)],
            "effects": [self._effect(key) for key, _ in effects_at(self._figure, name)],
            "decisions": [self._decision_link(table.name) for table in tables_of(transition)],
        }
        news = self._news_of(
            self._figure.changes.transitions.get(name) if self._figure.changes is not None else None,
            step_differences(self._figure, name, self._wording),
            found_here(self._overlay.found_in_transitions.get(name, ()), self._wording.lang),
        )
        parts = [*news, self._facts([("from", sources)]), *self._doing(step)]
        parts += [part for word, items in told.items() for part in self._list(word, items)]
        fields = [
            text for field in transition.form.fields.values() for text in (*self._titles(field.title), field.name)
        ]
        found = [*self._titles(transition.title), self._wording.posts(step.by), *fields]
        return self._article(f"{self._flow.name}/transition/{name}", self._title(step), name, parts, " ".join(found))

    def _doing(self, step: Step) -> list[Markup]:
        """Where a transition leads, who may do it, when, what it asks for and what it sets."""
        transition = step.transition
        by = self._wording("automatic") if transition.automatic else self._wording.posts(step.by)
        facts: list[tuple[str, str]] = [("to", self._ways(transition)), ("by", by)]
        if transition.join is not None:
            facts.append(("joins", self._wording("joined", self._figure.named(transition.join, self._wording))))
        if transition.guard is not None:
            facts.append(("guard", element("code", cleaned(transition.guard.text))))
        facts += self._sets(transition.sets)
        return [self._facts(facts), self._forms.form(transition.form)]

    def _sets(self, sets: Mapping[str, Decision]) -> list[tuple[str, str]]:
        told = []
        for name, table in sets.items():
            field = self._flow.fields.get(name)
            named = self._wording.title(field.title if field is not None else {}, name)
            told.append(joined([f"{named} ← ", self._decision_link(table.name)]))
        return [("sets", joined(told, self._wording.comma))] if told else []

    def _ways(self, transition: Transition) -> Markup:
        ways: list[Markup] = []
        for way in transition.ways:
            aim: list[str] = [self._figure.aim(way, self._wording)]
            if way.kind == "enter" and way.target is not None:
                aim = [self._place_link(way.target)]
            if way.guard is not None:
                aim += [" ", self._wording("when", ""), element("code", cleaned(way.guard.text))]
            ways.append(joined(aim))
        return joined(ways, self._wording.either)

    def _aim(self, step: Step) -> str:
        """Where a transition leads, in a few words."""
        ways = step.transition.ways
        if all(way.kind == "stay" for way in ways):
            return self._wording("stays")
        return f"→ {self._wording.either.join(dict.fromkeys(self._figure.aim(way, self._wording) for way in ways))}"

    # --- decision tables

    def _decision(self, table: Decision) -> Markup:
        model = self._flow.model.decisions[table.name]
        used = [self._step_link(step) for step in self._figure.steps.values() if table in tables_of(step.transition)]
        parts = [self._forms.decision(model), *self._list("used", used)]
        title = self._wording.title(table.title, table.name)
        find = f"{self.said('decision')} {' '.join(self._titles(table.title))}"
        return self._article(f"{self._flow.name}/decision/{table.name}", title, table.name, parts, find)

    def _decision_link(self, name: str) -> Markup:
        table = self._flow.model.decisions.get(name)
        if table is None:  # of a transition that is gone, with its table
            return Markup(element("span", name))
        return element("a", self._wording.title(table.title, name), href=f"#{self._flow.name}/decision/{name}")

    # --- what changed and what was found

    def _news(self, path: str) -> list[Markup]:
        return self._news_of(
            self._figure.changes.states.get(path) if self._figure.changes is not None else None,
            state_differences(self._figure, path, self._wording),
            found_here(self._overlay.found_in_states.get(path, ()), self._wording.lang),
        )

    def _news_of(self, fate: Fate | None, differences: Sequence[Difference], found: list[Markup]) -> list[Markup]:
        if fate is None:
            return found
        told = [element("p", self._wording(fate), class_=f"fate {fate}")]
        if fate == "changed" and differences:
            told.append(element("dl", *(self._difference(one) for one in differences), class_="differences"))
        return [*told, *found]

    def _difference(self, difference: Difference) -> Markup:
        nothing = self.said("nothing")
        before = element("del", difference.before or nothing)
        after = element("ins", difference.after or nothing)
        return element("div", element("dt", self.said(difference.word)), element("dd", before, " → ", after))

    def _is_now(self, step: Step) -> bool:
        return step.name in self._flow.transitions

    # --- parts

    def _article(self, name: str, title: str, code: str, parts: Iterable[str], find: str) -> Markup:
        heading = [title, " ", element("small", element("code", code))] if code else [title]
        return element(
            "article", element("h4", *heading), *parts, id=name, tabindex=-1, data_title=title,
            data_find=f"{title} {find} {code}",
        )  # fmt: skip

    def _facts(self, facts: Iterable[tuple[str, str]]) -> Markup:
        rows = [element("div", element("dt", self.said(word)), element("dd", value)) for word, value in facts]
        return element("dl", *rows)

    def _title(self, step: Step) -> str:
        return self._wording.title(step.transition.title, step.transition.name)

    def _titles(self, titles: Mapping[str, str]) -> list[str]:
        return [cleaned(title) for title in titles.values()]

    def _place_link(self, path: str) -> Markup:
        """A link to a state or a frame; its name where it is gone."""
        if path in self._figure.states:
            kind = "state"
        elif tuple(path.split(".")) in self._figure.frames:
            kind = "phase"
        else:
            return element("span", self._figure.named(path, self._wording))
        return element("a", self._figure.title(path, self._wording), href=f"#{self._flow.name}/{kind}/{path}")

    def _step_link(self, step: Step) -> Markup:
        return element("a", self._title(step), href=f"#{self._flow.name}/transition/{step.name}")
