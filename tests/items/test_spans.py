"""Transactions and spans, in the three forms SDKs send. Samples by hand."""

from datetime import timedelta
from typing import Any

import pytest

from rustrak.items.spans import (
    MAX_SPANS,
    UNLABELED,
    Span,
    is_failure,
    read_spans,
    read_status,
    read_transaction,
)
from tests.items.hostile import NOW

TRACE, SPAN, PARENT = "4c79f60c11214eb38604f4ae0781bfb2", "fa90fdead5f74052", "b0e6f15b45c36b12"
T = NOW.timestamp()


def transaction(**raw: Any) -> Span:
    return read_transaction(raw, {}, received_at=NOW)


def test_a_transaction_is_the_segment_of_its_trace() -> None:
    found = transaction(
        transaction="GET /cart",
        start_timestamp=T - 1.5,
        timestamp=T,
        release="shop@1.0",
        environment="prod",
        contexts={
            "trace": {
                "trace_id": TRACE,
                "span_id": SPAN,
                "parent_span_id": PARENT,
                "op": "http.server",
                "status": "not_found",
                "data": {"http.status": 404},
            }
        },
        spans=[{}, {}, {}],
    )

    assert found == Span(
        name="GET /cart",
        op="http.server",
        status="not_found",
        is_failure=True,
        timestamp=NOW,
        duration_ms=1500.0,
        release="shop@1.0",
        environment="prod",
        trace_id=TRACE,
        span_id=SPAN,
        parent_span_id=PARENT,
        is_segment=True,
        children=3,
        attributes={"http.status": "404"},
    )


def test_an_empty_transaction_is_kept() -> None:
    found = transaction(contexts=None, spans="x")
    assert (found.name, found.status, found.is_failure) == (UNLABELED, "unknown", False)
    assert (found.timestamp, found.duration_ms, found.children) == (NOW, None, 0)
    assert (found.trace_id, found.span_id) == ("", "")


@pytest.mark.parametrize(
    ("started", "ended"), [(T, T - 1), (None, T), (T, None), ("x", T), (0, T), (1e20, T)]
)
def test_times_that_make_no_sense_give_no_duration(started: Any, ended: Any) -> None:
    assert transaction(start_timestamp=started, timestamp=ended).duration_ms is None


def test_the_duration_survives_a_wrong_clock() -> None:
    found = transaction(start_timestamp=T - 9e7, timestamp=T - 9e7 + 2)
    assert (found.timestamp, found.duration_ms) == (NOW, 2000.0)


def test_the_trace_header_fills_in_release_and_environment() -> None:
    headers = {"trace": {"release": "shop@1.0", "environment": "prod"}}
    found = read_transaction({"environment": "qa"}, headers, received_at=NOW)
    assert (found.release, found.environment) == ("shop@1.0", "qa")


def test_the_spans_of_a_container_are_read() -> None:
    entry = {
        "trace_id": TRACE,
        "span_id": SPAN,
        "parent_span_id": PARENT,
        "name": "SELECT carts",
        "status": "error",
        "is_segment": False,
        "start_timestamp": T - 1,
        "end_timestamp": T - 0.75,
        "attributes": {
            "sentry.op": {"type": "string", "value": "db"},
            "sentry.release": {"type": "string", "value": "shop@1.0"},
            "rows": {"type": "integer", "value": 3},
        },
    }
    found, segment = read_spans(
        {"version": 2, "items": [entry, None, {"is_segment": True, "status": "ok"}]},
        {"trace": {"environment": "prod"}},
        received_at=NOW,
    )

    assert (found.name, found.op, found.status) == ("SELECT carts", "db", "internal_error")
    assert (found.release, found.environment) == ("shop@1.0", "prod")
    assert (found.trace_id, found.span_id, found.parent_span_id) == (TRACE, SPAN, PARENT)
    assert (found.duration_ms, found.timestamp) == (250.0, NOW - timedelta(seconds=0.75))
    assert (found.is_failure, found.is_segment, segment.is_segment) == (True, False, True)
    assert found.attributes["rows"] == "3"


def test_a_single_span_is_read() -> None:
    raw = {"trace_id": TRACE, "span_id": SPAN, "op": "ui.lcp", "description": "img.hero"}
    raw |= {"start_timestamp": T - 1, "timestamp": T, "data": {"sentry.release": "web@3"}}
    (found,) = read_spans(raw, {}, received_at=NOW)

    assert (found.name, found.op, found.release) == ("img.hero", "ui.lcp", "web@3")
    assert (found.duration_ms, found.is_segment) == (1000.0, False)
    assert read_spans({**raw, "segment_id": SPAN}, {}, received_at=NOW)[0].is_segment
    assert not read_spans({"segment_id": "x"}, {}, received_at=NOW)[0].is_segment


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        *(("ok", "ok"), ("OK", "ok"), ("success", "ok"), ("canceled", "cancelled")),
        *((200, "ok"), (304, "ok"), ("404", "not_found"), (418, "invalid_argument")),
        *((502, "internal_error"), (503, "unavailable"), (99, "unknown"), (999, "unknown")),
        *((None, "unknown"), ("so-so", "unknown"), ([], "unknown"), ("٥٠٠", "unknown")),
    ],
)
def test_a_status_is_one_of_the_words(sent: Any, status: str) -> None:
    assert read_status(sent) == status


def test_what_was_cancelled_or_not_told_is_no_failure() -> None:
    assert not any(is_failure(status) for status in ("ok", "cancelled", "unknown"))
    assert is_failure("deadline_exceeded")


def test_names_lists_and_attributes_are_capped() -> None:
    found = transaction(
        transaction="n" * 9999,
        spans=[0] * 5000,
        contexts={"trace": {"data": {f"k{n}": "v" * 5000 for n in range(500)}, "op": "o" * 999}},
    )
    assert (len(found.name), len(found.op), found.children) == (200, 128, MAX_SPANS)
    assert 0 < sum(len(k) + len(v) for k, v in found.attributes.items()) <= 32 * 1024
    assert max(map(len, found.attributes.values())) == 1024
    assert len(read_spans({"items": [{}] * 5000}, {}, received_at=NOW)) == MAX_SPANS
