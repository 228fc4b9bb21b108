"""Our events for the eventsourcing library: with this mapper its own applications and projections read the
log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Cipher, Compressor, JSONTranscoder, Mapper, StoredEvent, Transcoder

from service_flow.engine.case.events import Event
from service_flow.engine.store.codec import dump, load
from service_flow.errors import StoreError


class EventMapper(Mapper[UUID]):
    """Set the library's `MAPPER_TOPIC` to `service_flow.engine.store.mapper:EventMapper`.

    Events are JSON written and checked by pydantic. The library's transcoder is not used; its compressor and
    cipher are refused, because the log is written without them. Of a store with keys, take `store.mapper()`: it opens
    what is sealed, by `readable`.
    """

    def __init__(
        self,
        transcoder: Transcoder | None = None,
        compressor: Compressor | None = None,
        cipher: Cipher | None = None,
        readable: Callable[[UUID, int, str, bytes], bytes] | None = None,
    ) -> None:
        if compressor is not None or cipher is not None:
            raise StoreError("the log is not compressed or encrypted as a whole; unset COMPRESSOR_TOPIC and CIPHER_KEY")
        super().__init__(transcoder or JSONTranscoder())
        self._readable = readable

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        topic, state = dump(cast(Event, domain_event))
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        identity = stored_event.originator_id
        case_id = identity if isinstance(identity, UUID) else UUID(identity)
        version, topic, state = stored_event.originator_version, stored_event.topic, stored_event.state
        if self._readable is not None:
            state = self._readable(case_id, version, topic, state)
        return load(case_id, version, topic, state)
