"""Exports of other trackers' web APIs; the samples are written by hand after their
documentation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.errors import Malformed
from rustrak.events.foreign import read_exported

EVENT = "9ec79c33ec9942ab8353589fcb2e04dc"


def exported(**said: Any) -> dict[str, Any]:
    frame = {
        "filename": "shop/cart.py",
        "absPath": "/srv/shop/cart.py",
        "module": "shop.cart",
        "function": "pay",
        "lineNo": 12,
        "colNo": None,
        "inApp": True,
        "context": [[11, "def pay():"], [12, "    raise Failed"], [13, ""]],
        "vars": {"total": "3"},
    }
    value = {
        "type": "Failed",
        "value": "no money",
        "module": "shop",
        "mechanism": {"type": "generic", "handled": False},
        "threadId": None,
        "stacktrace": {"frames": [frame]},
    }
    crumb = {"type": "default", "category": "sql", "message": "SELECT", "level": "info"}
    return {
        "id": EVENT,
        "eventID": EVENT,
        "groupID": "1",
        "title": "Failed: no money",
        "platform": "python",
        "dateCreated": "2026-03-01T10:00:00Z",
        "dateReceived": "2026-03-01T10:00:02.5Z",
        "tags": [
            {"key": "environment", "value": "prod"},
            {"key": "level", "value": "warning"},
            {"key": "colour", "value": "red"},
        ],
        "user": {"id": "7", "email": "ada@example.com"},
        "contexts": {"runtime": {"name": "CPython"}},
        "context": {"basket": [1, 2]},
        "packages": {"django": "5.0"},
        "sdk": {"name": "sentry.python", "version": "2.0"},
        "release": {"version": "shop@3", "id": 1},
        "entries": [
            {"type": "exception", "data": {"values": [value], "excOmitted": None}},
            {"type": "breadcrumbs", "data": {"values": [crumb]}},
            {
                "type": "request",
                "data": {
                    "method": "POST",
                    "url": "https://shop.example/pay",
                    "query": [["a", "1"]],
                    "headers": [["Host", "shop.example"]],
                },
            },
            {"type": "spans", "data": []},
            None,
        ],
        **said,
    }


def test_entries_become_what_the_sdk_sent() -> None:
    event, received_at = read_exported(exported())
    assert received_at == datetime(2026, 3, 1, 10, 0, 2, 500000, tzinfo=UTC)
    (exception,) = event["exception"]["values"]
    assert (exception["type"], exception["value"], exception["module"]) == (
        "Failed",
        "no money",
        "shop",
    )
    (frame,) = exception["stacktrace"]["frames"]
    assert frame == {
        "filename": "shop/cart.py",
        "abs_path": "/srv/shop/cart.py",
        "module": "shop.cart",
        "function": "pay",
        "lineno": 12,
        "in_app": True,
        "vars": {"total": "3"},
        "context_line": "    raise Failed",
        "pre_context": ["def pay():"],
        "post_context": [""],
    }
    assert event["event_id"] == EVENT
    assert event["timestamp"] == "2026-03-01T10:00:00Z"
    assert (event["environment"], event["level"], event["release"]) == (
        "prod",
        "warning",
        "shop@3",
    )
    assert event["tags"]["colour"] == "red"
    assert event["extra"] == {"basket": [1, 2]}
    assert event["modules"] == {"django": "5.0"}
    assert event["breadcrumbs"]["values"][0]["category"] == "sql"
    assert event["request"]["query_string"] == [["a", "1"]]
    assert event["request"]["headers"] == [["Host", "shop.example"]]


@pytest.mark.parametrize(
    ("entry", "name", "part"),
    [
        (
            {"type": "message", "data": {"formatted": "a 1", "message": "a %s"}},
            "logentry",
            {"formatted": "a 1", "message": "a %s"},
        ),
        (
            {"type": "threads", "data": {"values": [{"id": 1, "current": True, "junk": 2}]}},
            "threads",
            {"values": [{"id": 1, "current": True}]},
        ),
        (
            {"type": "stacktrace", "data": {"frames": [{"function": "f", "lineNo": 0}]}},
            "stacktrace",
            {"frames": [{"function": "f", "lineno": 0}]},
        ),
    ],
)
def test_every_kind_of_entry(entry: dict[str, Any], name: str, part: Any) -> None:
    event, _ = read_exported(exported(entries=[entry]))
    assert event[name] == part


def test_an_event_in_an_sdks_own_form_stays_as_it_is() -> None:
    raw = {"event_id": EVENT, "logentry": {"message": "hi"}, "received": 1772359200.0, "_meta": {}}
    event, received_at = read_exported(raw)
    assert event == {
        "event_id": EVENT, "logentry": {"message": "hi"}, "received": 1772359200.0
    }  # fmt: skip
    assert received_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_message_without_entries_is_kept() -> None:
    event, _ = read_exported(exported(entries=[], message="it broke"))
    assert event["message"] == "it broke"


def test_a_time_to_come_is_now() -> None:
    _, received_at = read_exported(exported(dateReceived="2999-01-01T00:00:00Z"))
    assert received_at is not None
    assert received_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "not a JSON object"),
        ({"eventID": EVENT, "title": "short"}, "export events in full"),
        ({"entries": []}, "not a UUID"),
        ({"eventID": "7", "entries": []}, "not a UUID"),
    ],
)
def test_what_is_no_event_is_refused(raw: Any, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        read_exported(raw)


@pytest.mark.parametrize(
    "raw",
    [
        exported(tags=7, entries=[{"type": "exception", "data": {"values": [7]}}]),
        exported(entries=[{"type": "exception", "data": {"values": 0}}]),
        exported(entries=[{"type": "stacktrace", "data": {"frames": [{"context": [1, [2]]}]}}]),
        exported(entries=[{"type": [], "data": {}}]),
        exported(release=[], user=7, context="x"),
    ],
)
def test_nonsense_inside_costs_only_itself(raw: dict[str, Any]) -> None:
    event, _ = read_exported(raw)
    assert event["event_id"] == EVENT
