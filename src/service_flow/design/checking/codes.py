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
    "SF251": Code(
        "Something kept of a case that no feature keeps",
        "Name what the blueprint's features keep, or take `case:` out: what guards read is filled in.",
    ),
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
    "SF277": Code(
        "Changes or billing that cannot work",
        "Name flows of requests, posts, transitions, and fields that take what they get; leave no required field out.",
    ),
    "SF280": Code(
        "A catalogue that names what is not there",
        "Let it name its own items and kinds of work, and flows of the blueprint with their entries.",
    ),
    "SF281": Code("A migration of an unknown flow", "Let `flow:` name a flow of this blueprint."),
    "SF282": Code(
        "A migration to something that is not there",
        "On the right of each colon name a state, field, transition or choice that the present flow has.",
    ),
    "SF283": Code("A migration that says two things at once", "Keep one of the two; the message names both."),
    "SF284": Code("A value that does not fit its field", "Write the value as the field's type takes it."),
    "SF285": Code("A thing that is a part of itself", "Take it out of the parts of one of those that it is made of."),
    "SF286": Code(
        "An article linked to what is not there",
        "Let it name items of the catalogue, flows, and choices that their fields have.",
    ),
    "SF287": Code(
        "An answer that no transition can follow",
        "Let `perform` name a transition of the flow that somebody performs, and `fills` fields of text.",
    ),
    "SF288": Code(
        "An appointment that cannot take place",
        "Give the post's time under `posts:`, and name flows, transitions and skills that there are.",
    ),
    "SF289": Code(
        "Capacity of nobody", "Let it be that of a post or a department of organisation.yaml."
    ),
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
    "SF311": Code(
        "A text that one language of the blueprint lacks",
        "Give it in each language of the blueprint, as {en: ..., zh: ...}, or take the language out of blueprint.yaml.",
        "warning",
    ),
    "SF320": Code("An unknown skill", "Add it to `skills:` in organisation.yaml, or name one that is there."),
    "SF321": Code("An unknown language", "Add it to `languages:` in organisation.yaml, or name one that is there."),
    "SF322": Code(
        "A duty, or work, that names nothing",
        "Name a flow, or a state, transition, promise.NAME or timer.NAME of one, e.g. service_request.need.analysed.",
    ),
    "SF323": Code(
        "A piece of the work that not exactly one department answers for",
        "Let `main` name one department; others are `shared` or `supporting`.",
    ),
    "SF324": Code("A department with two parts in one piece of the work", "Name it once."),
    "SF325": Code(
        "A duty that nothing carries",
        "Say with `carried_by` where in flows it is done, or drop the duty.",
        "warning",
    ),
    "SF326": Code(
        "A duty that others carry",
        "Give the duty to whoever does it, or let `carried_by` name what is done here.",
        "warning",
    ),
    "SF327": Code(
        "A state that belongs to no piece of the work",
        "Name it, or its phase, in the `where` of a work item.",
        "warning",
    ),
    "SF328": Code(
        "An owner whose department does not answer for the work",
        "Let the department lead the work item or share in it, or give the state another owner.",
        "warning",
    ),
    "SF329": Code("A person on no post", "Name the posts held, or take the person out.", "warning"),
    "SF330": Code(
        "A person without a skill that the post asks for",
        "Train the person, or ask for less.",
        "info",
        pedantic=True,
    ),
    "SF340": Code(
        "An assignment rule for cases that there are not",
        "Name flows, states and posts that are there, and posts that own one of these states.",
    ),
    "SF341": Code(
        "Candidates that there are not",
        "Name posts, skills and languages of organisation.yaml, or a text or choice that names them.",
    ),
    "SF342": Code(
        "A value that an assignment rule cannot match", "Match fields that each of its flows has, with their values."
    ),
    "SF343": Code(
        "An assignment rule that can never count",
        "Put the narrower rule first, give the other a `when`, or let it write `nobody: next_rule`.",
    ),
    "SF344": Code("A way to choose that is never come to", "Write each once, and least_load or round_robin last."),
    "SF345": Code(
        "An assignment rule that never finds anybody", "Let somebody hold one of its posts, or name others.", "warning"
    ),
    "SF346": Code(
        "Nobody to turn to where nobody is free", "Name a post that is there, or give the owner a `supervisor`."
    ),
    "SF360": Code("A post that may change files and is unknown", "Add the post to organisation.yaml, or name another."),
    "SF361": Code(
        "A profile that is not well declared",
        "Give a field of one name the same type, and the same `personal`, in every class, and call none `name`.",
    ),
    "SF362": Code(
        "A field of the customer's flow that cannot hold what the file says",
        "Name a choice of the customer's flow that has all these words, and let no transition ask for it.",
    ),
    "SF363": Code(
        "A preference that there is not",
        "Name channels of blueprint.yaml, calendars of calendars.yaml, codes of languages such as en or pt-BR.",
    ),
    "SF364": Code(
        "A match by what files do not have",
        "Name `name`, a kind of `contacts`, or profile.FIELD for a text of a profile.",
    ),
    "SF365": Code(
        "A row of the tiers that cannot be read",
        "Compare the facts of a customer, or fields of his profile, with values.",
    ),
    "SF366": Code(
        "A row of the tiers, or an outcome, that never counts",
        "Put the narrower row first, or take this one out; name outcomes that requests have.",
    ),
    "SF367": Code(
        "A tier that cannot be recorded",
        "Let `field` name a choice with all the tiers, and `transition` one that asks for it alone.",
    ),
    "SF368": Code(
        "A step of the ladder that cannot be taken",
        "Name a transition of the customer's flow, and give under `data` what it asks for.",
    ),
    "SF369": Code(
        "Tiers that leave somebody out, or overlap",
        "Add a last row without conditions; with `hit: unique`, let the rows exclude each other; ask with has() for "
        "what is not known of everybody.",
        "warning",
    ),
    "SF370": Code("An unknown name in recovery.yaml", "Name what is there, or declare it."),
    "SF371": Code("A value of a remedy that does not fit", "Let it lie within what the catalogue says of the remedy."),
    "SF372": Code("A row of remedies that cannot be read", "Name fields that every flow for complaints has."),
    "SF373": Code(
        "A remedy that is proposed and that nobody may grant",
        "Give a post above those named the authority, or propose less.",
        "warning",
    ),
    "SF374": Code(
        "A remedy that nothing carries out",
        "Add the rule, or the effect, that the message names.",
        "warning",
    ),
    "SF375": Code("An unknown field in complaints.yaml", "Name a field that every flow for complaints has."),
    "SF376": Code(
        "A complaint that is completed although remedies are owed",
        "Ask in the guard whether some are open: `case.open_remedies == 0`.",
        "warning",
    ),
    "SF380": Code("A post that may erase customers and is unknown", "Add it to organisation.yaml, or name another."),
    "SF381": Code(
        "A condition of retention.yaml that cannot be read",
        "Compare fields that every flow for customers has, and ask with has() whether they are there.",
    ),
    "SF382": Code("A rule that never erases anybody", "Add a flow for customers, or take the rule out.", "warning"),
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
