"""The examples of the language reference: one for each part, with every word of the part in it."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.language.model import (
    BlueprintModel,
    CalendarModel,
    CalendarsModel,
    Collect,
    DepartmentModel,
    FieldModel,
    FlowModel,
    OpeningModel,
    OrganisationModel,
    PersonModel,
    PostModel,
    StateModel,
    TransitionModel,
    Way,
    Word,
)

EXAMPLES: Mapping[type[Word], str] = {
    BlueprintModel: """\
blueprint: bicycle_shop
version: "1.0.0"
title: {en: Bicycle shop, zh: 自行车店}
languages: [en, zh]
features: [customers, requests]
channels: [phone, email, face_to_face]
""",
    FlowModel: """\
flow: repair
subject: request
title: {en: Repair, zh: 维修}
initial: workshop.waiting
opening: {by: [clerk, customer], collect: [fault]}
data:
  fault: {type: text, title: {en: Fault, zh: 故障}}
states:
  workshop:
    initial: waiting
    owner: mechanic
    states: {waiting: {}, at_work: {value: adding}}
  returned: {final: completed}
transitions:
  begin:  {from: workshop.waiting, to: workshop.at_work, by: mechanic}
  return: {from: workshop.at_work, to: returned, by: [mechanic, clerk]}
""",
    OpeningModel: """\
by: [clerk, customer]
collect: {required: [fault], optional: [frame_number]}
""",
    FieldModel: """\
type: list                    # or text, choice, money, ...
of: choice                    # of a list only
choices: {brakes: {en: Brakes, zh: 刹车}, gears: {en: Gears, zh: 变速器}}   # of a choice, or a list of them
title: {en: Parts, zh: 部件}
personal: false
# to: request                 # of a reference only
""",
    StateModel: """\
title: {en: In the workshop, zh: 维修中}
owner: mechanic
value: adding
clock: running
initial: waiting
states:
  waiting:  {title: {en: Waiting, zh: 等待}, clock: paused}
  at_work:  {title: At work}
  scrapped: {final: rejected, owner: clerk}
""",
    TransitionModel: """\
title: {en: Quote, zh: 报价}
from: [workshop.waiting, workshop.at_work]
to:
  - {when: price > 500, state: quoted}
  - {state: workshop.at_work}
by: [mechanic, clerk]
collect: [price]
when: 'size(parts) > 0'
""",
    Collect: """\
required: [price]             # collect: [price] is short for this line alone
optional: [frame_number]
""",
    Way: """\
state: quoted                 # to: quoted is short for one way without a guard
when: price > 500
""",
    OrganisationModel: """\
departments: {workshop: {title: {en: Workshop, zh: 维修部}}}
posts: {mechanic: {title: {en: Mechanic, zh: 技工}, department: workshop}}
people: {kim@example.com: {name: Kim Larsen, posts: mechanic}}
""",
    DepartmentModel: """\
title: {en: Workshop, zh: 维修部}
part_of: shop
""",
    PostModel: """\
title: {en: Mechanic, zh: 技工}
department: workshop
supervisor: head_mechanic
duties:
  - Repair what was agreed
  - Say what else was found
""",
    PersonModel: """\
name: Kim Larsen
posts: [mechanic, clerk]
""",
    CalendarsModel: """\
calendars:
  shop: {zone: Europe/Copenhagen, weekly: {monday: 10:00-18:00}}
""",
    CalendarModel: """\
title: {en: Opening hours, zh: 营业时间}
zone: Europe/Copenhagen
weekly:
  monday: 10:00-18:00
  saturday: [09:00-12:00, 13:00-15:00]
dates:
  2026-12-23: 10:00-14:00
holidays: [2026-12-25, 2026-12-26]
""",
}

VALUES: Mapping[str, tuple[str, str]] = {
    "text": ("a text", '"It rattles"'),
    "integer": ("a whole number of 64 bits", "12"),
    "decimal": ("a Decimal, a whole number, or a text; never a float", '"12.50"'),
    "money": ("a Money, or a text with an ISO 4217 currency code", '"12.50 EUR"'),
    "date": ("a date, or a text", '"2026-03-31"'),
    "instant": ("a datetime with a zone, or a text with an offset", '"2026-03-31T14:00:00+02:00"'),
    "duration": ("a timedelta, seconds, or a text; real time, no working hours", '"1h 30min"'),
    "boolean": ("true or false", "true"),
    "choice": ("one of its `choices`", '"brakes"'),
    "list": ("a list of what `of` says", '["brakes", "gears"]'),
    "reference": ("an outcome, a reference, an id or a short number of a case", '"R-17"'),
}
"""For each type of a field: what the desk takes, and an instance in JSON."""
