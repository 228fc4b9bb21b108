"""The codes of what checking a blueprint can find, SF200 to SF899: what each means and what to do.

Those below SF290 are found when a blueprint is loaded, which then fails; the others by `Blueprint.check`.
"""

from __future__ import annotations

from service_flow.design.language.codes import Code

CODES: dict[str, Code] = {
    "SF201": Code("A phase that cannot be entered", "Say with `initial:` which of the states inside is entered first."),
    "SF202": Code("An initial state that is not inside its phase", "Name one of the states directly inside."),
    "SF203": Code("An unknown state", "Name states by their full path, e.g. need.analysed."),
    "SF204": Code("An initial state where there are no states inside", "Leave `initial:` out, or add `states:`."),
    "SF205": Code(
        "A word of the language where a state is meant",
        "`any`, `stay`, `history` and `deep_history` cannot name states; `any` is no target.",
    ),
    "SF206": Code(
        "A final state at the wrong place", "Mark an innermost state as final, and begin in one that is not."
    ),
    "SF207": Code("Regions that are not well made", "Give a state two or more `regions:`, each with states inside."),
    "SF208": Code(
        "An end at the wrong place", "Inside a region write `done: true`; `final:` ends a case and stands outside."
    ),
    "SF209": Code("A move from one region into another", "Leave the state that has the regions, or move inside one."),
    "SF210": Code(
        "Ways that can never be taken", "Put the way without `when` last: it is taken whenever it is reached."
    ),
    "SF211": Code(
        "A join that waits for nothing, or for ever",
        "Let `from:` name the state with the regions, and mark a state of each region as `done: true`.",
    ),
    "SF212": Code(
        "An automatic transition that asks for somebody",
        "It is taken by itself: leave out `by:` and `collect:`, and say with `to:` where it leads.",
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
    "SF236": Code(
        "A field with a name that guards use otherwise",
        "customer, actor, case, times, now and decisions stand for something else; choose another name.",
    ),
    "SF237": Code("A decision table that cannot be read", "The message says which row, and what is wrong in it."),
    "SF238": Code(
        "A field set by something that does not fit it",
        "Name a decision table of the flow whose results are of the field's type.",
    ),
    "SF239": Code(
        "An automatic transition that would wait for something outside",
        "Let its guards read the case's own data and `times` only.",
    ),
    "SF240": Code("An unknown time zone", "Use a name of the IANA time zone database, e.g. Europe/Berlin."),
    "SF241": Code("Hours that cannot be", "Write start-end within 00:00-24:00; 22:00-06:00 ends on the next day."),
    "SF242": Code("A date that is not in the calendar", "Write year-month-day of a day that exists, e.g. 2026-02-28."),
    "SF243": Code("An unknown calendar", "Add the calendar to calendars.yaml, or name one that is there."),
    "SF244": Code("Hours that overlap", "Let a span end before the next one begins; across midnight, too."),
    "SF245": Code(
        "Public holidays of a country that is not known",
        "Write the country's ISO 3166 code, e.g. DE, and a region as the package `holidays` names it, e.g. BY.",
    ),
    "SF246": Code("Calendars that extend each other in a circle", "Let the chain end with a calendar that has a zone."),
    "SF247": Code("A calendar that is never open", "Give it hours; look whether holidays or breaks take them all."),
    "SF248": Code("A day that is said twice", "Keep it under one of the two words."),
    "SF249": Code("A rotation that is not well made", "Give it `days` or `weeks`, and leave `weekly` out beside it."),
    "SF250": Code("An unknown feature", "Name features that are installed; leave `features:` out for all of them."),
    "SF260": Code(
        "More moves than are compiled",
        "A blueprint may have 100,000: name the states that a transition leaves instead of `any`, or part the flow.",
    ),
    "SF261": Code(
        "More guards than are compiled",
        "A blueprint may have 200,000 characters of them: ask for a field that says what many guards work out.",
    ),
    "SF270": Code(
        "A property without a form",
        "Write one of: every .. visits, before .. visits, after .. eventually, never (when), at_most .. times, always.",
    ),
    "SF271": Code(
        "A property about something unknown", "Name a state, a phase or a transition; `every` names an outcome."
    ),
    "SF272": Code(
        "A timer that cannot work",
        "Say when with one of after, every and at; let it perform a transition that `timer` may do.",
    ),
    "SF273": Code(
        "A promise that cannot work",
        "Let `from` and `until` name opened, a state or a transition, or `while` states; `within` a span or its table.",
    ),
    "SF274": Code(
        "A rule that cannot work",
        "Let `on` name opened, a state or a transition, and `do` a command of a feature that rules may give.",
    ),
    "SF275": Code(
        "A time that cannot be given",
        "Write a length of time such as 30 minutes, 4 working hours or 3 working days, ten years at most.",
    ),
    "SF276": Code(
        "An effect that waits for nothing",
        "Let `on` name opened, a state, a transition, promise.NAME.broken (or another end) or timer.NAME.fired.",
    ),
    "SF281": Code("A migration of an unknown flow", "Let `flow:` name a flow of this blueprint."),
    "SF282": Code(
        "A migration to something that is not there",
        "On the right of each colon name a state, field, transition or choice that the present flow has.",
    ),
    "SF283": Code("A migration that says two things at once", "Keep one of the two; the message names both."),
    "SF284": Code("A value that does not fit its field", "Write the value as the field's type takes it."),
    "SF291": Code(
        "An ignore without a reason",
        "Write `# service-flow: ignore CODE because REASON`, with the reason in your own words.",
        "warning",
    ),
    "SF292": Code(
        "An ignore of what cannot be ignored",
        "Name a code whole, e.g. SF403. What keeps a blueprint from being loaded has to be mended.",
        "warning",
    ),
    "SF293": Code(
        "An ignore that ignores nothing",
        "Take the comment out, or put it on the line of the finding, or alone on the line above.",
        "warning",
    ),
    "SF301": Code("A state that is never reached", "Lead a transition there, or take the state out.", "warning"),
    "SF302": Code("A trap: a state that nothing leads on from", "Add a transition from it, or mark it as `final:`."),
    "SF303": Code(
        "A transition that is never possible", "Let it leave a state that cases come to, or take it out.", "warning"
    ),
    "SF304": Code("A state from which no case ends", "Add a way from it towards a final state."),
    "SF305": Code("A region that cannot be joined", "Lead a way in the region to a state that is `done: true`."),
    "SF306": Code("Automatic transitions that never rest", "Let a guard, or what is set on the way, end the circle."),
    "SF307": Code(
        "Something shadowed by what stands before it", "Put the narrower one first, or take it out.", "warning"
    ),
    "SF308": Code(
        "A state without an accountable owner", "Name the post that answers for cases standing there.", "warning"
    ),
    "SF309": Code("A post that nobody holds", "Give the post to a person, or let flows name another one.", "warning"),
    "SF310": Code(
        "Duties that nothing carries",
        "Let the post own a state or perform a transition, or drop the duties.",
        "warning",
    ),
    "SF401": Code("A guard that is never true", "Mend the condition; as it stands, nothing behind it ever happens."),
    "SF402": Code("A guard that is always true", "Leave it out, or say what was meant.", "warning"),
    "SF403": Code(
        "Two conditions that hold at once", "Make them exclude each other, so that order decides nothing.", "warning"
    ),
    "SF404": Code("A choice that leaves something out", "Add a last way, or row, without a condition.", "warning"),
    "SF405": Code(
        "A guard that is not decided",
        "Compare fields with constants where that is possible; the extra `proofs` decides arithmetic.",
        "info",
    ),
    "SF501": Code(
        "Something read that may not be there", "Collect it on every way there, or ask with has() whether it is there."
    ),
    "SF502": Code(
        "A field that is collected and never read", "Fine for the record; otherwise take it out.", "info", pedantic=True
    ),
    "SF503": Code("Something needed that cannot be known yet", "Collect it before, or in this very form."),
    "SF504": Code(
        "A field that never gets a value", "Ask for it in a form, set it by a decision, or take it out.", "warning"
    ),
    "SF601": Code("A case that can be stranded", "Open a way from there for the data that the story shows."),
    "SF602": Code(
        "A flow that was not looked at whole", "Simplify the guards that are named; what was found is real.", "info"
    ),
    "SF611": Code(
        "A promise that never starts", "Let `from` name a place, or `while` a state, that cases come to."
    ),
    "SF612": Code("A promise that can never be kept", "Let `until` name a place that cases come to after its start."),
    "SF613": Code(
        "A promise that ends where it starts", "Let `until` name what comes later than the step that starts it."
    ),
    "SF614": Code(
        "A deadline that no case can meet",
        "Give more time, shorten the timer that has to be waited for, or let somebody go on before.",
    ),
    "SF615": Code(
        "A timer that can do nothing", "Let `while` name states that cases stand in, and that `perform` leads out of."
    ),
    "SF616": Code(
        "A timer whose states are always left before", "Give it less time than the other, or take it out.", "warning"
    ),
    "SF617": Code(
        "A warning that comes at the start", "Warn later: a shorter time before the end, or a share of it.", "warning"
    ),
    "SF618": Code(
        "A clock that stands still for ever",
        "Let the state's `clock:` run, lead a way to where it runs, or write `pauses: false`.",
        "warning",
    ),
    "SF619": Code("Working time that a calendar does not give", "Give less time, or the calendar more hours."),
    "SF620": Code(
        "A word about time without effect",
        "Write working time beside a calendar; give owners a `supervisor` where promises escalate.",
        "warning",
    ),
    "SF621": Code(
        "Time that is not decided", "Simplify what SF602 names; what was found of promises and timers is real.", "info"
    ),
    "SF701": Code("A property that does not hold", "The story shows a shortest case that breaks it."),
    "SF702": Code(
        "A property that is not decided", "No case was found that breaks it, and not all were looked at.", "info"
    ),
    "SF801": Code(
        "A migration of something that no older revision has",
        "On the left of each colon name what the older revision has, or take the line out.",
    ),
    "SF802": Code(
        "A state of an older revision that has no place",
        "Say under `states:` which state takes its place, or under `ends:` that its region ends.",
    ),
    "SF803": Code(
        "A field of an older revision that has no place",
        "Give it a new name under `data:`, its words new ones under `choices:`, or name it under `drops:`.",
    ),
    "SF804": Code(
        "States that cannot be stood in together",
        "Let old states that stand side by side become states of regions side by side, or of one place.",
    ),
    "SF805": Code(
        "A case that a migration would strand",
        "Move it where a way leads on, open a way for the data it has there, or give it what is missing.",
    ),
    "SF806": Code("A migration that is not decided", "Each case is looked at by itself before it is moved.", "info"),
}
