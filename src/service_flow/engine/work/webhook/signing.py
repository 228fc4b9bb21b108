"""Signatures of webhooks. Source: https://github.com/standard-webhooks/standard-webhooks (symmetric signatures)."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256

from service_flow.errors import ServiceFlowError

SHORTEST = 16
"""Bytes of a secret, at least: a shorter one could be guessed from what it signs."""
_ENCODED = "whsec_"


def key_of(secret: str | bytes) -> bytes:
    """The bytes of a secret. Raises ServiceFlowError for one that is too short, or is no base64 where it says so."""
    if not isinstance(secret, str | bytes):
        raise ServiceFlowError(f"a webhook's secret is text or bytes, not a {type(secret).__name__}")
    key = secret.encode() if isinstance(secret, str) else secret
    if isinstance(secret, str) and secret.startswith(_ENCODED):
        try:
            key = base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
        except (binascii.Error, ValueError):
            raise ServiceFlowError("a webhook's secret that begins with whsec_ goes on with base64") from None
    if len(key) < SHORTEST:
        raise ServiceFlowError(f"a webhook's secret has {SHORTEST} bytes or more; `openssl rand -hex 32` makes one")
    return key


def signature(key: bytes, identity: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature`."""
    signed = b".".join((identity.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
