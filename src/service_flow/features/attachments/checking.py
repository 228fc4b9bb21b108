"""What may be said of a file: its hash, its size, its kind, and an address that gives nothing away."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from service_flow.engine.commands.arguments import checked_line
from service_flow.errors import DataInvalid

MOST_BYTES = 2**63 - 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
"""RFC 6838, 4.2."""
_NO_ADDRESS = frozenset({"data", "javascript", "vbscript", "blob"})
"""Schemes of what is the bytes themselves, a program, or lives in one browser only."""
_SECRETS = re.compile(
    r"(^|[-_.])(sig|signature|token|password|passwd|pwd|secret|credential|credentials|apikey|api[-_]key|access[-_]key|"
    r"awsaccesskeyid|auth|authorization|authkey|rlkey|jwt|session|sessionid)$",
    re.IGNORECASE,
)
"""Names under which addresses carry what lets anybody in."""


def checked_name(name: object) -> str:
    """The name of a file, without a folder. Raises DataInvalid."""
    text = checked_line(name, "name", most=255)
    if not text.strip() or not text.isprintable() or "/" in text or "\\" in text:
        raise DataInvalid("'name' is no name of a file: leave out folders and line breaks", fields=("name",))
    return text


def checked_size(size: object) -> int:
    """A number of bytes. Raises DataInvalid."""
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= MOST_BYTES:
        raise DataInvalid("'size' is no number of bytes: a whole number from 0", fields=("size",))
    return int(size)


def checked_sha256(sha256: object) -> str:
    """A SHA-256 in 64 hex digits, in lower case. Raises DataInvalid."""
    text = checked_line(sha256, "sha256", most=64).lower()
    if _SHA256.fullmatch(text) is None:
        message = "'sha256' is no SHA-256: 64 hex digits, as hashlib.sha256(...).hexdigest() gives"
        raise DataInvalid(message, fields=("sha256",))
    return text


def checked_media_type(media_type: object) -> str:
    """A media type without parameters, in lower case. Raises DataInvalid."""
    text = checked_line(media_type, "media_type", most=255).lower()
    if _MEDIA_TYPE.fullmatch(text) is None:
        raise DataInvalid("'media_type' is none: write e.g. application/pdf", fields=("media_type",))
    return text


def checked_address(address: object) -> str:
    """A URI of where the file is kept, which lets nobody in by itself. Raises DataInvalid, without the address."""
    text = checked_line(address, "address", most=2_000)
    try:
        parts = urlsplit(text)
        user = parts.username
        said = parse_qsl(f"{parts.query}&{parts.fragment}".replace(";", "&"), keep_blank_values=True)
    except ValueError:
        raise _no_address("is no URI") from None
    if not parts.scheme or not (parts.netloc or parts.path) or not text.isprintable() or " " in text:
        raise _no_address("is no URI with a scheme, such as https://files.example.com/a1 or s3://bucket/a1")
    if parts.scheme in _NO_ADDRESS:
        raise _no_address(f"begins with '{parts.scheme}:'; the bytes are kept elsewhere, and it says where")
    if user is not None or parts.password is not None:
        raise _no_address("holds a user or a password; whoever opens the file shows who he is elsewhere")
    if any(_SECRETS.search(name) for name, _ in said):
        raise _no_address("carries a key or a signature; give the plain address, and sign it when it is opened")
    return text


def _no_address(why: str) -> DataInvalid:
    return DataInvalid(f"'address' {why}", fields=("address",))
