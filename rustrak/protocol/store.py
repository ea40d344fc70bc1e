"""The legacy store body: one event as JSON, as base64 of JSON, or as base64 of compressed JSON.

For ingest, after `Content-Encoding` is undone.
"""

import base64
import binascii

from rustrak.errors import Malformed, TooLarge
from rustrak.protocol.encoding import inflate

_WHITE_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_URLSAFE_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def decode_store_body(data: bytes, *, limit: int) -> bytes:
    """Returns the JSON text of the event, at most `limit` bytes.

    Raises TooLarge beyond the limit, Malformed when it is none of the three forms.
    Source: Sentry protocol, store endpoint (raven clients send base64 of zlib).
    """
    if not _is_object(data):
        data = _from_base64(data)
        if not _is_object(data):
            data = _inflated(data, limit)
    if len(data) > limit:
        raise TooLarge(f"the event has more than {limit} bytes")
    return data


def _is_object(data: bytes) -> bool:
    return data.startswith(b"{") or data.removeprefix(_BOM).lstrip(_WHITE_SPACE).startswith(b"{")


def _from_base64(data: bytes) -> bytes:
    text = data.translate(_URLSAFE_TO_STANDARD, delete=_WHITE_SPACE).rstrip(b"=")
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise _unreadable() from None


def _inflated(data: bytes, limit: int) -> bytes:
    try:
        text = inflate(data, "deflate", limit=limit)
    except Malformed:
        raise _unreadable() from None
    if not _is_object(text):
        raise _unreadable()
    return text


def _unreadable() -> Malformed:
    return Malformed("the body is neither a JSON object nor base64 of one, plain or deflated")
