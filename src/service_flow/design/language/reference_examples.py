"""The examples of the language reference: one for each part, with every word of the part in it."""

from __future__ import annotations

from collections.abc import Mapping

from service_flow.design.language.model import (
    BlueprintModel,
    CalendarModel,
    CalendarsModel,
    Collect,
    DecidedModel,
    DecisionModel,
    DepartmentModel,
    DutyModel,
    EffectModel,
    EntryModel,
    FieldModel,
    FlowModel,
    HoursModel,
    MigrationModel,
    NatureModel,
    OpeningModel,
    OrganisationModel,
    ParameterModel,
    PartyModel,
    PersonModel,
    PostModel,
    PromiseModel,
    PropertyModel,
    PublicHolidaysModel,
    ResultModel,
    RotationModel,
    RowModel,
    RuleModel,
    SkillModel,
    SpokenModel,
    StateModel,
    TimerModel,
    TransitionModel,
    Way,
    Word,
    WorkItemModel,
)

EXAMPLES: Mapping[type[Word], str] = {
    BlueprintModel: """\
blueprint: bicycle_shop
version: "1.0.0"
title: {en: Bicycle shop, zh: 自行车店}
languages: [en, zh]
features: [customers, requests]
channels: [phone, email, face_to_face]
extends: full_process         # or a folder, e.g. ../base
parameters: {limit: {type: money, default: 500 EUR}}
with: {limit: 800 EUR}
""",
    ParameterModel: """\
title: {en: Limit of the workshop, zh: 维修部限额}
type: money
default: 500 EUR
# choices: [low, high]        # of a choice only
""",
    FlowModel: """\
flow: repair
subject: request
title: {en: Repair, zh: 维修}
nature: {works_on: goods, made: standard, customer: indirect, kind: business}
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
entries:
  brought_back: {to: workshop.at_work, by: clerk}
customer: {tier: {type: choice, choices: [standard, member]}}
case: {open_remedies: {type: integer}}
decisions:
  hurry: {gives: boolean, rows: [{match: {customer.tier: member}, when: has(customer.tier), then: true}, {then: false}]}
timers:
  forgotten: {while: workshop, after: 30 days, perform: return}
promises:
  soon: {from: opened, until: returned, within: 3 working days}
rules:
  ask: {on: return, do: {requests.open: {need: A call, flow: care}}}
effects:
  tell: {on: returned, call: send_mail, with: {template: done}}
properties:
  worked_on: {every: completed, visits: workshop.at_work}
""",
    NatureModel: """\
works_on: [goods, information]
made: custom                  # or standard
customer: direct              # takes part directly; or indirect, absent
kind: business                # or information
""",
    OpeningModel: """\
by: [clerk, customer]
collect: {required: [fault], optional: [frame_number]}
sets: {priority: urgency}     # a field of the flow, and a decision table
""",
    EntryModel: """\
title: {en: Brought back, zh: 返修}
to: workshop.at_work
by: clerk
collect: [fault]
sets: {priority: urgency}
""",
    FieldModel: """\
type: list                    # or text, choice, money, ...
of: choice                    # of a list only
choices: {brakes: {en: Brakes, zh: 刹车}, gears: {en: Gears, zh: 变速器}}   # of a choice, or a list of them
title: {en: Parts, zh: 部件}
personal: false
fact: false
shown: customer               # in the customer's own view; hidden otherwise
told: {en: What we repair, zh: 维修内容}   # what it is called there
# to: request                 # of a reference only
""",
    StateModel: """\
title: {en: In the workshop, zh: 维修中}
shown: customer               # in the customer's own view; hidden otherwise
told: {en: We are working on it, zh: 正在维修}   # what it is called there
owner: mechanic
value: adding
clock: running
initial: waiting
states:
  waiting:  {title: {en: Waiting, zh: 等待}, clock: paused}
  scrapped: {final: rejected, owner: clerk}
  at_work:
    regions:                  # side by side: the case stands in one state of each
      mending: {initial: begun, states: {begun: {}, mended: {done: true}}}
      washing: {initial: dirty, states: {dirty: {}, clean: {done: true}}}
""",
    TransitionModel: """\
title: {en: Quote, zh: 报价}
shown: customer               # in the customer's own view; hidden otherwise
told: {en: You have our offer, zh: 我们已报价}   # what it is called there
from: [workshop.waiting, workshop.at_work]
except: workshop.at_work.washing
to:
  - {when: price > 500, state: quoted}
  - {state: workshop.at_work}
by: [mechanic, clerk]
collect: [price]
when: 'size(parts) > 0'
sets: {priority: urgency}
join: false                   # true: only once every region of the state it leaves is done
automatic: false              # true: by itself, as soon as its guard holds
""",
    Collect: """\
required: [price]             # collect: [price] is short for this line alone
optional: [frame_number]
""",
    Way: """\
state: quoted                 # to: quoted is short for one way without a guard
when: price > 500
""",
    DecisionModel: """\
title: {en: Urgency, zh: 紧急程度}
gives: {type: choice, choices: [low, high]}
hit: first
rows:
  - {match: {customer.tier: [member, sponsor]}, when: has(customer.tier), then: high}
  - {match: {fault: brakes}, when: times.quote > 1, then: high}
  - {then: low}
""",
    ResultModel: """\
type: choice                  # gives: integer is short for {type: integer}
choices: [low, high]
""",
    RowModel: """\
match: {fault: brakes, customer.tier: [member, sponsor]}
when: price > 500
then: high
""",
    PropertyModel: """\
title: {en: Nothing is returned that was not paid for, zh: 未付款不归还}
every: completed              # one of the forms: every and visits
visits: [paid, paid_later]
# before: returned            # before and visits
# after: quoted               # after and eventually
# eventually: [paid, scrapped]
# never: returned             # never, perhaps with when
# when: price > 500
# at_most: 2                  # at_most and times
# times: quote
# always: one_owner
""",
    TimerModel: """\
title: {en: Forgotten, zh: 无人领取}
while: workshop
after: 30 days
# every: 1 week               # instead of after
# at: promised_on             # or a field that says when
again: customer_calls         # begins anew with it
calendar: shop
perform: return
data: {reason: forgotten}
""",
    PromiseModel: """\
title: {en: Back soon, zh: 尽快归还}
shown: customer               # in the customer's own view; hidden otherwise
told: {en: When you have it back, zh: 归还时间}   # what it is called there
from: opened
until: [returned, workshop.scrapped]
# while: workshop             # instead of from and until: in one state
within: 3 working days        # or {decision: NAME}, a table that gives spans
calendar: shop                # or {decision: NAME}, a table that gives names of calendars
given_by: frame_builder       # an outside party, if it is not the service itself
pauses: true
again: restart                # or never
reopened: stays               # or resume, restart
warn: [75%, 2 working hours]
escalate: [0 minutes, 1 working day]
by: mechanic                  # who may extend it, or stop its clock by hand
due_at: closing               # or next_opening
clock_change: absolute        # or wall
closed_start: roll            # or count
""",
    DecidedModel: """\
decision: how_soon
""",
    RuleModel: """\
title: {en: Ask how it was, zh: 询问满意度}
on: [return, promise.soon.broken]
when: price > 100
do: {complaints.receive: {text: It took too long, channel: email}}
""",
    EffectModel: """\
title: {en: Tell the customer, zh: 通知客户}
on: [returned, promise.soon.broken]     # also opened, a transition, timer.forgotten.fired
when: price > 0
call: send_mail               # the host's function; without it, the effect's own name
with: {template: done}
""",
    MigrationModel: """\
migration: washing_dropped
flow: repair
title: {en: Bicycles are no longer washed, zh: 不再清洗}
from: 0f1e2d3c4b5a6978        # or a list; without it, all older revisions
states: {workshop.washing: workshop.at_work}
ends: [workshop.packing]
transitions: {wash: clean}
data: {damage: fault}
choices: {fault: {wet: broken}}
drops: [soap]
gives: {priority: low}
""",
    OrganisationModel: """\
departments: {workshop: {title: {en: Workshop, zh: 维修部}}}
posts: {mechanic: {title: {en: Mechanic, zh: 技工}, department: workshop}}
skills: {brakes: {title: {en: Brakes, zh: 刹车}}}
languages: {da: {title: {en: Danish, zh: 丹麦语}}}
work_items: {repair: {title: {en: Repair, zh: 维修}, main: workshop, where: repair.workshop}}
parties: {frame_builder: {title: {en: Frame builder, zh: 车架厂}}}
people: {kim@example.com: {name: Kim Larsen, posts: mechanic}}
""",
    DepartmentModel: """\
title: {en: Workshop, zh: 维修部}
part_of: shop
duties: [Bicycles are repaired on the day they come in]
""",
    PostModel: """\
title: {en: Mechanic, zh: 技工}
department: workshop
supervisor: head_mechanic
description: {en: Repairs bicycles of all kinds, zh: 维修各类自行车}
education: {en: A trained bicycle mechanic, zh: 自行车维修专业培训合格}
experience: {en: Two years in a workshop, zh: 两年维修经验}
skills: {brakes: 3, wheels: 2}       # a list of names asks for the lowest level of each
duties:
  - {text: {en: Repair what was agreed, zh: 按约定维修}, carried_by: [repair.workshop, repair.finish]}
  - Say what else was found
""",
    DutyModel: """\
text: {en: Repair what was agreed, zh: 按约定维修}
carried_by: [repair.workshop, repair.finish, repair.promise.ready_in_time]
""",
    SkillModel: """\
title: {en: Brakes, zh: 刹车}
""",
    SpokenModel: """\
title: {en: Danish, zh: 丹麦语}
""",
    WorkItemModel: """\
title: {en: Repair, zh: 维修}
main: workshop
shared: [sales]
supporting: [finance]
where: [repair.workshop, repair.finish]
""",
    PartyModel: """\
title: {en: Frame builder, zh: 车架厂}
""",
    PersonModel: """\
name: Kim Larsen
posts: [mechanic, clerk]
skills: {brakes: 4, wheels: 3}
languages: [da, en]
calendar: shop
department: workshop
""",
    CalendarsModel: """\
calendars:
  shop: {zone: Europe/Copenhagen, weekly: {monday: 10:00-18:00}}
""",
    CalendarModel: """\
title: {en: Opening hours, zh: 营业时间}
extends: shop                 # a calendar that holds where this one says nothing else
zone: Europe/Copenhagen
weekly:
  monday: 10:00-18:00
  friday: 22:00-06:00         # over midnight
  saturday: [09:00-12:00, 13:00-15:00]
# rotation: {begins: 2026-01-05, days: [06:00-14:00, 14:00-22:00, [], []]}
changes:
  2027-01-01: {weekly: {monday: 09:00-18:00}}
breaks: {every_day: 12:00-12:30, friday: 15:00-15:15, 2026-12-23: 11:00-11:30}
dates:
  2026-12-23: 10:00-14:00
working_days: {2026-12-27: monday}
half_days: {12-31: 12:00}
holidays: [2026-12-28, 12-24, 2027-07-12 to 2027-07-25]
public_holidays: DK
""",
    HoursModel: """\
weekly: {monday: 09:00-18:00}
# rotation: {begins: 2027-01-04, weeks: [{monday: 06:00-14:00}, {monday: 14:00-22:00}]}
""",
    RotationModel: """\
begins: 2026-01-05
days: [06:00-14:00, 06:00-14:00, 22:00-06:00, [], []]
# weeks: [{monday: 06:00-14:00}, {monday: 14:00-22:00}]   # instead of days
""",
    PublicHolidaysModel: """\
country: CN                   # the country alone may be written `CN`
# region: BY
make_up: friday
""",
}

