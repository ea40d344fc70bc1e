"""The worked examples of the protocol reference (section 7.9): version 2 takes the same values.
Keys differ, because ours hash names and values; where a value differs, it says why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain

NOW = datetime(2026, 3, 1, tzinfo=UTC)
V2 = GroupingConfig("v2")
LINE = "raise FailedToFetchError('Charlie didn't bring the ball back!');"


def frames(*found: dict[str, Any]) -> dict[str, Any]:
    return {"stacktrace": {"frames": list(found)}}


def chain(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"exception": {"values": list(found)}, **more}


def error(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, **more}


def member(number: int, text: str) -> dict[str, Any]:
    mechanism = {"type": "chained", "exception_id": number, "parent_id": 0}
    return error("MyApp.Exception", text, mechanism=mechanism)


ROOT = error(
    "System.AggregateException",
    "One or more errors occurred.",
    mechanism={"type": "AggregateException", "exception_id": 0, "is_exception_group": True},
)
SERVED = {
    "function": "test",
    "abs_path": "http://foo.com/foo.py",
    "filename": "foo.py",
    "context_line": "hello world",
}
MAPPED = {
    "function": "bar",
    "filename": "foo.py",
    "context_line": "foo bar",
    "data": {"sourcemap": "x"},
}
BAZ = {"filename": "foo/baz.py", "in_app": True}
HANDLER = {"filename": "router.js", "function": "handleRequest", "in_app": False}
FETCH = {"filename": "dogpark.js", "function": "playFetch", "context_line": LINE, "in_app": True}
LAMBDA = {"module": "foo.bar.Baz$$Lambda$40/1673859467", "function": "call", "in_app": False}
INLINE = {"csp-report": {"effective-directive": "script-src", "blocked-uri": "inline"}}
DEFAULT = ["ValueError", "no"]


@pytest.mark.parametrize(
    ("document", "values"),
    [
        pytest.param(chain({"type": "ValueError"}), ["ValueError"], id="1: type alone"),
        pytest.param(chain({"value": "hello world"}), ["hello world"], id="2: value alone"),
        pytest.param(
            {"message": "testing testing 1, 2, 3"},
            ["testing testing <int>, <int>, <int>"],
            id="3: numbers in a message",
        ),
        pytest.param(
            {"logentry": {"formatted": "Hello there world!"}},
            ["Hello there world!"],
            id="4: a formatted message",
        ),
        pytest.param(
            {"platform": "javascript", **frames(SERVED)},
            ["test", "hello world"],
            id="5: a file that is no script",
        ),
        pytest.param(
            {"platform": "javascript", **frames(MAPPED)},
            ["foo.py", "foo bar"],
            id="6: a mapped line instead of the function",
        ),
        pytest.param(
            chain(
                error("FailedToFetchError", "x", **frames(HANDLER, FETCH)), platform="javascript"
            ),
            ["FailedToFetchError", "dogpark.js", "playFetch", LINE],
            id="7: frames of the application only",
        ),
        pytest.param(
            chain(
                error("ValueError", "hello world", **frames(BAZ)),
                error("ValueError", "hello world", **frames({**BAZ, "in_app": False})),
            ),
            ["ValueError", "baz.py", "ValueError", "hello world"],
            id="9: the value where no frame is the application's",
        ),
        pytest.param(
            chain(ROOT, member(1, "Test 1"), member(2, "Test 2")),
            ["MyApp.Exception", "Test <int>"],
            id="10: equal members of a group",
        ),
        pytest.param(
            chain(ROOT, member(1, "Test 1"), member(2, "And now for something else.")),
            [
                "MyApp.Exception",
                "Test <int>",
                "MyApp.Exception",
                "And now for something else.",
                "System.AggregateException",
                "One or more errors occurred.",
            ],
            id="11: different members of a group",
        ),
        pytest.param(
            {"platform": "java", **frames(LAMBDA)}, ["call"], id="13: a lambda of the JVM"
        ),
        pytest.param(
            chain(error("ValueError", "no"), fingerprint=["celery", "SoftTimeLimitExceeded"]),
            ["celery", "SoftTimeLimitExceeded"],
            id="15: a fingerprint of the client",
        ),
        pytest.param(
            chain(error("ValueError", "no"), fingerprint=["{{ default }}", "dogs are great"]),
            [*DEFAULT, "dogs are great"],
            id="16: with the default",
        ),
        pytest.param(
            {"checksum": "11212012123120120415201309082013"},
            ["11212012123120120415201309082013"],
            id="18: a checksum",
        ),
    ],
)
def test_the_values_are_those_of_the_example(document: dict[str, Any], values: list[str]) -> None:
    event = normalise({"platform": "python", **document}, event_id="a" * 32, received_at=NOW)
    taken = [part.value for part in explain(event, V2).components if part.contributes]
    assert taken == values


def test_a_chunk_that_did_not_load_wins_over_its_stack() -> None:
    """17: there it wins over the client's fingerprint too; here people's own words come first."""
    found = chain(error("ChunkLoadError", "Loading chunk 3 failed."), platform="javascript")
    event = normalise(found, event_id="a" * 32, received_at=NOW)
    assert explain(event, V2).strategy == "chunk"
