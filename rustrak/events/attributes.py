"""Readers for single attributes: the value when it has the right type, else None and a note.

Used by every file of this room that reads a raw document.
"""

import json
from collections.abc import Mapping
from typing import Any

ELLIPSIS = "..."
_LARGEST_INTEGER = 2**31 - 1  # what an `integer` column holds


class Errors:
    """What was invalid in one event, each (code, attribute) once, in the order of discovery."""

    __slots__ = ("_noted",)

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str], None] = {}

    def note(self, code: str, attribute: str) -> None:
        """Remember a fault; attribute is a path without list indexes, so the list stays short."""
        self._noted[code, attribute] = None

    def invalid(self, attribute: str) -> None:
        """Remember that an attribute had a wrong type or value and was left out."""
        self._noted["invalid_data", attribute] = None

    def listed(self) -> list[tuple[str, str]]:
        """Everything noted so far."""
        return list(self._noted)


def cut(value: str, limit: int) -> str:
    """At most `limit` characters; a shortened text ends in `...`."""
    return value if len(value) <= limit else value[: limit - len(ELLIPSIS)] + ELLIPSIS


def text(value: Any, limit: int, attribute: str, errors: Errors) -> str | None:
    """A string of at most `limit` characters."""
    if type(value) is str:
        return value if len(value) <= limit else cut(value, limit)
    if value is not None:
        errors.invalid(attribute)
    return None


def label(value: Any, limit: int, attribute: str, errors: Errors) -> str:
    """A trimmed string; numbers and booleans occur and are written out. Empty when missing."""
    if value is None:
        return ""
    if type(value) is not str:
        if not isinstance(value, (bool, int, float)):
            errors.invalid(attribute)
            return ""
        value = str(value)
    value = value.strip()
    return value if len(value) <= limit else cut(value, limit)


def json_text(value: Any) -> str | None:
    """A string as it is, any other JSON as compact text, None as None."""
    if value is None or type(value) is str:
        return value
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return None


def integer(value: Any, attribute: str, errors: Errors) -> int | None:
    """A number from zero to 2147483647."""
    if type(value) is int and 0 <= value <= _LARGEST_INTEGER:
        return value
    if value is not None:
        errors.invalid(attribute)
    return None


def boolean(value: Any, attribute: str, errors: Errors) -> bool | None:
    """True or false, nothing that merely looks like it."""
    if value is True or value is False:
        return bool(value)
    if value is not None:
        errors.invalid(attribute)
    return None


def mapping(value: Any, attribute: str, errors: Errors) -> Mapping[str, Any]:
    """An object, empty when missing. PHP writes an empty object as `[]`."""
    if isinstance(value, dict):
        return value
    if value is not None and value != []:
        errors.invalid(attribute)
    return {}


def entries(value: Any, limit: int, attribute: str, errors: Errors) -> list[dict[str, Any]]:
    """The objects of a list, the last `limit` of them; null entries are skipped silently."""
    if value is None:
        return []
    if type(value) is not list:
        errors.invalid(attribute)
        return []
    found = [entry for entry in value if type(entry) is dict]
    if len(found) < len(value) and any(e is not None and type(e) is not dict for e in value):
        errors.invalid(attribute)
    return found if len(found) <= limit else found[-limit:]
