"""OpenTelemetry's logs and traces, in OTLP's JSON form, to the same rows as Sentry's own.

Attributes of the resource (service, host) are kept with each row; the row's own win.
Source: Sentry protocol, OTLP; OpenTelemetry protocol 1.x, JSON encoding.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final

from rustrak.items.attributes import flatten, origin
from rustrak.items.clock import milliseconds
from rustrak.items.logs import MAX_BODY, LogLine, read_level
from rustrak.items.spans import MAX_NAME, MAX_OP, Span, is_failure
from rustrak.items.values import document, entries, hex_id, json_text, mapping, text
from rustrak.protocol.jsontext import TOO_DEEP
from rustrak.protocol.timestamps import clamp_timestamp, parse_timestamp

MAX_RECORDS: Final = 8192
"""Log records or spans of one request; a collector's default batch."""

_MAX_LISTS = 1024  # resources in a request, scopes in a resource
_MAX_PAIRS = 256  # attributes looked at in one list
_MAX_RESOURCE_ATTRIBUTES = 32  # every row repeats them: a small request must not become large
_MAX_RESOURCE_CHARACTERS = 2048  # names and values together
_MAX_LEVELS = 8  # of nested values
_NOT_YET_SENTRY = {
    "sentry.release": ("service.version",),
    "sentry.environment": ("deployment.environment.name", "deployment.environment"),
}
_ERROR = (2, "STATUS_CODE_ERROR")
_REMOTE_PARENT = (2, 5, "SPAN_KIND_SERVER", "SPAN_KIND_CONSUMER")

_Attributes = dict[str, str]


def read_otlp_logs(
    payload: object, _headers: Mapping[str, Any], *, received_at: datetime
) -> list[LogLine]:
    """The records of an ExportLogsServiceRequest."""
    records = _records(document(payload), "resourceLogs", "scopeLogs", "logRecords")
    return [
        _read_line(raw, resource, received_at) for raw, resource in islice(records, MAX_RECORDS)
    ]


def read_otlp_traces(
    payload: object, _headers: Mapping[str, Any], *, received_at: datetime
) -> list[Span]:
    """The spans of an ExportTraceServiceRequest."""
    records = _records(document(payload), "resourceSpans", "scopeSpans", "spans")
    return [
        _read_span(raw, resource, received_at) for raw, resource in islice(records, MAX_RECORDS)
    ]


def _records(
    request: Mapping[str, Any], resources: str, scopes: str, records: str
) -> Iterator[tuple[Mapping[str, Any], _Attributes]]:
    """Each record with the attributes of its resource."""
    for resource in entries(request.get(resources), _MAX_LISTS):
        attributes = flatten(
            _pairs(mapping(resource.get("resource")).get("attributes")),
            most=_MAX_RESOURCE_ATTRIBUTES,
            characters=_MAX_RESOURCE_CHARACTERS,
        )
        for scope in entries(resource.get(scopes), _MAX_LISTS):
            for record in entries(scope.get(records), MAX_RECORDS):
                yield record, attributes


def _read_line(raw: Mapping[str, Any], resource: _Attributes, received_at: datetime) -> LogLine:
    attributes = _attributes(raw, resource)
    happened = _time(raw.get("timeUnixNano")) or _time(raw.get("observedTimeUnixNano"))
    return LogLine(
        clamp_timestamp(happened, received_at),
        *read_level(raw.get("severityText"), raw.get("severityNumber")),
        json_text(_value(raw.get("body")), MAX_BODY),
        hex_id(raw.get("traceId"), 32),
        hex_id(raw.get("spanId"), 16),
        *_origin(attributes),
        attributes,
    )


def _read_span(raw: Mapping[str, Any], resource: _Attributes, received_at: datetime) -> Span:
    attributes = _attributes(raw, resource)
    started, ended = _time(raw.get("startTimeUnixNano")), _time(raw.get("endTimeUnixNano"))
    # most exporters leave the code unset for what went well
    failed = mapping(raw.get("status")).get("code") in _ERROR
    status = "internal_error" if failed else "ok"
    parent = hex_id(raw.get("parentSpanId"), 16)
    return Span(
        text(raw.get("name"), MAX_NAME),
        text(attributes.get("sentry.op"), MAX_OP),
        status,
        is_failure(status),
        clamp_timestamp(ended, received_at),
        milliseconds(started, ended),
        *_origin(attributes),
        hex_id(raw.get("traceId"), 32),
        hex_id(raw.get("spanId"), 16),
        parent,
        not parent or raw.get("kind") in _REMOTE_PARENT,
        0,
        attributes,
    )


def _attributes(raw: Mapping[str, Any], resource: _Attributes) -> _Attributes:
    own = flatten(_pairs(raw.get("attributes")))
    return flatten(chain(own.items(), ((k, v) for k, v in resource.items() if k not in own)))


def _origin(attributes: _Attributes) -> tuple[str, str]:
    """(release, environment) by Sentry's names, else by OpenTelemetry's."""
    known = dict(attributes)
    for name, others in _NOT_YET_SENTRY.items():
        for other in others:
            if other in attributes:
                known.setdefault(name, attributes[other])
    return origin(known, {})


def _pairs(raw: object) -> Iterator[tuple[object, object]]:
    for entry in entries(raw, _MAX_PAIRS):
        yield entry.get("key"), _value(entry.get("value"))


def _value(raw: object, level: int = 0) -> object:
    """The JSON an AnyValue stands for: `{"intValue": "5"}` is 5, and the text `5` here."""
    if level == _MAX_LEVELS:
        return TOO_DEEP
    if not isinstance(raw, dict) or len(raw) != 1:
        return None
    kind, value = next(iter(raw.items()))
    if kind == "arrayValue":
        values = mapping(value).get("values")
        listed = values[:_MAX_PAIRS] if isinstance(values, list) else []
        return [_value(entry, level + 1) for entry in listed]
    if kind == "kvlistValue":
        return {
            text(entry.get("key"), MAX_NAME): _value(entry.get("value"), level + 1)
            for entry in entries(mapping(value).get("values"), _MAX_PAIRS)
        }
    return value if isinstance(value, str | bool | int | float) else None


def _time(value: object) -> datetime | None:
    """Nanoseconds since 1970, a number or its digits; 0 means unknown."""
    if isinstance(value, str) and len(value) <= 20 and value.isdecimal():
        value = int(value)
    if type(value) is not int or value <= 0:
        return None
    try:
        return parse_timestamp(value / 1_000_000_000)
    except OverflowError:  # no float is as large
        return None
