"""The desk of this process, and Django's users as the people who act at it."""

from __future__ import annotations

import atexit
import threading

from django.conf import settings
from django.contrib.auth import get_user_model

from service_flow import Blueprint, Person, ServiceDesk

BLUEPRINT = Blueprint.load("full_process")
"""Read when the site starts, so a mistake in it stops the start. It never changes, and forked workers share it."""

_opening = threading.Lock()
_opened: list[ServiceDesk] = []


def opened_desk() -> ServiceDesk:
    """The desk, opened by the first request of this process: by then a server has forked its workers."""
    with _opening:
        if not _opened:
            _opened.append(ServiceDesk(BLUEPRINT, settings.DESK_STORE, people=find_person))
        return _opened[0]


@atexit.register
def close_desk() -> None:
    """Close the desk, if there is one; the next call of `opened_desk` opens another."""
    with _opening:
        while _opened:
            _opened.pop().close()


def find_person(identity: str) -> Person | None:
    """The user with that id as a person; the groups he is in are his posts. None for one who has left."""
    if not identity.isdecimal():
        return None
    user = get_user_model().objects.filter(pk=identity, is_active=True).first()
    if user is None:
        return None
    return Person(str(user.pk), user.get_full_name(), frozenset(user.groups.values_list("name", flat=True)))
