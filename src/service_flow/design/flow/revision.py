"""The identity of a flow: the hash of its canonical form."""

from __future__ import annotations

import hashlib
import json

from service_flow.design.language.model import FlowModel, plain


def canonical(model: FlowModel) -> str:
    """The flow as JSON in the words of the language, defaults left out: the same text for the same flow."""
    return json.dumps(plain(model), ensure_ascii=False, separators=(",", ":"), sort_keys=False)


def revision_of(form: str) -> str:
    """The revision of a canonical form: the first 16 hex digits (64 bits) of its SHA-256."""
    return hashlib.sha256(form.encode()).hexdigest()[:16]
