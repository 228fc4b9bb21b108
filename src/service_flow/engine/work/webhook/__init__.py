"""The effect that ships: what happened is told to another system, as a CloudEvent over HTTP, signed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from service_flow.engine.work.call import EffectCall, EffectFunction
from service_flow.engine.work.webhook.cloud_event import cloud_event
from service_flow.engine.work.webhook.posting import Target, check_answer, post
from service_flow.engine.work.webhook.signing import key_of, signature
from service_flow.errors import ServiceFlowError

TIMEOUT = 10.0
"""Seconds for the whole of a request, from the connection to the answer's head."""


def webhook(
    url: str, *, secret: str | bytes, allow_private: bool = False, timeout: float = TIMEOUT,
    source: str = "/service-flow", data: Callable[[EffectCall], Mapping[str, Any]] | None = None,
) -> EffectFunction:  # fmt: skip
    """A function for effects that posts a CloudEvent (1.0, structured JSON) to a URL.

    It is signed as Standard Webhooks says: `webhook-signature` is the HMAC-SHA256, by `secret`, of the headers
    `webhook-id` and `webhook-timestamp` and the body. A secret that begins with whsec_ is read as base64. The id is the
    idempotency key, also sent as `Idempotency-Key`: it stays the same when the effect is run again.

    Answers of 5xx and 429, and failures to connect, are tried again (not before `Retry-After`); every other answer but
    2xx parks the effect. Redirects are not followed. Addresses that are not public are refused unless `allow_private`;
    the address that was looked at is the one that is connected to. `timeout` is in seconds, for the whole request.

    No personal data is sent, unless `data` makes it of the call: what it returns takes the place of the usual `data`.
    `source` is the CloudEvent's. Raises ServiceFlowError for a URL or a secret that is none.
    """
    target, key = Target.read(url), key_of(secret)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= 300:
        raise ServiceFlowError("a webhook's timeout is a number of seconds, 300 at most")

    def send(call: EffectCall) -> None:
        body = cloud_event(call, source, None if data is None else data(call))
        now = int(time.time())
        headers = {
            "Content-Type": "application/cloudevents+json; charset=UTF-8",
            "Idempotency-Key": call.key,
            "User-Agent": "service-flow",
            "webhook-id": call.key,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(key, call.key, now, body),
        }
        check_answer(target, post(target, body, headers, allow_private=allow_private, timeout=timeout))

    return send


__all__ = ["webhook"]
