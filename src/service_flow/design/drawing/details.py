"""All that is known of a flow, its states and its transitions, each as an article of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service_flow.design.drawing.figure import Figure, Step
from service_flow.design.drawing.hypertext import Markup, element, joined
from service_flow.design.drawing.page_words import PAGE_WORDS
from service_flow.design.drawing.wording import Wording, cleaned
from service_flow.design.flow import Field, Form, State, Transition

_MOST_SOURCES = 6
"""A transition that leaves more states is told in words; fewer states are links."""
_MOST_CHOICES = 12
"""Choices of a field that are written out."""


class Details:
    """Articles about one flow. Their ids are `flow`, `flow/state/path` and `flow/transition/name`."""

    def __init__(self, figure: Figure, wording: Wording) -> None:
        self._figure, self._flow, self._wording = figure, figure.flow, wording
        self._leading: dict[str, list[Step]] = {path: [] for path in figure.flow.states}
        for step in figure.steps.values():
            for target in dict.fromkeys(way.target for way in step.transition.ways if way.target is not None):
                self._leading[target].append(step)

    def said(self, word: str, *values: object) -> str:
        """One of the page's own words."""
        return PAGE_WORDS[word][0 if self._wording.lang == "en" else 1].format(*values)

    def flow(self) -> Markup:
        """How a case is opened: by whom, with which form, and where it begins."""
        flow = self._flow
        begins = self._state_link(flow.initial[0])
        facts = [("to", begins), ("by", self._wording.posts(sorted(flow.opened_by)))]
        return self._article(flow.name, self.said("opening"), "", [self._facts(facts), self._form(flow.opening)], "")

    def states(self) -> list[Markup]:
        return [self._state(state) for state in self._flow.states.values()]

    def transitions(self) -> list[Markup]:
        return [self._transition(step) for step in self._figure.steps.values()]

    # --- states

    def _state(self, state: State) -> Markup:
        wording, figure = self._wording, self._figure
        facts: list[tuple[str, str]] = []
        if state.outcome is not None:
            facts.append(("ends", wording.outcome(state.outcome)))
        else:
            facts.append(("owner", wording.post(state.owner) if state.owner is not None else self.said("nobody")))
        phases = [
            figure.phases[figure.group(state.path)[: depth + 1]] for depth in range(len(figure.group(state.path)))
        ]
        if phases:
            facts.append(("phase", " › ".join(wording.title(phase.title, phase.path[-1]) for phase in phases)))
        if state.outcome is None:
            facts.append(("value", wording(state.value)))
            if state.clock != "running":
                facts.append(("clock", wording(state.clock)))
        parts = [self._facts(facts), *self._here(state), *self._leads_here(state)]
        title = figure.title(state.path, wording)
        found = [*self._titles(state.title), wording.post(state.owner) if state.owner is not None else ""]
        return self._article(f"{self._flow.name}/state/{state.path}", title, state.path, parts, " ".join(found))

    def _here(self, state: State) -> list[Markup]:
        steps = [self._figure.steps[name] for name in self._flow.exits((state.path,))]
        heading = element("h5", self.said("here"))
        if not steps:
            return [heading, element("p", self.said("here_nothing"))]
        told = [element("details", self._summary(step), *self._doing(step)) for step in steps]
        return [heading, *told]

    def _summary(self, step: Step) -> Markup:
        """A transition in a line, and in a second one what it asks for."""
        parts: list[str] = [self._title(step), " ", element("small", self._aim(step))]
        asked = [self._wording.title(field.title, name) for name, field in step.transition.form.fields.items()]
        if asked:
            parts.append(element("small", self.said("asks", self._wording.comma.join(asked)), class_="asked"))
        return element("summary", *parts)

    def _leads_here(self, state: State) -> list[Markup]:
        leading = [element("li", self._step_link(step)) for step in self._leading[state.path]]
        if state.path == self._flow.initial[0]:
            leading.insert(0, element("li", element("a", self.said("in_opening"), href=f"#{self._flow.name}")))
        told = element("ul", *leading) if leading else element("p", self.said("in_nothing"))
        return [element("h5", self.said("in")), told]

    # --- transitions

    def _transition(self, step: Step) -> Markup:
        wording, transition = self._wording, step.transition
        sources: str = self._figure.sources_in_words(step, wording)
        if 0 < len(transition.sources) <= _MOST_SOURCES:
            sources = joined([self._state_link(path) for path in transition.sources], wording.comma)
        parts = [self._facts([("from", sources)]), *self._doing(step)]
        fields = [
            text for field in transition.form.fields.values() for text in (*self._titles(field.title), field.name)
        ]
        found = [*self._titles(transition.title), wording.posts(step.by), *fields]
        return self._article(
            f"{self._flow.name}/transition/{transition.name}",
            self._title(step),
            transition.name,
            parts,
            " ".join(found),
        )

    def _doing(self, step: Step) -> list[Markup]:
        """Where a transition leads, who may do it, when, and what it asks for."""
        facts: list[tuple[str, str]] = [("to", self._ways(step.transition)), ("by", self._wording.posts(step.by))]
        if step.transition.guard is not None:
            facts.append(("guard", element("code", cleaned(step.transition.guard.text))))
        return [self._facts(facts), self._form(step.transition.form)]

    def _ways(self, transition: Transition) -> Markup:
        ways: list[Markup] = []
        for way in transition.ways:
            aim: list[str] = [self._wording("back") if way.returns else self.said("stays")]
            if way.target is not None:
                aim = [self._state_link(way.target)]
            if way.guard is not None:
                aim += [" ", self._wording("when", ""), element("code", cleaned(way.guard.text))]
            ways.append(joined(aim))
        return joined(ways, self._wording.either)

    def _aim(self, step: Step) -> str:
        """Where a transition leads, in a few words."""
        aims = [self._figure.title(way.target, self._wording) for way in step.transition.ways if way.target is not None]
        if step.returns:
            aims.append(self._wording("back"))
        return f"→ {self._wording.either.join(dict.fromkeys(aims))}" if aims else self.said("stays")

    # --- forms

    def _form(self, form: Form) -> Markup:
        if not form.fields:
            return Markup("")
        rows = [self._field(field, required=field.name in form.required) for field in form.fields.values()]
        heads = [element("th", self.said(word), scope="col") for word in ("field", "type")]
        table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows))
        return element("div", table, class_="form")

    def _field(self, field: Field, *, required: bool) -> Markup:
        notes = [self.said("required" if required else "optional")]
        if field.personal:
            notes.append(self.said("personal"))
        name = [self._wording.title(field.title, field.name), " ", element("small", self._wording.comma.join(notes))]
        return element("tr", element("th", *name, scope="row"), element("td", self._type(field)))

    def _type(self, field: Field) -> str:
        if field.choices:
            words = [self._wording.title(title, word) for word, title in field.choices.items()]
            more = ["…"] if len(words) > _MOST_CHOICES else []
            return self.said(f"type_{field.type}", self._wording.comma.join([*words[:_MOST_CHOICES], *more]))
        if field.type == "list":
            return self.said("type_list", self.said(f"type_{field.of or 'text'}"))
        return self._wording(field.to) if field.to is not None else self.said(f"type_{field.type}")

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

    def _state_link(self, path: str) -> Markup:
        return element("a", self._figure.title(path, self._wording), href=f"#{self._flow.name}/state/{path}")

    def _step_link(self, step: Step) -> Markup:
        name = step.transition.name
        return element("a", self._title(step), href=f"#{self._flow.name}/transition/{name}")
