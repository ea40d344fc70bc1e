"""The values of terms: patterns with `*`, numbers, times and ranges. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from rustrak.errors import Invalid

_RELATIVE: Final = re.compile(r"([+-])([0-9]{1,6})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_OPERATOR: Final = re.compile(r"(>=|<=|>|<|)(.*)", re.DOTALL)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_BEFORE_WILDCARD: Final = re.compile(r"(?:[^%\\]|\\.)*", re.DOTALL)
_PIECE: Final = re.compile(r"\\([*\\])|(\*)|([%_\\])|([^*%_\\]+)", re.DOTALL)

Times = tuple[datetime | None, datetime | None]
Numbers = tuple[int | None, int | None]


def like(text: str) -> str:
    """A pattern for LIKE: `*` stands for anything, `\\*` for itself."""
    return "".join(
        "%" if star else "\\" + escape if escape else plain or _escaped(mark)
        for mark, star, escape, plain in _PIECE.findall(text)
    )


def literal(text: str) -> str | None:
    """The text without escapes, or None if it has a wildcard."""
    pieces = _PIECE.findall(text)
    if any(star for _, star, _, _ in pieces):
        return None
    return "".join(mark or escape or plain for mark, _, escape, plain in pieces)


def exactly(text: str) -> str:
    """A pattern for LIKE that only this text is like."""
    return re.sub(r"([%_\\])", r"\\\1", text)


def contains(text: str) -> str:
    """A pattern for LIKE: the text anywhere."""
    return f"%{like(text)}%"


def prefix(pattern: str) -> tuple[str, str | None]:
    """The range, end excluded, that holds whatever is LIKE a pattern, in the order of bytes.

    No end if nothing can be said of the beginning.
    """
    found = _BEFORE_WILDCARD.match(pattern)
    start = re.sub(r"\\(.)", r"\1", found[0] if found else "", flags=re.DOTALL)
    return start, _after(start)


def _after(start: str) -> str | None:
    """The least text greater than all that begin so."""
    kept = start.rstrip("\U0010ffff")
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if 0xD800 <= following < 0xE000 else following)


def _escaped(mark: str) -> str:
    return "\\\\" if mark == "\\" else mark


def read_numbers(text: str) -> Numbers:
    """`5`, `>5`, `<=5` or `5..9`, both ends included. Raises Invalid."""
    first, dots, last = text.partition("..")
    if dots:
        return _number(first), _number(last)
    operator, rest = _operator(text)
    number = _number(rest)
    return {
        "": (number, number),
        ">": (number + 1, None),
        ">=": (number, None),
        "<": (None, number - 1),
        "<=": (None, number),
    }[operator]


def read_times(text: str, now: datetime) -> Times:
    """`-24h` (since), `+7d` (before), a day, a moment, `>…`, `<…` or `a..b`; the end is excluded.

    Raises Invalid.
    """
    first, dots, last = text.partition("..")
    if dots:
        return _moment(first, now)[0], _moment(last, now)[1]
    operator, rest = _operator(text)
    low, high = _moment(rest, now)
    if not operator and _RELATIVE.fullmatch(rest):
        return (low, None) if rest.startswith("-") else (None, low)
    return {
        "": (low, high),
        ">": (high if _DAY.fullmatch(rest) else low, None),
        ">=": (low, None),
        "<": (None, low),
        "<=": (None, high),
    }[operator]


def _operator(text: str) -> tuple[str, str]:
    found = _OPERATOR.fullmatch(text)
    assert found is not None
    return found[1], found[2]


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Invalid("a whole number is expected, as in 100, >100 or 10..50")
    return int(text)


def _moment(text: str, now: datetime) -> tuple[datetime, datetime]:
    """When a day, a moment or a time ago begins and ends."""
    relative = _RELATIVE.fullmatch(text)
    try:
        if relative:
            ago = now - timedelta(**{_UNITS[relative[3]]: int(relative[2])})
            return ago, ago
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        length = timedelta(days=1) if _DAY.fullmatch(text) else timedelta(microseconds=1)
        return moment.astimezone(UTC), moment.astimezone(UTC) + length
    except (ValueError, OverflowError):
        raise Invalid("a time is expected, as in -24h, 2026-11-01 or 2026-11-01T12:00Z") from None
