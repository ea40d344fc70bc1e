"""A value of an event as text."""

from typing import Any, Final

import orjson

LONGEST: Final = 4_000  # characters of one value


def as_json(value: Any) -> str:
    """Indented, cut."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, orjson.JSONEncodeError):
        text = str(value)
    return cut(text)


def text(value: Any) -> str:
    """A value as one text, cut."""
    if value is None:
        return ""
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:LONGEST]
    return as_json(value)


def cut(value: str, longest: int = LONGEST) -> str:
    return value if len(value) <= longest else value[:longest] + "…"
