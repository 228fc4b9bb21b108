"""The codes of what checking a blueprint can find, SF200 to SF299: what each means and what to do."""

from __future__ import annotations

from service_flow.design.language.codes import Code

CODES: dict[str, Code] = {
    "SF201": Code("A phase that cannot be entered", "Say with `initial:` which of the states inside is entered first."),
    "SF202": Code("An initial state that is not inside its phase", "Name one of the states directly inside."),
    "SF203": Code("An unknown state", "Name states by their full path, e.g. need.analysed."),
    "SF204": Code("An initial state where there are no states inside", "Leave `initial:` out, or add `states:`."),
    "SF205": Code(
        "A word of the language where a state is meant",
        "`any` and `history` cannot name states; `any` is no target.",
    ),
    "SF206": Code(
        "A final state at the wrong place", "Mark an innermost state as final, and begin in one that is not."
    ),
    "SF210": Code(
        "Ways that can never be taken", "Put the way without `when` last: it is taken whenever it is reached."
    ),
    "SF220": Code("An unknown post", "Add the post to organisation.yaml, or name one that is there."),
    "SF221": Code("An unknown department", "Add the department to organisation.yaml, or name one that is there."),
    "SF222": Code("A circle of supervisors or departments", "Let the chain end with somebody who has nobody above."),
    "SF223": Code(
        "A name that belongs to a system actor", "Choose a name other than customer, timer, rule and import."
    ),
    "SF230": Code("A field that does not say what it holds", "Add `choices:` to a choice, `of:` to a list."),
    "SF231": Code("A word that means nothing for the field's type", "Take the word out, or change the type."),
    "SF232": Code("An unknown field", "Declare the field under `data:`, or name one that is there."),
    "SF233": Code("A field asked for twice in one form", "Name it once, as required or as optional."),
    "SF234": Code(
        "A guard that cannot be read",
        "The message says what is wrong in it; docs/reference/guards.md has the words.",
    ),
    "SF235": Code("A guard that is neither true nor false", "Compare the value with something, e.g. price > 0."),
    "SF240": Code("An unknown time zone", "Use a name of the IANA time zone database, e.g. Europe/Berlin."),
    "SF241": Code("Hours that cannot be", "Write start-end within 00:00-24:00, the start before the end."),
    "SF242": Code("A date that is not in the calendar", "Write year-month-day of a day that exists, e.g. 2026-02-28."),
    "SF250": Code("An unknown feature", "Name features that are installed; leave `features:` out for all of them."),
}
