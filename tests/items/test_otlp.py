"""OpenTelemetry's JSON to the same rows. Samples by hand, after the protocol's own example."""

from typing import Any

import pytest

from rustrak.items.logs import LogLine
from rustrak.items.otlp import MAX_RECORDS, read_otlp_logs, read_otlp_traces
from rustrak.items.spans import Span
from tests.items.hostile import NOW

TRACE, SPAN, PARENT = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", "eee19b7ec3c1b173"
NANOSECONDS = int(NOW.timestamp()) * 10**9


def attribute(key: str, value: Any, kind: str = "stringValue") -> dict[str, Any]:
    return {"key": key, "value": {kind: value}}


RESOURCE = {
    "attributes": [
        attribute("service.name", "shop"),
        attribute("service.version", "1.0"),
        attribute("deployment.environment.name", "prod"),
    ]
}


def lines(*records: Any, resource: Any = RESOURCE) -> list[LogLine]:
    scope = {"scope": {"name": "my.library"}, "logRecords": list(records)}
    request = {"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]}
    return read_otlp_logs(request, {}, received_at=NOW)


def span(**raw: Any) -> Span:
    request = {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"spans": [raw]}]}]}
    (found,) = read_otlp_traces(request, {}, received_at=NOW)
    return found


def test_a_log_record_is_a_line() -> None:
    (found,) = lines(
        {
            "timeUnixNano": str(NANOSECONDS),
            "observedTimeUnixNano": "1",
            "severityNumber": 10,
            "severityText": "Information",
            "traceId": TRACE.upper(),
            "spanId": SPAN,
            "body": {"stringValue": "Example"},
            "attributes": [
                attribute("text", "some"),
                attribute("flag", True, "boolValue"),
                attribute("count", "10", "intValue"),
                attribute("ratio", 0.5, "doubleValue"),
                attribute("list", {"values": [{"intValue": "1"}]}, "arrayValue"),
                attribute("map", {"values": [attribute("k", "v")]}, "kvlistValue"),
                attribute("service.name", "mine"),
            ],
        }
    )

    assert found == LogLine(
        timestamp=NOW,
        level="information",
        severity=10,
        body="Example",
        trace_id=TRACE,
        span_id=SPAN,
        release="1.0",
        environment="prod",
        attributes={
            "text": "some",
            "flag": "true",
            "count": "10",
            "ratio": "0.5",
            "list": '["1"]',
            "map": '{"k":"v"}',
            "service.name": "mine",
            "service.version": "1.0",
            "deployment.environment.name": "prod",
        },
    )


def test_a_span_of_opentelemetry_is_a_span() -> None:
    found = span(
        traceId=TRACE,
        spanId=SPAN,
        parentSpanId=PARENT,
        name="I'm a server span",
        startTimeUnixNano=str(NANOSECONDS - 250_000_000),
        endTimeUnixNano=str(NANOSECONDS),
        kind=2,
        status={"code": 2, "message": "boom"},
        attributes=[attribute("sentry.op", "http.server")],
    )

    assert found == Span(
        name="I'm a server span",
        op="http.server",
        status="internal_error",
        is_failure=True,
        timestamp=NOW,
        duration_ms=250.0,
        release="1.0",
        environment="prod",
        trace_id=TRACE,
        span_id=SPAN,
        parent_span_id=PARENT,
        is_segment=True,
        children=0,
        attributes=found.attributes,
    )
    assert found.attributes["service.name"] == "shop"


@pytest.mark.parametrize(
    ("raw", "is_segment"),
    [
        ({}, True),
        ({"parentSpanId": ""}, True),
        ({"parentSpanId": PARENT, "kind": 1}, False),
        ({"parentSpanId": PARENT, "kind": "SPAN_KIND_CONSUMER"}, True),
    ],
)
def test_a_span_whose_parent_is_elsewhere_is_a_segment(
    raw: dict[str, Any], is_segment: bool
) -> None:
    assert span(**raw).is_segment is is_segment


@pytest.mark.parametrize("code", [None, 0, 1, "STATUS_CODE_UNSET", []])
def test_a_span_without_an_error_went_well(code: Any) -> None:
    assert span(status={"code": code}).status == "ok"


@pytest.mark.parametrize("time", [None, 0, "0", -1, "x", True, 10**400, "9" * 500, 1.5, []])
def test_an_unusable_time_is_that_of_receipt(time: Any) -> None:
    (found,) = lines({"timeUnixNano": time})
    assert found.timestamp == NOW


def test_a_record_without_its_own_time_has_that_of_its_observation() -> None:
    (found,) = lines({"timeUnixNano": "0", "observedTimeUnixNano": str(NANOSECONDS - 10**9)})
    assert (NOW - found.timestamp).total_seconds() == 1


@pytest.mark.parametrize("value", [None, {}, [], "bare", {"a": 1, "b": 2}, {"intValue": {}}])
def test_an_unusable_value_loses_nothing_else(value: Any) -> None:
    pairs = [{"key": "bad", "value": value}, attribute("good", "kept"), None]
    (found,) = lines({"attributes": pairs, "body": value}, resource=None)
    assert found.attributes == {"good": "kept"}
    assert found.body == ""


def test_sentrys_own_names_win_over_those_of_opentelemetry() -> None:
    own = [attribute("sentry.release", "shop@2"), attribute("sentry.environment", "qa")]
    (found,) = lines({"attributes": own})
    assert (found.release, found.environment) == ("shop@2", "qa")


def test_a_small_request_does_not_become_a_large_table() -> None:
    resource = {"attributes": [attribute(f"k{n}", "v" * 999) for n in range(1000)]}
    found = lines(*[{}] * (MAX_RECORDS + 1), resource=resource)

    assert len(found) == MAX_RECORDS
    assert all(sum(map(len, one.attributes.values())) <= 2048 for one in found)


def test_values_nested_too_deep_end_in_a_marker() -> None:
    value: Any = {"stringValue": "bottom"}
    for _ in range(20):
        value = {"arrayValue": {"values": [value]}}
    (found,) = lines({"body": value})
    assert found.body == "[" * 8 + '"<too deep>"' + "]" * 8
