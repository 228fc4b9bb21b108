"""The service desk: the one object that developers put into their own app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from service_flow.blueprint import Blueprint
from service_flow.clock import Clock, system_clock
from service_flow.design.language.model import SUBJECTS, MigrationModel
from service_flow.design.organisation import FindPerson, People, superior_of
from service_flow.engine.commands import (
    CaseArgument,
    CaseMigration,
    Commands,
    DueSummary,
    FlowBook,
    MigrationSummary,
    migrate,
    run_due,
)
from service_flow.engine.commands.arguments import checked_instant, not_ahead
from service_flow.engine.store import Store, open_store
from service_flow.engine.store.index import renew
from service_flow.engine.store.sealing.keys import Keys
from service_flow.engine.timing import Timekeeper
from service_flow.engine.views import (
    LIMIT,
    Case,
    History,
    Page,
    WorkItem,
    WorklistOrder,
    case_view,
    checked_limit,
    history,
    worklist,
)
from service_flow.engine.views.page import checked_flag
from service_flow.engine.work import EffectFunction, Effects, EffectSummary
from service_flow.engine.work.ruling import RuleFunctions, Rules
from service_flow.engine.work.running import Runner, check_functions
from service_flow.errors import DataInvalid, NotFound, ServiceFlowError, StoreError, meant, printable
from service_flow.insight.reports.desk_promises import DeskPromises

if TYPE_CHECKING:
    from service_flow.features.appointments import Appointments
    from service_flow.features.assignment import Assignments
    from service_flow.features.attachments import Attachments
    from service_flow.features.catalogue import Catalogue
    from service_flow.features.complaints import Complaints
    from service_flow.features.customer_view import CustomerViews
    from service_flow.features.customers import Customers
    from service_flow.features.erasure import Erasure
    from service_flow.features.knowledge import Knowledge
    from service_flow.features.recovery import Recovery
    from service_flow.features.requests import Requests
    from service_flow.features.staff import Staff


class ServiceDesk:
    """Customers, requests and complaints, carried by the flows of a blueprint, kept in a store.

    `store` is a URL ("memory", "sqlite:///desk.db", "postgresql://user@host/db") or an open Store. `people` finds a
    person in the host's directory; without it the blueprint's people are used. `clock` gives the present (UTC).
    `effects` are the functions that the blueprint's effects call, by name; without them others have to run them.
    With `keys` personal data is sealed under a key of each customer, and `erasure` can destroy it.
    Safe for threads. Raises StoreError when the store cannot be opened, and ServiceFlowError for a part that is none.
    """

    customers: Customers
    customer_view: CustomerViews
    requests: Requests
    complaints: Complaints
    recovery: Recovery
    appointments: Appointments
    knowledge: Knowledge
    erasure: Erasure
    catalogue: Catalogue
    assignment: Assignments
    attachments: Attachments
    staff: Staff

    def __init__(
        self,
        blueprint: Blueprint,
        store: str | Store = "memory",
        *,
        people: FindPerson | None = None,
        clock: Clock = system_clock,
        effects: Mapping[str, EffectFunction] | None = None,
        keys: Keys | None = None,
    ) -> None:
        _check_parts(blueprint, store, people, clock, keys)
        if effects is not None:
            check_functions(effects, _calls(blueprint))
        self.blueprint = blueprint
        self.store = open_store(store, keys=keys) if isinstance(store, str) else store
        self._owns_store = isinstance(store, str)
        if self.store.is_outdated():
            renew(self.store)
        self._people = People(blueprint.organisation, people)
        self.commands = Commands(
            self.store, FlowBook(blueprint.flows.values(), self.store), self._people, clock, blueprint.channels,
            blueprint.source.sections, Timekeeper(blueprint.calendar, superior_of(blueprint.organisation)),
            blueprint.organisation,
        )  # fmt: skip
        self.promises = DeskPromises(self.commands, blueprint.organisation)
        self.effects = Effects(self.store, self.commands.now)
        rules = RuleFunctions(self.commands, blueprint.features)
        self._rules = Rules(self.commands, rules)
        self.commands.set_off, self.commands.committed = self._rules.within, self._rules.after_commit
        self.commands.wishes = tuple(one.wishes(self.commands) for one in blueprint.features if one.wishes is not None)
        self._functions = None if effects is None else {**rules.for_effects(), **effects}
        for feature in blueprint.features:
            setattr(self, feature.name, feature.offer(self.commands))

    def get(self, case: CaseArgument) -> Case:
        """Any case, whatever its subject, as it is stored now."""
        state = self.commands.current(case)
        return case_view(state, self.commands.flows.known(state.revision))

    def history(
        self, case: CaseArgument, *, as_of: datetime | None = None, limit: int = LIMIT, after: int = 0
    ) -> History:
        """What happened to a case, oldest first; with `as_of`, as it stood at that instant."""
        state = self.commands.current(case)
        return history(
            self.store.events(state.id), self.commands.flows.known, as_of=as_of, limit=checked_limit(limit), after=after
        )

    def worklist(
        self, *, post: str | None = None, person: str | None = None, subject: str | None = None,
        order: WorklistOrder = "waiting", limit: int = LIMIT, after: str | None = None,
    ) -> Page[WorkItem]:  # fmt: skip
        """The open requests and complaints (or customers, with that `subject`) that wait at a post, or at any post a
        person holds; the longest waiting first. In the `order` "due", cases with a promise still to be kept come first,
        the next due before the others."""
        if subject is not None and not (isinstance(subject, str) and subject in SUBJECTS):
            raise NotFound(f"no subject '{printable(subject)}'{meant(printable(subject), SUBJECTS)}")
        owners = self._owners(post, person)
        page = worklist(self.store, owners=owners, subject=subject, order=order, limit=limit, after=after)
        posts = self.blueprint.organisation.posts
        if post is not None and not page and after is None and post not in posts:
            raise NotFound(f"no post '{printable(post)}'{meant(printable(post), posts)}")
        return page

    def run_due(
        self, until: datetime | None = None, *, most: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> DueSummary:  # fmt: skip
        """Carry out what fell due: warn of promises, tell those that were not kept, let timers act; up to and with an
        instant, the clock's when left out.

        It happens in the order in which it fell due, each thing once and stamped with its own instant, however late
        this is called, and by how many at once. With `most` it stops after about so many cases. `progress` is told how
        many things happened so far.
        """
        now = self.commands.now()
        instant = now if until is None else checked_instant(until, "until")
        not_ahead(instant, now)
        if any(effect.is_rule for flow in self.blueprint.flows.values() for effect in flow.effects):
            self._rules.run_pending()  # what a crash has left
        return run_due(self.commands, instant, most=most, progress=progress)

    def run_effects(self, limit: int = 100) -> EffectSummary:
        """Run effects whose time has come, one after the other in this thread, each once and `limit` at most.

        An effect is run at least once: again after a crash, and after a failure until it is parked. Several desks may
        do this at once, and each effect is run by one of them. Raises ServiceFlowError for a desk without `effects=`.
        """
        if self._functions is None:
            raise ServiceFlowError("this desk was made without effects=; hand in the functions that effects call")
        return Runner(self.commands, self._functions).run(checked_limit(limit))

    def migrate(
        self, plan: str | MigrationModel, *, dry_run: bool = False, by: str | None = None,
        progress: Callable[[int, int], None] | None = None, told: Callable[[CaseMigration], None] | None = None,
    ) -> MigrationSummary:  # fmt: skip
        """Move the open cases of older revisions to the present one, by a migration of the blueprint or one made in
        Python; with `dry_run`, say what would become of each and write nothing.

        It is proved first that no case is stranded: BlueprintError says what is wrong otherwise, and nothing is written
        then. Each case moves in its own turn while others go on working; one that cannot is `refused`, and the others
        go on. After an interruption, run it again. `by` is who does it, for the history. `progress` is told how many
        cases are done, and of how many; `told` each case, which the summary then leaves out.
        """
        if isinstance(plan, str):
            known = self.blueprint.migrations
            if plan not in known:
                raise NotFound(f"the blueprint has no migration '{printable(plan)}'{meant(printable(plan), known)}")
            plan = known[plan]
        elif not isinstance(plan, MigrationModel):
            raise ServiceFlowError(f"a migration is named, or a MigrationModel, not a {type(plan).__name__}")
        return migrate(
            self.commands, self.blueprint.source, plan, dry_run=checked_flag(dry_run, "dry_run"), by=by,
            progress=progress, told=told,
        )  # fmt: skip

    def close(self) -> None:
        """Close the store, if the desk opened it."""
        if self._owns_store:
            self.store.close()

    def __enter__(self) -> ServiceDesk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _owners(self, post: str | None, person: str | None) -> tuple[str, ...] | None:
        if post is not None and person is not None:
            raise DataInvalid("a worklist is of a post or of a person, not of both", fields=("post", "person"))
        if post is not None:
            if not isinstance(post, str) or not post.isprintable() or " " in post:
                raise NotFound(f"no post '{printable(post)}'")
            return (str.__str__(post),)  # perhaps one that only cases of an older revision wait at
        if person is None:
            return None
        actor = self._people.actor(person) if isinstance(person, str) else None
        if actor is None:
            raise NotFound(f"nobody named '{printable(person)}' is known")
        return tuple(sorted(actor.posts))


def _calls(blueprint: Blueprint) -> dict[str, str]:
    """The functions that the effects of a blueprint call, each with the first effect that does."""
    calls: dict[str, str] = {}
    for flow in blueprint.flows.values():
        for effect in flow.effects:
            if effect.is_rule:
                continue
            calls.setdefault(effect.call, effect.name)
    return calls


def _check_parts(blueprint: object, store: object, people: object, clock: object, keys: object) -> None:
    """Raise the error that says which part of a desk is none, before anything is opened."""
    if not isinstance(blueprint, Blueprint):
        raise ServiceFlowError(
            f"a desk needs a Blueprint, not a {type(blueprint).__name__}: read one with Blueprint.load(folder)"
        )
    if not isinstance(store, str | Store):
        raise StoreError(f"a store is a URL such as sqlite:///desk.db or an open Store, not a {type(store).__name__}")
    if keys is not None:
        if not isinstance(keys, Keys):
            raise StoreError(f"keys= is made by Keys.from_env() or another of Keys, not a {type(keys).__name__}")
        if isinstance(store, Store):
            raise StoreError("an open Store has its own keys: hand them to open_store(url, keys=...)")
    for name, part in (("people", people), ("clock", clock)):
        if not callable(part) and not (name == "people" and part is None):
            raise ServiceFlowError(f"{name}= is a function that the desk calls, not a {type(part).__name__}")
