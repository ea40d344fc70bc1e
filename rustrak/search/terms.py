"""One `key:value` as a term. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from rustrak.errors import Invalid
from rustrak.search.query import (
    ANYTHING,
    USER,
    AssigneeTerm,
    NumberTerm,
    ShortIdTerm,
    StatusTerm,
    TagTerm,
    Term,
    TextTerm,
    TimeTerm,
)
from rustrak.search.values import contains, exactly, like, literal, read_numbers, read_times

_STATES: Final[dict[str, Term]] = {
    "unresolved": StatusTerm("unresolved"),
    "open": StatusTerm("unresolved"),
    "resolved": StatusTerm("resolved"),
    "muted": StatusTerm("muted"),
    "ignored": StatusTerm("muted"),
    "assigned": AssigneeTerm("anyone"),
    "unassigned": AssigneeTerm("nobody"),
}
_PRIORITIES: Final = ("high", "medium", "low")
_WHO: Final[dict[str, Literal["me", "anyone", "nobody"]]] = {
    "me": "me",
    "any": "anyone",
    "anyone": "anyone",
    "none": "nobody",
    "nobody": "nobody",
}
_USER_KINDS: Final = ("id", "email", "username", "ip")
_LARGEST_NUMBER: Final = 2**31 - 1


def read_term(key: str, value: str, now: datetime) -> Term:
    """The term; a key that means nothing else is a tag's. Raises Invalid, without a position."""
    if not key:
        return TextTerm("any", contains(value))
    if key.startswith("tags["):
        return tag(key[5:-1], value)
    name = key.lower().replace("-", "").replace("_", "")
    read = _READERS.get(name)
    if read is not None:
        return read(value)
    timed = _TIMES.get(name)
    if timed is not None:
        return TimeTerm(timed, *read_times(value, now))
    return tag(key, value)


def tag(key: str, value: str, before: str = "") -> TagTerm:
    """Events whose tag has this value, which may hold wildcards, after some text."""
    plain = literal(value)
    if plain is not None:
        return TagTerm(key, (before + plain,))
    return TagTerm(key, (), exactly(before) + like(value))


def _status(value: str) -> Term:
    found = _STATES.get(value.lower())
    if found is None:
        raise Invalid("is: takes unresolved, resolved, muted, assigned or unassigned")
    return found


def _priority(value: str) -> Term:
    if value.lower() not in _PRIORITIES:
        raise Invalid("priority: takes high, medium or low")
    return TextTerm("priority", value.lower())


def _assignee(value: str) -> Term:
    who = _WHO.get(value.lower())
    if who is not None:
        return AssigneeTerm(who)
    if "@" not in value:
        raise Invalid("assigned: takes me, none, any or an e-mail address")
    return AssigneeTerm(email=value)


def _short_id(value: str) -> Term:
    slug, _, number = value.rpartition("-")
    if not slug or not (number.isascii() and number.isdigit() and len(number) < 11):
        raise Invalid("an issue is named as in WEB-42")
    return ShortIdTerm(slug.lower(), min(int(number), _LARGEST_NUMBER))


def _has(value: str) -> Term:
    return TagTerm(value, (), ANYTHING)


def _user(value: str) -> Term:
    """`user:x` is any of `user.id:x`, `user.email:x` …; `user:id:x` is the tag itself."""
    plain = literal(value)
    if plain is None:
        return TagTerm(USER, (), f"%:{like(value)}")
    kinds = tuple(f"{kind}:{plain}" for kind in _USER_KINDS)
    return TagTerm(USER, (plain, *kinds) if plain.partition(":")[0] in _USER_KINDS else kinds)


def _user_of(kind: str) -> Callable[[str], Term]:
    return lambda value: tag(USER, value, f"{kind}:")


def _text(
    field: Literal["title", "culprit", "type", "platform"], pattern: Callable[[str], str]
) -> Callable[[str], Term]:
    return lambda value: TextTerm(field, pattern(value))


def _count(field: Literal["events", "users"]) -> Callable[[str], Term]:
    return lambda value: NumberTerm(field, *read_numbers(value))


_TIMES: Final[dict[str, Literal["first_seen", "last_seen"]]] = {
    "firstseen": "first_seen",
    "lastseen": "last_seen",
}
_READERS: Final[dict[str, Callable[[str], Term]]] = {
    "is": _status,
    "priority": _priority,
    "assigned": _assignee,
    "assignee": _assignee,
    "issue": _short_id,
    "shortid": _short_id,
    "has": _has,
    "user": _user,
    **{f"user.{kind}": _user_of(kind) for kind in _USER_KINDS},
    "title": _text("title", contains),
    "message": _text("title", contains),
    "culprit": _text("culprit", contains),
    "type": _text("type", like),
    "platform": _text("platform", like),
    "timesseen": _count("events"),
    "users": _count("users"),
}
