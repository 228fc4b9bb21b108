"""A day in the life of a service centre, the same each time: the last of the Labour Day holidays and the working days
after it, 200 requests, a fault of a valued customer at three in the morning, questions that stand still, an extension
that the customer accepts and one that he does not, people who are too late, and customers who never answer.

Arrivals and delays are drawn with a fixed seed; the desk's clock stands where the story is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from service_flow import Blueprint, ManualClock, Outcome, ServiceDesk
from service_flow.engine.store import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 5, 5, tzinfo=SHANGHAI)
"""A Tuesday, and a holiday; people work from Wednesday on."""
END = datetime(2026, 5, 23, tzinfo=SHANGHAI)
LATER = datetime(2026, 5, 22, 18, 0, tzinfo=SHANGHAI)
"""Until when the customer is asked to wait whose part comes from abroad."""
REQUESTS = 200
TIERS = ("vip", "gold", "silver", "standard")
HOURS = (5, 1, 0, 1, 1, 2, 4, 8, 16, 24, 26, 22, 14, 18, 20, 18, 14, 10, 6, 4, 3, 2, 2, 1)
"""How many customers come in an hour of the day, in proportion."""

Action = Callable[[], None]


@dataclass
class Day:
    """The story, as a row of things to do at instants; two at the same instant in the order in which they were planned."""

    desk: ServiceDesk
    clock: ManualClock
    luck: random.Random = field(default_factory=lambda: random.Random(20260505))
    waiting: list[tuple[datetime, int, Action]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    customers: dict[str, list[Outcome]] = field(default_factory=dict)
    told: int = 0

    def plan(self, at: datetime, action: Action) -> None:
        heappush(self.waiting, (at, next(self.order), action))

    def live(self) -> None:
        """Everything, in order, until the end; what fell due is carried out by the hour, as a worker might do it."""
        self._customers()
        self.plan(datetime(2026, 5, 6, 3, 0, tzinfo=SHANGHAI), self._fault_at_night)
        for at in self._arrivals(REQUESTS - 1):
            self.plan(at, self._arrival())
        hour = BEGIN
        while hour <= END:
            self.plan(hour, self._worker)
            hour += timedelta(hours=1)
        while self.waiting:
            at, _, action = heappop(self.waiting)
            if at > END:
                break
            self.clock.set(at)
            action()

    def _worker(self) -> None:
        self.desk.run_due()

    def _customers(self) -> None:
        for number in range(40):
            tier = TIERS[min(number // 4, 3)]
            customer = self.desk.customers.register(name=f"Customer {number}", by="mei", channel="phone")
            self.desk.customers.perform(customer, "evaluate", by="liu_yang", data={"tier": tier})
            self.customers.setdefault(tier, []).append(customer)

    def _arrivals(self, many: int) -> list[datetime]:
        """A fifth of them on the holiday, the others on the day after."""
        days = [BEGIN if number % 5 == 0 else BEGIN + timedelta(days=1) for number in range(many)]
        hours = self.luck.choices(range(24), HOURS, k=many)
        return [
            day + timedelta(hours=hour, minutes=self.luck.randrange(60)) for day, hour in zip(days, hours, strict=True)
        ]

    def _arrival(self) -> Action:
        luck = self.luck
        tier = luck.choices(TIERS, (1, 2, 3, 12))[0]
        customer = luck.choice(self.customers[tier])
        kind = luck.choices(("advice", "repair", "service"), (5, 3, 2))[0]
        channel = luck.choice(("phone", "chat", "email", "self_service"))
        urgent = kind == "repair" and luck.random() < 0.2
        return lambda: self._open(customer, kind, channel, urgent=urgent)

    def _open(self, customer: Outcome, kind: str, channel: str, *, urgent: bool) -> None:
        data = {"kind": kind, "priority": "urgent" if urgent else "normal"}
        request = self.desk.requests.open(customer=customer, need=f"About {kind}", channel=channel, by="mei", data=data)
        self._later(self._worked(1, 300), lambda: self._analyse(request, kind))

    def _fault_at_night(self) -> None:
        """Three in the morning: the hotline answers after ten minutes, and a technician is there before noon."""
        request = self.desk.requests.open(
            customer=self.customers["vip"][0], need="The cold store stands still", channel="phone", by="mei",
            data={"kind": "repair", "priority": "standstill"},
        )  # fmt: skip
        self.told += 1
        self._later(self.clock() + timedelta(minutes=10), lambda: self._do(request, "analyse", "hanna", kind="repair"))
        self._later(self.clock() + timedelta(minutes=30), lambda: self._repair(request, wait=5))

    # --- what becomes of a request

    def _analyse(self, request: Outcome, kind: str) -> None:
        self._do(request, "analyse", "hanna", kind=kind)
        if kind == "advice":
            if self.luck.random() < 0.3:
                self._ask(request)
            else:
                self._later(self._worked(5, 400), lambda: self._advise(request))
        elif kind == "repair":
            self._later(self._worked(10, 200), lambda: self._repair(request, wait=self.luck.randrange(2, 60)))
        elif self.luck.random() < 0.2:
            self._do(request, "reject", "tom", rejection="not_offered")
        else:
            self._later(self._worked(30, 900), lambda: self._repair(request, wait=self.luck.randrange(20, 90)))

    def _ask(self, request: Outcome) -> None:
        """Our question stands still for us; one customer in four never answers."""
        self._do(request, "ask_customer", "hanna", question="Which model is it?")
        if self.luck.random() >= 0.25:
            replied = self.clock() + timedelta(minutes=self.luck.randrange(20, 4_000))
            self._later(replied, lambda: self._replied(request))

    def _replied(self, request: Outcome) -> None:
        self._do(request, "receive_reply", "customer", reply="The small one")
        self._later(self._worked(5, 900), lambda: self._advise(request))

    def _advise(self, request: Outcome) -> None:
        self._do(request, "advise", "mei", advice_given="Every second month")
        if self.luck.random() < 0.5:
            self._later(self.clock() + timedelta(hours=self.luck.randrange(2, 200)), lambda: self._answer(request))

    def _repair(self, request: Outcome, wait: int) -> None:
        """A part that comes late is told to the customer: some understand, some do not."""
        self._do(
            request, "take_order", "hanna", items=["Work on site"], price="480.00 CNY", delivery_way="on_site",
            due_date="2026-05-20",
        )  # fmt: skip
        self._do(request, "book", "elena", appointment=self.clock() + timedelta(hours=wait))
        if wait > 35:
            answer = ("accepted", "refused", "none")[self.luck.randrange(3)]
            told = self.clock() + timedelta(hours=self.luck.choice((1, wait * 3 - 2)))
            self._later(told, lambda: self._extend(request, answer))
        elif wait > 25 and self._has_open(request):
            self.desk.promises.pause(request, "resolution", reason="No access to the site", by="tom")
            self._later(self._worked(200, 500), lambda: self._access(request))
        self._later(self.clock() + timedelta(hours=wait * 3), lambda: self._visit(request))

    def _extend(self, request: Outcome, answer: str) -> None:
        """At once, or when it is nearly too late or past it."""
        if self._has_open(request):
            self.desk.promises.extend(
                request, "resolution", until=LATER, reason="The part comes from abroad", answer=answer, by="tom",
                channel="phone",
            )  # fmt: skip

    def _access(self, request: Outcome) -> None:
        if self._has_open(request):
            self.desk.promises.resume(request, "resolution", by="tom")

    def _visit(self, request: Outcome) -> None:
        self._do(request, "start_service", "zhou_jie")
        done = {"work_done": "Done", "cause": "wear", "responsible": "outside"}
        self._do(request, "finish_service", "zhou_jie", **done)
        self._later(self._worked(5, 300), lambda: self._do(request, "waive", "tom", waiver="warranty"))

    def _answer(self, request: Outcome) -> None:
        if self.desk.get(request).state == "feedback.survey":  # it closes by itself after two weeks
            self._do(request, "record_answer", "customer", expected=5, perceived=self.luck.randrange(3, 7))
            self._later(self._worked(60, 3_000), lambda: self._follow_up(request))

    def _follow_up(self, request: Outcome) -> None:
        self._do(request, "record_follow_up", "liu_yang", follow_up_result="content")

    # --- how things are done

    def _do(self, request: Outcome, transition: str, by: str, **data: object) -> None:
        self.desk.requests.perform(request, transition, by=by, data=data)

    def _later(self, at: datetime, action: Action) -> None:
        self.plan(at, action)

    def _worked(self, fewest: int, most: int) -> datetime:
        """When somebody is done who needs so many minutes of working time, fewer more often than many."""
        minutes = fewest + int((most - fewest) * self.luck.random() ** 3)
        return self.desk.blueprint.calendar("office").add(self.clock(), timedelta(minutes=minutes))

    def _has_open(self, request: Outcome) -> bool:
        return any(status.promise == "resolution" and status.is_open for status in self.desk.promises(request))


def live(store: Store) -> None:
    """The whole story, in a store."""
    clock = ManualClock(BEGIN)
    with ServiceDesk(Blueprint.load("full_process"), store, clock=clock) as desk:
        Day(desk, clock).live()
