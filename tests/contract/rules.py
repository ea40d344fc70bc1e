"""What the original's clients accept of an answer, written down by hand.

They validate every answer, and one wrong value breaks a whole page: dates end in a literal Z, UUIDs
are hyphenated and of a known version, nullable fields are there, `next_cursor` is left out where
there is none, integers are below 2^53. Fields they do not know do no harm.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Rule = Callable[[Any, str], None]
"""Takes a value and its place; raises AssertionError naming the place."""

LARGEST = 2**53

_DATE = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z")
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|0{8}-(0{4}-){3}0{12}|f{8}-(f{4}-){3}f{12}",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)[A-Za-z0-9_'+\-.]*[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}"
)


def text(value: Any, place: str) -> None:
    assert isinstance(value, str), f"{place}: {value!r} is no text"


def yes_or_no(value: Any, place: str) -> None:
    assert isinstance(value, bool), f"{place}: {value!r} is neither true nor false"


def number(value: Any, place: str) -> None:
    assert type(value) is int, f"{place}: {value!r} is no integer"
    assert -LARGEST < value < LARGEST, f"{place}: {value!r} is too large"


def positive(value: Any, place: str) -> None:
    number(value, place)
    assert value > 0, f"{place}: {value!r} is not above 0"


def date(value: Any, place: str) -> None:
    text(value, place)
    assert _DATE.fullmatch(value), f"{place}: {value!r} is no date that ends in Z"
    datetime.fromisoformat(value[:19])


def uuid(value: Any, place: str) -> None:
    text(value, place)
    assert _UUID.fullmatch(value), f"{place}: {value!r} is no UUID of a known version"


def email(value: Any, place: str) -> None:
    text(value, place)
    assert _EMAIL.fullmatch(value), f"{place}: {value!r} is no e-mail address"


def anything(_value: Any, _place: str) -> None:
    """For the values of a free object."""


def json_object(value: Any, place: str) -> None:
    assert isinstance(value, dict), f"{place}: {value!r} is no object"


def nullable(rule: Rule) -> Rule:
    """Null or the rule; left out it fails."""

    def check(value: Any, place: str) -> None:
        if value is not None:
            rule(value, place)

    return check


def one_of(*words: str) -> Rule:
    def check(value: Any, place: str) -> None:
        assert value in words, f"{place}: {value!r} is none of {words}"

    return check


def array(rule: Rule) -> Rule:
    def check(value: Any, place: str) -> None:
        assert isinstance(value, list), f"{place}: {value!r} is no array"
        for index, item in enumerate(value):
            rule(item, f"{place}[{index}]")

    return check


def record(fields: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with all of `fields`; of `optional` ones those that are there, and never null."""

    def check(value: Any, place: str) -> None:
        json_object(value, place)
        for name, rule in fields.items():
            assert name in value, f"{place}.{name} is left out"
            rule(value[name], f"{place}.{name}")
        for name, rule in (optional or {}).items():
            if name in value:
                rule(value[name], f"{place}.{name}")

    return check


def numbered(rule: Rule) -> Rule:
    """The wrapper of projects and issues."""
    numbers = dict.fromkeys(("total_count", "page", "per_page", "total_pages"), number)
    return record({"items": array(rule), **numbers})


def by_cursor(rule: Rule) -> Rule:
    """The wrapper of events."""
    wrapper = record({"items": array(rule), "has_more": yes_or_no}, {"next_cursor": text})

    def check(value: Any, place: str) -> None:
        wrapper(value, place)
        assert ("next_cursor" in value) is value["has_more"], f"{place}: has_more contradicts"

    return check


USER = record({"id": positive, "email": email, "is_admin": yes_or_no})
LOGGED_IN = record({"user": USER})
PROJECT = record(
    {
        "id": number,
        "name": text,
        "slug": text,
        "sentry_key": uuid,
        "dsn": text,
        "stored_event_count": number,
        "digested_event_count": number,
        "created_at": date,
        "updated_at": date,
    }
)
ISSUE = record(
    {
        "id": uuid,
        "project_id": number,
        "short_id": text,
        "title": text,
        "value": text,
        "first_seen": date,
        "last_seen": date,
        "event_count": number,
        "level": nullable(text),
        "platform": nullable(text),
        "is_resolved": yes_or_no,
        "is_muted": yes_or_no,
    }
)
_EVENT: dict[str, Rule] = {
    "id": uuid,
    "event_id": uuid,
    "issue_id": uuid,
    "title": text,
    "timestamp": date,
    "level": text,
    "platform": text,
    "release": text,
    "environment": text,
}
EVENT = record(_EVENT)
EVENT_DETAIL = record(
    {
        **_EVENT,
        "ingested_at": date,
        "server_name": text,
        "sdk_name": text,
        "sdk_version": text,
        "data": json_object,
    }
)
TOKEN = record(
    {
        "id": number,
        "token_prefix": text,
        "description": nullable(text),
        "created_at": date,
        "last_used_at": nullable(date),
    }
)
NEW_TOKEN = record({"id": number, "token": text, "description": nullable(text), "created_at": date})
CHANNEL = record(
    {
        "id": number,
        "name": text,
        "channel_type": one_of("webhook", "email", "slack"),
        "config": json_object,
        "is_enabled": yes_or_no,
        "failure_count": number,
        "last_failure_at": nullable(date),
        "last_failure_message": nullable(text),
        "last_success_at": nullable(date),
        "created_at": date,
        "updated_at": date,
    }
)
RULE = record(
    {
        "id": number,
        "project_id": number,
        "name": text,
        "alert_type": one_of("new_issue", "regression", "unmute"),
        "is_enabled": yes_or_no,
        "conditions": json_object,
        "cooldown_minutes": number,
        "last_triggered_at": nullable(date),
        "created_at": date,
        "updated_at": date,
        "channel_ids": array(number),
    }
)
HISTORY = record(
    {
        "id": number,
        "alert_rule_id": nullable(number),
        "channel_id": nullable(number),
        "issue_id": nullable(uuid),
        "project_id": nullable(number),
        "alert_type": text,
        "channel_type": text,
        "channel_name": text,
        "status": one_of("pending", "sent", "failed", "skipped"),
        "attempt_count": number,
        "next_retry_at": nullable(date),
        "error_message": nullable(text),
        "http_status_code": nullable(number),
        "idempotency_key": text,
        "created_at": date,
        "sent_at": nullable(date),
    }
)
REFUSAL = record({"error": record({"type": text, "message": text})})