VALUES: Mapping[str, tuple[str, str, str]] = {
    "text": ("a text", '"It rattles"', '"It rattles"'),
    "integer": ("a whole number of 64 bits", "12", "12"),
    "decimal": ("a Decimal, a whole number, or a text; never a float", '"12.50"', '"12.50"'),
    "money": (
        "a Money, a text with an ISO 4217 currency code, or amount and currency apart",
        '"12.50 EUR"', '{"amount": "12.50", "currency": "EUR"}',
    ),
    "date": ("a date, or a text", '"2026-03-31"', '"2026-03-31"'),
    "instant": (
        "a datetime with a zone, or a text with an offset",
        '"2026-03-31T14:00:00+02:00"', '"2026-03-31T12:00:00+00:00"',
    ),
    "duration": ("a timedelta, seconds, or a text; real time, no working hours", '"1h 30min"', "5400"),
    "boolean": ("true or false", "true", "true"),
    "choice": ("one of its `choices`", '"brakes"', '"brakes"'),
    "list": ("a list of what `of` says", '["brakes", "gears"]', '["brakes", "gears"]'),
    "reference": (
        "an outcome, a reference, an id or a short number of a case",
        '"R-17"', '"request:0d9c4c5e-8b0e-4c55-9d1c-3f5c2f6b7a10"',
    ),
}  # fmt: skip
"""For each type of a field: what the desk takes, an instance in JSON, and the one form in which it is given as JSON."""
