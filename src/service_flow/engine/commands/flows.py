"""The flows that commands run on: those of the blueprint, and older revisions that cases still stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from service_flow.design.flow import Flow
from service_flow.design.language.model import FlowModel
from service_flow.engine.store import Store
from service_flow.errors import NotFound, StoreError, meant, printable


class FlowBook:
    """Flows by name (the blueprint's own) and by revision (also those kept in the store)."""

    def __init__(self, flows: Iterable[Flow], store: Store) -> None:
        self._store = store
        self.named: Mapping[str, Flow] = {flow.name: flow for flow in flows}
        self._revisions: dict[str, Flow] = {flow.revision: flow for flow in self.named.values()}

    def revision(self, revision: str) -> Flow:
        """The flow of a revision. Raises NotFound when neither blueprint nor store has it."""
        flow = self._revisions.get(revision)
        return flow if flow is not None else self._stored(revision)

    def known(self, revision: str) -> Flow | None:
        """The flow of a revision for its labels; None when neither blueprint nor store has it."""
        try:
            return self.revision(revision)
        except NotFound:
            return None

    def for_opening(self, subject: str, name: str | None) -> Flow:
        """The flow a new case of the subject takes: the named one, or the only one there is."""
        fitting = {flow.name: flow for flow in self.named.values() if flow.subject == subject}
        if name is not None:
            if isinstance(name, str) and name in fitting:
                return fitting[name]
            shown = printable(name)
            raise NotFound(f"the blueprint has no flow '{shown}' for a {subject}{meant(shown, fitting)}")
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        if not fitting:
            raise NotFound(f"the blueprint has no flow for a {subject}; add one with `subject: {subject}` to flows/")
        raise NotFound(f"the blueprint has several flows for a {subject} ({', '.join(fitting)}); name one with flow=")

    def _stored(self, revision: str) -> Flow:
        form = self._store.revision(revision)
        if form is None:
            raise NotFound(f"revision {revision} is neither in the blueprint nor in the store {self._store.url}")
        try:
            flow = Flow(FlowModel.model_validate_json(form))
        except ValidationError:
            raise StoreError(
                f"{self._store.url}: the stored revision {revision} cannot be read by this release"
            ) from None
        return self._revisions.setdefault(revision, flow)
