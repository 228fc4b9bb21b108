"""Which column of a log says what, by its name and by its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service_flow.insight.histories.guessing.looking import Looked
from service_flow.insight.histories.guessing.moments import Moments, moments
from service_flow.insight.histories.guessing.naming import words_of
from service_flow.insight.histories.guessing.structure import find_pair

_NAMES: dict[str, str] = {
    "case": "case concept name|case id|case|case number|caseid|ticket id|ticket number|ticket no|ticket|incident id|"
    "incident number|incident|request id|request number|request|complaint id|complaint|order id|order number|order|"
    "job id|job|trace id|trace|process instance|unique key|number|key|id|vorgangsnummer|vorgang|fallnummer|fall|"
    "auftragsnummer|auftrag|ticketnummer|job number|reference|ref|工单号|工单编号|工单|案件编号|案件|单号|流水号|编号",
    "activity": "concept name|activity name|activity|task name|task|event name|event|step|action|operation|status|"
    "state|stage|new status|status change|state change|"
    "aktivitat|schritt|arbeitsschritt|tatigkeit|ereignis|活动名称|活动|环节|步骤|操作|动作|事件|状态",
    "instant": "time timestamp|timestamp|complete timestamp|event time|datetime|date time|time|instant|when|date|at|"
    "updated at|changed at|changed|updated|created at|created|start timestamp|stamp|"
    "zeitstempel|zeitpunkt|uhrzeit|zeit|datum|时间戳|发生时间|操作时间|"
    "处理时间|时间|创建时间|日期",
    "lifecycle": "lifecycle transition|lifecycle",
    "person": "org resource|resource|user name|username|user|agent|person|employee|performer|originator|operator|"
    "handled by|assigned to|assignee|changed by|updated by|by|who|mitarbeiter|sachbearbeiter|bearbeiter|benutzer|wer|"
    "处理人|经办人|操作员|操作人|受理人|负责人|人员",
    "post": "org role|role|post|position|org group|assignment group|workgroup|work group|group|team|department|"
    "rolle|gruppe|abteilung|岗位|角色|班组|部门",
    "customer": "customer name|customer id|customer|client name|client|account name|account|requester|caller|company|"
    "kundenname|kundennummer|kunde|firma|auftraggeber|cliente|客户名称|客户|顾客",
    "need": "description|short description|subject|summary|wish|need|betreff|beschreibung|anliegen|描述|主题|需求",
    "channel": "contact channel|channel|kanal|渠道",
}
"""Names that columns have for each role, the likeliest first. Those of XES attributes stand as words too."""

_RANKS = {role: {name: rank for rank, name in enumerate(names.split("|"))} for role, names in _NAMES.items()}
_OF_CASES = ("person", "post", "customer", "need", "channel")
"""Roles that a column may have whose name begins with `case`, as attributes of traces do."""

_NUMBERS = frozenset(["no", "nr", "num", "nummer", "key"])
_ENDINGS = frozenset(["id", "code", "name", "login", "number"])
_OF_TIME = frozenset(["on", "date", "time", "ts"])
"""Words that the name of a column may end with where another, or none, stands in the names above."""

MOST_ACTIVITIES = 500


@dataclass(slots=True)
class Roles:
    """The column of each role; None where none was found. `by_cells` are the roles found without a name.

    `times` says how the instants are written, `also_times` names the other columns of instants, `steady`
    those whose cells are the same in all rows of a case, and differ between cases. `is_list` is whether every
    row has a case of its own.
    """

    case: str | None = None
    activity: str | None = None
    instant: str | None = None
    lifecycle: str | None = None
    person: str | None = None
    post: str | None = None
    customer: str | None = None
    need: str | None = None
    channel: str | None = None
    times: Moments | None = None
    also_times: Sequence[str] = ()
    steady: Sequence[str] = ()
    is_list: bool = False
    by_cells: set[str] = field(default_factory=set)

    @property
    def columns(self) -> set[str]:
        """The columns that have a role."""
        named = (self.case, self.activity, self.instant, self.lifecycle, self.person, self.post, self.customer)
        return {column for column in (*named, self.need, self.channel) if column is not None}


def find_roles(looked: Looked, known: Callable[[Sequence[str]], float] = lambda _: 0.0) -> Roles:
    """The roles of the columns that were looked at. `known` is which part of some activities a flow knows."""
    roles = Roles()
    names = {column: " ".join(words_of(column)) for column in looked.columns if column}
    times = {column: found for column in names if (found := moments(looked.cells(column))) is not None}
    full = {column for column in names if all(looked.cells(column))}
    roles.instant = _named("instant", times, names) or next((column for column in times if column in full), None)
    if roles.instant is not None:
        roles.times = times[roles.instant]
        roles.also_times = [column for column in times if column not in (roles.instant, roles.case)]
    free = [column for column in names if column not in times or _rank("case", names[column]) is not None]
    roles.case = _named("case", (column for column in free if column in full and column != roles.instant), names)
    roles.lifecycle = _named("lifecycle", free, names)
    free = [column for column in free if column not in (roles.case, roles.instant, roles.lifecycle)]
    few = [column for column in free if _is_few(looked.cells(column))]
    roles.activity = _named("activity", few, names)
    if roles.case is None or roles.activity is None:
        taken = {column for column in free for role in _OF_CASES if _rank(role, names[column]) is not None}
        maybe = [column for column in free if column in full and column not in taken]
        _by_structure(roles, maybe, [column for column in few if column not in taken], looked, known)
    free = [column for column in free if column not in (roles.case, roles.activity)]
    for role in ("person", "customer", "post", "need", "channel"):
        named = _named(role, free, names)
        setattr(roles, role, named)
        free = [column for column in free if column != named]
    if roles.case is not None:
        cases = looked.cells(roles.case)
        roles.is_list = len(cases) > 1 and len(set(cases)) == len(cases)
        roles.steady = [] if roles.is_list else _steady(looked, cases, free)
    return roles


def _named(role: str, columns: Iterable[str], names: Mapping[str, str]) -> str | None:
    """The column with the best name for the role."""
    ranked = [(rank, column) for column in columns if (rank := _rank(role, names[column])) is not None]
    return min(ranked, key=lambda one: one[0])[1] if ranked else None


def _rank(role: str, name: str) -> int | None:
    """How good the words of a name are for the role, 0 the best."""
    ranks, name = _RANKS[role], name.removeprefix("case ") if role in _OF_CASES else name
    if name in ranks:
        return ranks[name]
    rest, _, last = name.rpartition(" ")
    other = None
    if last in _NUMBERS:
        other = f"{rest} number"
    elif last in _OF_TIME and role == "instant":
        other = f"{rest} at"
    elif last in _ENDINGS and role in ("person", "post", "customer"):
        other = rest
    return len(ranks) + ranks[other] if other in ranks else None


def _by_structure(
    roles: Roles, full: Sequence[str], few: Sequence[str], looked: Looked, known: Callable[[Sequence[str]], float]
) -> None:
    """Find by their cells which of case and activity have no name."""
    cases = full if roles.case is None else [roles.case]
    activities = few if roles.activity is None else [roles.activity]
    pair = find_pair(cases, activities, looked.cells, known)
    if pair is None:
        return
    roles.by_cells |= {role for role in ("case", "activity") if getattr(roles, role) is None}
    roles.case, roles.activity = pair


def _is_few(cells: Sequence[str]) -> bool:
    """Whether these may be activities: some of them, short, and most no numbers."""
    distinct = Counter(cell for cell in cells if cell)
    numbers = sum(cell.replace(".", "").replace(",", "").isdigit() for cell in distinct)
    return 0 < len(distinct) <= MOST_ACTIVITIES and 2 * numbers <= len(distinct) and max(map(len, distinct)) <= 200


def _steady(looked: Looked, cases: Sequence[str], columns: Sequence[str]) -> list[str]:
    steady = []
    for column in columns:
        first: dict[str, str] = {}
        cells = looked.cells(column)
        same = all(first.setdefault(case, cell) == cell for case, cell in zip(cases, cells, strict=True))
        if same and len(set(cells)) > 1:
            steady.append(column)
    return steady
