"""`service-flow show --customer`: a case as its customer may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_flow.cli.labels import plain
from service_flow.cli.output import pairs, say, say_json
from service_flow.cli.reading import Reader
from service_flow.engine.commands.merged import goes_on_as
from service_flow.errors import NotFound
from service_flow.features.customer_view import CustomerView, ShownField, customer_page, view_of
from service_flow.features.customer_view.page import Words


def seen_by_customer(reader: Reader, case: str) -> CustomerView:
    """The view, in the language of the reader; with the titles of posts where there is a blueprint. Raises NotFound."""
    state, flow, instant = reader.settled(case, None)
    if flow is None:
        raise NotFound(f"the flow of {case} is not kept in {reader.store.url}, so nothing says what is shown of it")
    store = reader.store
    owner = goes_on_as(store.state, store.state(state.customer)) if state.customer is not None else None
    posts = reader.blueprint.organisation.posts if reader.blueprint is not None else {}
    titles = {name: post.title for name, post in posts.items() if post.title}
    facts = owner.data if owner is not None else {}
    return view_of(store, state, flow, language=reader.lang, posts=titles, at=instant, customer=facts)


def say_to_customer(view: CustomerView, form: str) -> None:
    """Write the view, for people or for programs."""
    if form == "json":
        say_json(_as_json(view))
        return
    words = Words(view.language)
    say((words(view.subject, view.number), "bold"), "  ", (words.stands(view), "cyan"))
    say(words.since(view))
    if view.goes_on_in is not None:
        say(words("goes_on_in", view.goes_on_in))
    parts = {
        "promises": [(one.label, words.promise(one)) for one in view.promises],
        "options": [(one.label, ", ".join(field.name for field in one.form)) for one in view.options],
        "fields": [(one.label, words.value(one.value)) for one in view.fields],
        "steps": [(words.instant(one.at), _step(one.label, one.text, one.fields, words)) for one in view.steps],
    }
    for heading, rows in parts.items():
        if rows:
            say()
            say((words(heading), "bold"))
            pairs(rows)


def page_for_customer(view: CustomerView) -> str:
    """The view as an HTML page."""
    return customer_page(view)


def _step(label: str, text: str | datetime | None, fields: tuple[ShownField, ...], words: Words) -> str:
    told = [label, *([words.value(text)] if text is not None else [])]
    return " · ".join([*told, *(f"{one.label}: {words.value(one.value)}" for one in fields)])


def _as_json(view: CustomerView) -> dict[str, Any]:
    """The view as plain data; times are ISO 8601 in UTC."""
    return {
        "number": view.number,
        "subject": view.subject,
        "language": view.language,
        "stands": list(view.stands),
        "open": view.is_open,
        "opened_at": view.opened_at.isoformat(),
        "goes_on_in": view.goes_on_in,
        "fields": [_field(one) for one in view.fields],
        "promises": [
            {
                "label": one.label,
                "state": one.state,
                "due": None if one.due is None else one.due.isoformat(),
                "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
            }
            for one in view.promises
        ],
        "steps": [
            {
                "at": one.at.isoformat(),
                "label": one.label,
                "who": one.who,
                "by_customer": one.by_customer,
                "text": plain(one.text),
                "fields": [_field(each) for each in one.fields],
            }
            for one in view.steps
        ],
        "options": [
            {"transition": one.transition, "label": one.label, "form": [field.name for field in one.form]}
            for one in view.options
        ],
    }


def _field(one: ShownField) -> dict[str, Any]:
    return {"name": one.name, "label": one.label, "value": plain(one.value)}
