"""Log lines of Sentry's own containers. Samples by hand."""

from typing import Any

import pytest

from rustrak.items.logs import MAX_LOGS, LogLine, read_level, read_logs
from tests.items.hostile import NOW

TRACE, SPAN = "4c79f60c11214eb38604f4ae0781bfb2", "fa90fdead5f74052"


def line(**raw: Any) -> LogLine:
    (found,) = read_logs({"items": [raw]}, {}, received_at=NOW)
    return found


def test_a_whole_line_is_read() -> None:
    found = line(
        timestamp=NOW.timestamp(),
        trace_id=TRACE,
        span_id=SPAN,
        level="warn",
        severity_number=14,
        body="disk nearly full",
        attributes={
            "sentry.release": {"value": "shop@1.0", "type": "string"},
            "sentry.environment": {"value": "prod", "type": "string"},
            "percent": {"value": 97.5, "type": "double"},
            "mounts": {"value": ["/", "/var"], "type": "array"},
            "full": {"value": False, "type": "integer"},
            "bare": "kept",
            "nothing": {"value": None, "type": "string"},
        },
    )

    assert found == LogLine(
        timestamp=NOW,
        level="warn",
        severity=14,
        body="disk nearly full",
        trace_id=TRACE,
        span_id=SPAN,
        release="shop@1.0",
        environment="prod",
        attributes={
            "sentry.release": "shop@1.0",
            "sentry.environment": "prod",
            "percent": "97.5",
            "mounts": '["/","/var"]',
            "full": "false",
            "bare": "kept",
        },
    )


def test_an_empty_line_is_kept() -> None:
    assert line() == LogLine(NOW, "info", 9, "", "", "", "", "", {})


@pytest.mark.parametrize(
    ("word", "number", "expected"),
    [
        *(("error", None, ("error", 17)), (None, 18, ("error", 18)), ("WARNING", 0, ("warn", 13))),
        *((None, 1, ("trace", 1)), (None, 24, ("fatal", 24)), (None, 25, ("info", 9))),
        *(("audit", None, ("audit", 0)), ("fatal", 3, ("fatal", 3)), ([], True, ("info", 9))),
    ],
)
def test_level_and_severity_fill_each_other_in(
    word: Any, number: Any, expected: tuple[str, int]
) -> None:
    assert read_level(word, number) == expected


def test_a_line_without_a_trace_belongs_to_that_of_the_envelope() -> None:
    headers = {"trace": {"trace_id": TRACE, "release": "shop@1.0"}}
    (found,) = read_logs({"items": [{"trace_id": "0" * 32}]}, headers, received_at=NOW)
    assert (found.trace_id, found.release) == (TRACE, "shop@1.0")


def test_the_order_of_the_lines_is_kept_and_bad_entries_lose_nothing_else() -> None:
    items = [{"body": "first"}, None, "x", {"body": {"a": 1}}, {"body": 7}]
    found = read_logs({"items": items}, {}, received_at=NOW)
    assert [one.body for one in found] == ["first", '{"a":1}', "7"]


def test_lists_and_texts_are_capped() -> None:
    assert len(read_logs({"items": [{}] * 5000}, {}, received_at=NOW)) == MAX_LOGS
    found = line(body="b" * 100_000, attributes={f"k{n}": n for n in range(1000)})
    assert (len(found.body), len(found.attributes)) == (8192, 128)
