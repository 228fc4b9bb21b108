"""The desk's errors as answers of HTTP: problem details, RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse

from service_flow import (
    CommandReused,
    ConcurrentChange,
    DataInvalid,
    DataMissing,
    NotAllowed,
    NotFound,
    Refused,
    ServiceFlowError,
    StoreError,
)

TYPES = "https://example.com/problems/"
"""Where your pages on the types of problems are."""

STATUS: Mapping[type[ServiceFlowError], tuple[int, str]] = {
    NotAllowed: (403, "Not allowed to this person"),
    DataMissing: (422, "The form is not complete"),
    DataInvalid: (422, "The form is not filled in as it should be"),
    CommandReused: (422, "This Idempotency-Key was used for something else"),
    Refused: (409, "Not possible as things stand"),
    NotFound: (404, "Not found"),
    ConcurrentChange: (409, "Changed by others at the same time; try again"),
    StoreError: (503, "The service desk cannot be reached now; try again"),
    ServiceFlowError: (500, "The service desk failed"),
}
"""Status and title of each error and of its kinds; the first that fits is taken."""

log = logging.getLogger(__name__)


class NotSignedIn(Exception):
    """A call without a session."""


class AnswerWithProblems:
    """Middleware that answers what a view raises. Put it last, so that it is asked first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an error of the desk or of a view here; Django answers the others itself."""
        if isinstance(error, NotSignedIn):
            return problem(request, 401, "not-signed-in", title="Sign in first")
        if isinstance(error, BadRequest):
            return problem(request, 400, "unreadable", title=str(error))
        return _of_desk(request, error) if isinstance(error, ServiceFlowError) else None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django hands it in
    return problem(request, 404, "no-such-address", title="There is nothing at this address")


def no_csrf_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem(request, 403, "no-csrf-token", title="Send the header X-CSRFToken", detail=reason)


def problem(request: HttpRequest, status: int, kind: str, **more: Any) -> HttpResponse:
    content = {"type": f"{TYPES}{kind}", "status": status, **more, "instance": request.path}
    headers = {"Retry-After": "5"} if status == 503 else None
    return JsonResponse(content, status=status, content_type="application/problem+json", headers=headers)


def _of_desk(request: HttpRequest, error: ServiceFlowError) -> HttpResponse:
    status, title = next(told for kind, told in STATUS.items() if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, Refused):
        more["detail"] = error.because
        more |= {name: getattr(error, name) for name in ("case", "transition", "fields") if getattr(error, name, None)}
    elif status >= 500:
        # The text may name the store, and where that is is no business of the caller's.
        log.error("%s", error)
    return problem(request, status, _dashed(type(error).__name__), title=title, **more)


def _dashed(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
