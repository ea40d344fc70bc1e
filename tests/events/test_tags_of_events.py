"""Tags: what SDKs send and what is derived."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.events.event import Event
from rustrak.events.normalise import normalise

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(**document: Any) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"a": "b"}, {"a": "b"}),
        ([["a", "b"], ["c", 1]], {"a": "b", "c": "1"}),
        ([["a", "first"], ["a", "second"]], {"a": "first"}),
        ({" my key ": " x "}, {"my-key": "x"}),
        ({"a": True, "b": 1.5}, {"a": "True", "b": "1.5"}),
        ({"a": None, "b": "", "": "c", "d": [], "e": "x\ny"}, {}),
        ({"ä": "b", "a/b": "c", "k" * 201: "d"}, {}),
        ({"a": "v" * 300}, {"a": "v" * 197 + "..."}),
        ({"release": "x", "dist": "x", "user": "x", "filename": "x", "function": "x"}, {}),
        ([["a"], "b", None, ["c", "d", "e"]], {}),
        ("text", {}),
    ],
)
def test_tags_in_every_form(sent: Any, expected: dict[str, str]) -> None:
    assert read(tags=sent).tags == {**expected, "level": "error"}


def test_only_a_hundred_tags_are_kept() -> None:
    event = read(tags={f"t{i}": "x" for i in range(1000)})

    assert len(event.tags) == 101  # and the level
    assert ("value_too_long", "tags") in event.errors


def test_an_environment_tag_becomes_the_environment() -> None:
    assert read(tags={"environment": "qa"}).environment == "qa"
    event = read(tags={"environment": "qa"}, environment="prod")
    assert event.environment == event.tags["environment"] == "prod"


def test_the_event_itself_becomes_tags() -> None:
    event = read(
        release="app@1",
        environment="prod",
        server_name="web-1",
        transaction="/a",
        user={"id": 1},
        exception=[{"type": "E", "mechanism": {"type": "wsgi", "handled": False}}],
        contexts={
            "browser": {"name": "Firefox", "version": "140.0"},
            "os": {"name": "Linux"},
            "device": {"name": "Ada's phone", "model": "Pixel 9"},
            "runtime": {"name": "CPython", "version": "3.11"},
            "trace": None,
        },
    )

    assert event.tags == {
        "level": "error",
        "release": "app@1",
        "environment": "prod",
        "server_name": "web-1",
        "transaction": "/a",
        "user": "id:1",
        "handled": "no",
        "mechanism": "wsgi",
        "browser": "Firefox 140.0",
        "browser.name": "Firefox",
        "os": "Linux",
        "os.name": "Linux",
        "device": "Pixel 9",
        "runtime": "CPython 3.11",
        "runtime.name": "CPython",
    }


def test_a_tag_of_the_sdk_wins_over_a_derived_one() -> None:
    assert read(tags={"level": "mine"}).tags["level"] == "mine"
