"""Staff: the file of each member of staff, with trainings that give skills, absences, deputies, and who has left.

What other features may know of it, without importing it, stands in the store's entries (`store.entries(kind, key)`).
Instants in them are texts of one length, which sort as the instants do: `2026-03-02T08:00:00.000000+00:00` (UTC).
Each `value` is JSON.

    kind              key         sort     value
    staff:person      person id   ""       {"file": "S-3", "left": instant or null}
    staff:skill       skill       person   {"person": id, "level": 1 to 5, "since": instant, "until": instant or null}
    staff:absent      person id   since    {"since": instant, "until": instant or null, "deputy": id or null}
    staff:deputy      deputy id   since    {"for": id, "since": instant, "until": instant or null}
    staff:away        ""          until    {"person": id, "since": instant, "until": instant or null}

The last are the absences of all, so that those who are away now are found at once; the sort of one without an end is
behind all instants. An absence or a skill counts from `since` on and ends at `until` itself; null: until further
notice. Of one person no two absences overlap. A person with no entry of kind staff:person has no file: nothing is known
against him. The same facts of one file are in `state.more["staff"]`, a `StaffFile`. Skills and languages that need no
training stand in the organisation, or come from the host's directory (`commands.people.person(id)`: a `Person` with its
`skills`, `languages`, `calendar`); what counts is the higher level of the two.

The commands are those of the flow for `staff`: each performs the transition of its own name, so the flow says who may,
and a rule on it follows: `on: leave` hands a person's cases over.
"""

from service_flow.engine.feature import Feature
from service_flow.features.staff.availability import Availability
from service_flow.features.staff.events import StaffAbsent, StaffBack, StaffEnrolled, StaffLeft, StaffTrained
from service_flow.features.staff.figures import StaffFigures
from service_flow.features.staff.file import Absence, StaffFile, Training
from service_flow.features.staff.staff import AsyncStaff, Staff

FEATURE = Feature("staff", Staff, offer_async=AsyncStaff)

__all__ = [
    "FEATURE",
    "Absence",
    "AsyncStaff",
    "Availability",
    "Staff",
    "StaffAbsent",
    "StaffBack",
    "StaffEnrolled",
    "StaffFigures",
    "StaffFile",
    "StaffLeft",
    "StaffTrained",
    "Training",
]
