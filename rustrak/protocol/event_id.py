"""Event ids: UUIDs as clients spell them, kept as 32 lower-case hexadecimal digits.

For ingest and digest. An id is only ever compared or stored, never made part of a path.
"""

import re
from typing import Final
from uuid import uuid4

from rustrak.errors import Malformed

NIL_EVENT_ID: Final = "0" * 32
"""Some SDKs send it for "none"."""

_UUID = re.compile(
    r"[0-9a-fA-F]{32}"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)


def parse_event_id(value: object) -> str:
    """Returns a UUID (dashed or 32 digits, any case) as 32 lower-case digits; raises Malformed."""
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.replace("-", "").lower()
    raise Malformed("event_id is not a UUID: send 32 hexadecimal digits, with or without dashes")


def new_event_id() -> str:
    """Returns a random id for an event that came without one."""
    return uuid4().hex
