"""JSON as SDKs write it: read forgivingly, written compactly, always storable in PostgreSQL.

For every room that reads or writes a client's JSON.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

import orjson

from rustrak.errors import Malformed

MAX_DEPTH: Final = 100
"""Levels of nesting kept when a value has to be cleaned; SDK payloads reach 15."""
TOO_DEEP: Final = "<too deep>"
"""What stands in the place of anything nested deeper."""

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # refused by both text and jsonb
_STRING_OR_BRACKET = re.compile(r'"(?>(?:[^"\\]|\\.)*)"|[\[\]{}]', re.DOTALL)
_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**64 - 1  # what orjson reads and writes exactly
_MAX_INT_DIGITS = 20  # of those two, with the sign; int() of a million digits is quadratic


def parse_json(payload: bytes) -> Any:
    """Parses UTF-8 JSON into values without NUL, lone surrogates or non-finite numbers.

    What orjson refuses is read again forgivingly: a byte order mark is skipped; broken UTF-8, NUL
    and lone surrogates become U+FFFD; NaN and infinities None; integers beyond 64 bit their digits
    as text; levels beyond MAX_DEPTH the marker TOO_DEEP. In what orjson reads, such integers are
    floats and nesting reaches 1,024 levels. Raises Malformed.
    Source: Sentry protocol, SDK quirks (an event refused is an event lost).
    """
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return _storable(_parse_forgivingly(payload))
    # a NUL can only come from its escape, and orjson has refused lone surrogates
    return _storable(value) if b"\\u0000" in payload else value


def find_unstorable(text: str) -> int | None:
    """Where the first character stands that PostgreSQL refuses; None if it takes them all."""
    found = _UNSTORABLE.search(text)
    return None if found is None else found.start()


def clean_text(text: str) -> str:
    """Returns the text with NUL and lone surrogates, which PostgreSQL refuses, as U+FFFD."""
    if text.isascii() and "\0" not in text:  # nearly every one; a fifth of the time
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def dumps(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """Writes compact UTF-8 JSON; what orjson cannot write is first made storable as in parse_json.

    That is: integers beyond 64 bit, lone surrogates and more than 254 levels of nesting. `default`
    makes JSON of other objects. Raises TypeError for those that have no JSON form.
    """
    try:
        return orjson.dumps(value, default)
    except orjson.JSONEncodeError:
        return orjson.dumps(_storable(value), default)


def _parse_forgivingly(payload: bytes) -> Any:
    text = payload.decode("utf-8-sig", "replace")
    try:
        try:
            return _loads(text)
        except RecursionError:
            return _loads(_pruned(text))
    except json.JSONDecodeError as error:
        raise Malformed(f"invalid JSON: {error.msg} at character {error.pos}") from None


def _loads(text: str) -> Any:
    return json.loads(text, parse_int=_integer, parse_constant=lambda _name: None)


def _pruned(text: str) -> str:
    """The text with TOO_DEEP in place of whatever is nested deeper than MAX_DEPTH.

    Only brackets outside strings count; the parser judges what is left.
    """
    kept = []
    depth = start = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept += [text[start : match.start()], f'"{TOO_DEEP}"']
        elif mark in "]}":
            if depth == MAX_DEPTH + 1:
                start = match.end()
            depth -= 1
    if depth <= MAX_DEPTH:
        kept.append(text[start:])
    return "".join(kept)


def _integer(digits: str) -> int | str:
    return digits if len(digits) > _MAX_INT_DIGITS else int(digits)


def _storable(value: Any, depth: int = 0) -> Any:
    match value:
        case str():
            return clean_text(value)
        case dict() | list() if depth == MAX_DEPTH:
            return TOO_DEEP
        case dict():
            return {clean_text(key): _storable(item, depth + 1) for key, item in value.items()}
        case list():
            return [_storable(item, depth + 1) for item in value]
        case float() if not math.isfinite(value):
            return None
        case int() if not _SMALLEST_INT <= value <= _LARGEST_INT:
            return str(value)
    return value
