"""The desk's errors as answers of HTTP: problem details, RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

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
    NotFound: (404, "Not found"),
    Refused: (409, "Not possible as things stand"),
    ConcurrentChange: (409, "Changed by others at the same time; try again"),
    DataMissing: (422, "The form is not complete"),
    DataInvalid: (422, "The form is not filled in as it should be"),
    CommandReused: (422, "This Idempotency-Key was used for something else"),
    StoreError: (503, "The service desk cannot be reached now; try again"),
}
"""Status and title of each error, and of its kinds that are not named here."""

log = logging.getLogger(__name__)


def answer_with_problems(app: FastAPI) -> None:
    """Let the app answer every error of the desk, and those of HTTP itself, with application/problem+json."""
    for kind, (status, title) in STATUS.items():
        app.exception_handler(kind)(_answer_for(status, title))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is not repeated in the answer: it may be personal.
        fields = [".".join(str(part) for part in found["loc"][1:]) for found in error.errors()]
        return _problem(request, 422, "unreadable", {"title": "The call is not as it should be", "fields": fields})

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> JSONResponse:
        return _problem(request, error.status_code, "http", {"title": error.detail}, error.headers)


def _answer_for(status: int, title: str) -> Callable[[Request, ServiceFlowError], Awaitable[JSONResponse]]:
    async def answer(request: Request, error: ServiceFlowError) -> JSONResponse:
        told: dict[str, Any] = {"title": title}
        if isinstance(error, StoreError):
            log.error("%s", error)
        elif isinstance(error, Refused):
            told["detail"] = error.because
            told |= {
                name: getattr(error, name) for name in ("case", "transition", "fields") if getattr(error, name, None)
            }
        # The texts of other errors may name the store, and where that is is no business of the caller's.
        headers = {"Retry-After": "5"} if status == 503 else None
        return _problem(request, status, _dashed(type(error).__name__), told, headers)

    return answer


def _problem(
    request: Request, status: int, kind: str, more: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    content = {"type": f"{TYPES}{kind}", "status": status, **more, "instance": request.url.path}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _dashed(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
