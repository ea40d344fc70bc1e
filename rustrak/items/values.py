"""Readers for single values of a payload: the value when it can be used, else an empty one.

Used by every file of this room. Texts come out without NUL and lone surrogates.
"""

from collections.abc import Mapping
from typing import Any, Final

from rustrak.errors import Malformed
from rustrak.protocol.event_id import NIL_EVENT_ID, parse_event_id
from rustrak.protocol.jsontext import clean_text, dumps, parse_json
from rustrak.protocol.names import is_environment, is_release

MAX_QUANTITY: Final = 1_000_000_000
"""Things one number of a payload may count; nine billion such numbers fit a `bigint`."""

_ELLIPSIS = "..."
_MAX_NUMBER = 32  # characters of a number written as text
_HEX = "0123456789abcdef"


def document(payload: object) -> dict[str, Any]:
    """The object a payload holds; raises Malformed when it holds none."""
    value = parse_json(payload) if isinstance(payload, bytes) else payload
    if not isinstance(value, dict):
        raise Malformed("the item is not a JSON object")
    return value


def mapping(value: object) -> Mapping[str, Any]:
    """An object, empty when missing. PHP writes an empty object as `[]`."""
    return value if isinstance(value, dict) else {}


def entries(value: object, limit: int) -> list[dict[str, Any]]:
    """The objects among the first `limit` entries of a list."""
    if not isinstance(value, list):
        return []
    return [entry for entry in value[:limit] if isinstance(entry, dict)]


def text(value: object, limit: int) -> str:
    """A trimmed text of at most `limit` characters; numbers and booleans are written out."""
    if not isinstance(value, str):
        if not isinstance(value, bool | int | float):
            return ""
        value = str(value)
    value = value.strip()
    if len(value) > limit:
        value = value[: limit - len(_ELLIPSIS)] + _ELLIPSIS
    return clean_text(value)


def json_text(value: object, limit: int) -> str:
    """A text as it is, any other JSON as compact JSON, None as the empty text."""
    if value is None or isinstance(value, str):
        return text(value, limit)
    return text(dumps(value).decode(), limit)


def quantity(value: object) -> int:
    """A count from 0 to MAX_QUANTITY, the nearest when it lies outside; 0 for what is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int:
        return 0
    return min(max(value, 0), MAX_QUANTITY)


def seconds(value: object, most: float) -> float | None:
    """A duration from 0 to `most` as a number or its text, else None."""
    if isinstance(value, str) and len(value) <= _MAX_NUMBER:
        try:
            value = float(value)
        except ValueError:
            return None
    if type(value) not in (int, float) or not 0 <= value <= most:  # type: ignore[operator]
        return None
    return float(value)  # type: ignore[arg-type]


def hex_id(value: object, digits: int) -> str:
    """A trace or span id in lower case; empty when it is missing, malformed or all zeros."""
    if not isinstance(value, str) or len(value) > digits + 4:  # the dashes of a UUID
        return ""
    found = value.replace("-", "").lower()
    return found if len(found) == digits and not found.strip(_HEX) and found.strip("0") else ""


def uuid(value: object) -> str:
    """A UUID as 32 lower-case digits; empty when it is missing, malformed or nil."""
    try:
        found = parse_event_id(value)
    except Malformed:
        return ""
    return "" if found == NIL_EVENT_ID else found


def read_release(value: object) -> str:
    """A release name of at most 200 characters. A cut one would be another release: refused."""
    name = text(value, 1024)
    return name if is_release(name) else ""


def read_environment(value: object) -> str:
    """At most 64 characters without blanks, newlines and slashes; the text `None` is refused."""
    name = text(value, 1024)
    return name if is_environment(name) else ""
