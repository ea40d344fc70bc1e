"""Pages of lists that grow while they are read: each page ends with the place of its last row."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel

from rustrak.api.old_messages import reply_object
from rustrak.errors import Invalid

TOO_LARGE = 2**63  # for a bigint


def write_cursor(place: Any) -> str:
    """What tells a row's place, as a text for a query string, opaque to clients."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).rstrip(b"=").decode()


def parse_cursor(cursor: str) -> Any:
    """What was written, or any other JSON a client made up. Raises Invalid."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("Invalid cursor encoding") from None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid("Invalid cursor format") from None


def read_cursor(cursor: str, *names: str) -> list[int]:
    """The numbers of these names, each a bigint from 0. Raises Invalid."""
    fields = parse_cursor(cursor)
    try:
        numbers = [fields[name] for name in names]
    except (KeyError, TypeError):
        raise Invalid("Invalid cursor format") from None
    if not all(type(number) is int and 0 <= number < TOO_LARGE for number in numbers):
        raise Invalid("Invalid cursor format")
    return numbers


def reply_with_cursor(items: Sequence[BaseModel], next_cursor: str | None) -> web.Response:
    """A page with a cursor, which is left out on the last one because clients insist."""
    page: dict[str, object] = {"items": [item.model_dump(mode="json") for item in items]}
    if next_cursor is not None:
        page["next_cursor"] = next_cursor
    return reply_object({**page, "has_more": next_cursor is not None})
