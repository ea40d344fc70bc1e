"""Any payload gives rows that can be stored, or Malformed: never another error."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem
from rustrak.items.attachments import read_attachment
from rustrak.items.checkins import read_check_in, read_check_in_request
from rustrak.items.client_reports import read_client_report
from rustrak.items.feedback import read_error_page_form, read_feedback, read_user_report
from rustrak.items.logs import read_logs
from rustrak.items.otlp import read_otlp_logs, read_otlp_traces
from rustrak.items.sessions import read_session, read_sessions
from rustrak.items.spans import read_spans, read_transaction
from tests.items.hostile import NOW, any_text, assert_storable, payloads

Reader = Callable[..., Any]

READERS: dict[Reader, str] = {
    read_session: "sid did init started status errors attrs release environment",
    read_sessions: "aggregates started did exited errored crashed attrs release environment",
    read_check_in: "monitor_slug check_in_id status duration environment monitor_config schedule"
    " type value unit timezone checkin_margin max_runtime recovery_threshold",
    read_client_report: "timestamp discarded_events reason category quantity filtered_events",
    read_user_report: "event_id name email comments",
    read_feedback: "contexts feedback message contact_email name url associated_event_id user",
    read_transaction: "transaction contexts trace data op status start_timestamp timestamp spans",
    read_spans: "items attributes data name op description status start_timestamp end_timestamp",
    read_logs: "items attributes body level severity_number timestamp trace_id span_id value type",
    read_otlp_logs: "resourceLogs resource attributes scopeLogs logRecords timeUnixNano key value"
    " body stringValue arrayValue values kvlistValue severityNumber severityText",
    read_otlp_traces: "resourceSpans resource attributes scopeSpans spans startTimeUnixNano key"
    " endTimeUnixNano status code name kind parentSpanId value doubleValue intValue",
}
WORDS = ["crashed", "interval", "crontab", "minute", "year", "* * * * *", "ok", "Europe/Berlin"]

headers = st.fixed_dictionaries(
    {}, optional={"sent_at": any_text | st.floats(), "event_id": any_text, "trace": st.none()}
) | st.just({"sent_at": "2025-01-01T00:00:00Z", "trace": {"release": "a@1"}})
everything = st.one_of(
    *(st.tuples(st.just(read), payloads(names.split(), WORDS)) for read, names in READERS.items())
)


@given(everything, headers)
def test_any_json_gives_storable_rows_or_malformed(
    case: tuple[Reader, bytes], headers: dict[str, Any]
) -> None:
    read, payload = case
    with contextlib.suppress(Malformed):
        assert_storable(read(payload, headers, received_at=NOW))


@given(st.sampled_from(list(READERS)), st.binary(max_size=60))
def test_any_bytes_give_storable_rows_or_malformed(read: Reader, payload: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert_storable(read(payload, {}, received_at=NOW))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\x00"])
def test_what_is_not_an_object_is_malformed(read: Reader, payload: bytes) -> None:
    with pytest.raises(Malformed):
        read(payload, {}, received_at=NOW)


@pytest.mark.parametrize("read", READERS)
def test_deep_nesting_does_no_harm(read: Reader) -> None:
    deep = b'{"arrayValue":{"values":[' * 300 + b"1" + b"]}}" * 300  # what orjson still reads
    for name in READERS[read].split():
        with contextlib.suppress(Malformed):
            assert_storable(read(b'{"%s": %s}' % (name.encode(), deep), {}, received_at=NOW))


@given(any_text, st.dictionaries(st.sampled_from(["status", "duration", "check_in_id"]), any_text))
def test_any_check_in_request_gives_a_row_or_a_problem(
    slug: str, parameters: dict[str, str]
) -> None:
    for extra in ({}, {"status": "ok"}):
        with contextlib.suppress(Problem):
            assert_storable(read_check_in_request(slug, {**parameters, **extra}, received_at=NOW))


@given(any_text, st.dictionaries(st.sampled_from(["name", "email", "comments"]), any_text))
def test_any_form_gives_a_row_or_a_problem(event_id: str, form: dict[str, str]) -> None:
    for about in (event_id, "a" * 32):
        with contextlib.suppress(Problem):
            assert_storable(read_error_page_form(about, form, received_at=NOW))


@given(payloads(["filename", "content_type", "attachment_type"]), st.integers(0, 2**40))
def test_any_item_headers_describe_an_attachment(raw: bytes, size: int) -> None:
    assert_storable(read_attachment(json.loads(raw), size))
