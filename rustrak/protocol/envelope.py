"""Envelopes: one header line, then items, each a header line and a payload.

For ingest and digest. Payloads are sliced, never decoded; dispatching on the type is theirs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rustrak.errors import Malformed, TooLarge
from rustrak.protocol.event_id import NIL_EVENT_ID, parse_event_id
from rustrak.protocol.jsontext import dumps, parse_json

MAX_ENVELOPE_HEADER_BYTES: Final = 64 * 1024
"""Trace contexts with feature flags and the package list of an SDK reach tens of kilobytes."""
MAX_ITEM_HEADER_BYTES: Final = 8 * 1024
"""Type, length, file name and content type; other servers draw the line here too."""
MAX_ITEMS: Final = 1000
"""Items in one envelope; SDKs flush at 100."""

_LF = 0x0A
_NOT_BLANK = re.compile(rb"[^ \t\r\n]")


@dataclass(slots=True)
class Item:
    """One item; `type` is "" when its header names none, unknown types are kept."""

    type: str
    headers: dict[str, Any]
    payload: bytes


@dataclass(slots=True)
class Envelope:
    """The headers of an envelope and its items in the order they came."""

    headers: dict[str, Any]
    items: list[Item]


def parse_envelope(data: bytes, *, max_items: int = MAX_ITEMS) -> Envelope:
    """Splits a decoded body into items, all or nothing.

    Forgives blank lines between items, white space around headers and a missing last line feed.
    Raises Malformed when framing is lost, TooLarge for more than `max_items`.
    Source: Sentry protocol, envelopes.
    """
    if not data:
        raise Malformed("empty request body")
    headers, position = _header(data, 0, "envelope", MAX_ENVELOPE_HEADER_BYTES)
    items: list[Item] = []
    while start := _NOT_BLANK.search(data, position):
        if len(items) == max_items:
            raise TooLarge(f"the envelope has more than {max_items} items")
        item, position = _item(data, start.start())
        items.append(item)
    return Envelope(headers, items)


def write_envelope(headers: Mapping[str, Any], items: Iterable[Item]) -> bytes:
    """The bytes of an envelope; the length of each item is that of its payload, whatever its
    headers say."""
    parts = [dumps(headers)]
    for item in items:
        parts += [dumps({**item.headers, "length": len(item.payload)}), item.payload]
    return b"\n".join(parts) + b"\n"


def envelope_event_id(envelope: Envelope) -> str | None:
    """Returns the id in the envelope header, None when it is missing, null or the nil UUID.

    Raises Malformed for anything else that is not a UUID: the one header worth refusing for.
    """
    value = envelope.headers.get("event_id")
    if value is None:
        return None
    event_id = parse_event_id(value)
    return None if event_id == NIL_EVENT_ID else event_id


def _item(data: bytes, position: int) -> tuple[Item, int]:
    headers, start = _header(data, position, "item", MAX_ITEM_HEADER_BYTES)
    end = _payload_end(data, start, headers.get("length"))
    kind = headers.get("type")
    return Item(kind if isinstance(kind, str) else "", headers, data[start:end]), end + 1


def _header(data: bytes, position: int, kind: str, max_bytes: int) -> tuple[dict[str, Any], int]:
    end = data.find(b"\n", position, position + max_bytes + 1)
    if end == -1:
        end = len(data)
        if end - position > max_bytes:
            raise Malformed(f"invalid {kind} header: the line has more than {max_bytes} bytes")
    try:
        headers = parse_json(data[position:end])
    except Malformed as error:
        raise Malformed(f"invalid {kind} header: {error}") from None
    if not isinstance(headers, dict):
        raise Malformed(f"invalid {kind} header: not a JSON object")
    return headers, end + 1


def _payload_end(data: bytes, start: int, length: object) -> int:
    if length is None:
        newline = data.find(b"\n", start)
        return len(data) if newline == -1 else newline
    if type(length) is not int or length < 0:  # a bool is an int to isinstance
        raise Malformed("invalid item header: length is not a number of bytes")
    end = start + length
    # a header line that ends with the data leaves `start` one beyond it
    if length and end > len(data):
        raise Malformed("unexpected end of file: a payload is shorter than its length")
    if end < len(data) and data[end] != _LF:
        raise Malformed("missing newline after header or payload")
    return end
