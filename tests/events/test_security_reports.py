"""What browsers report on their own becomes events with a title, a place and an identity.

Reports are made by hand after the examples of the specifications.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed
from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.events.security import MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_REPORTS, read_reports
from rustrak.events.title import title
from rustrak.grouping import group

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "https://shop.example/cart"

LEVEL_2 = {
    "csp-report": {
        "document-uri": PAGE,
        "referrer": "https://search.example/",
        "blocked-uri": "https://evil.example:8080/x.js?token=1#y",
        "violated-directive": "script-src 'self'",
        "effective-directive": "script-src",
        "disposition": "enforce",
        "line-number": "12",
    }
}
LEVEL_3 = {
    "type": "csp-violation",
    "age": 5000,
    "url": PAGE,
    "user_agent": "Browser/2",
    "body": {
        "blockedURL": "https://evil.example:8080/other.js",
        "effectiveDirective": "script-src",
        "disposition": "enforce",
        "sample": "",
    },
}
NETWORK_ERROR = {
    "type": "network-error",
    "url": "https://api.example/v1?key=secret",
    "body": {
        "phase": "connection",
        "type": "tcp.timed_out",
        "method": "GET",
        "referrer": PAGE,
        "status_code": 0,
        "elapsed_time": 30012,
        "server_ip": "192.0.2.7",
    },
}
DEPRECATION = {
    "type": "deprecation",
    "url": PAGE,
    "body": {"id": "websql", "message": "WebSQL is deprecated since 97", "lineNumber": 1234},
}
EXPECT_CT = {
    "expect-ct-report": {
        "date-time": "2026-03-01T11:00:00Z",
        "hostname": "Shop.example",
        "port": 443,
        "failure-mode": "enforce",
        "served-certificate-chain": ["-----BEGIN CERTIFICATE-----" + "A" * 10_000],
    }
}
EXPECT_STAPLE = {"expect-staple-report": {"hostname": "shop.example", "response-status": "MISSING"}}
PINNING = {"hostname": "shop.example", "port": 443, "known-pins": ['pin-sha256="AA=="']}


def documents(body: Any, **request: Any) -> list[dict[str, Any]]:
    return read_reports(json.dumps(body).encode(), **request)


def event_of(document: dict[str, Any]) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


def read(body: Any, **request: Any) -> Event:
    (document,) = documents(body, **request)
    return event_of(document)


def key(body: Any) -> str:
    return group(read(body)).key


def test_a_csp_report_is_named_tagged_and_placed() -> None:
    event = read(LEVEL_2)

    assert (event.type, event.logger, event.level) == ("csp", "csp", "error")
    assert title(event).title == "Blocked 'script' from 'evil.example:8080'"
    assert title(event).culprit == "script-src 'self'"
    assert event.request_url == PAGE
    assert event.tags["effective-directive"] == "script-src"
    assert event.tags["blocked-uri"] == "https://evil.example:8080/x.js"
    assert event.tags["blocked-host"] == "evil.example:8080"
    assert event.errors == []


def test_both_forms_of_csp_reports_join_one_issue() -> None:
    event = read([LEVEL_3])

    assert key([LEVEL_3]) == key(LEVEL_3) == key(LEVEL_2)
    assert event.request_url == PAGE
    assert title(event).culprit == "script-src"


@pytest.mark.parametrize(
    "spelling",
    [
        {"effective-directive": "img-src", "blocked-uri": "data"},
        {"effective_directive": "img-src", "blocked_uri": "data"},
        {"effectiveDirective": "img-src", "blockedURI": "data"},
        {"effectiveDirective": "img-src https:", "blockedURL": "data"},
        {"violated-directive": "img-src 'self'", "effective-directive": " ", "blocked-uri": "data"},
    ],
)
def test_every_spelling_of_a_csp_attribute_is_known(spelling: dict[str, str]) -> None:
    event = read({"csp-report": spelling})

    assert event.message == "Blocked 'image' from 'data:'"
    assert event_of({"csp": spelling}).message == event.message
    assert "blocked-host" not in event.tags


def test_a_csp_report_without_a_blocked_uri_is_about_the_page_itself() -> None:
    event = read({"csp-report": {"effective-directive": "script-src"}})

    assert event.tags["blocked-uri"] == "self"
    assert event.message == "Blocked inline 'script'"


@pytest.mark.parametrize("disposition", ["report", "report-only"])
def test_what_was_only_reported_is_a_warning(disposition: str) -> None:
    report = {"effective-directive": "img-src", "disposition": disposition}
    expect_ct = {"hostname": "shop.example", "failure-mode": disposition}

    assert read({"csp-report": report}).level == "warning"
    assert read({"expect-ct-report": expect_ct}).level == "warning"


@pytest.mark.parametrize(
    ("report", "logger", "level", "message"),
    [
        (NETWORK_ERROR, "network-error", "error", "Network error: tcp.timed_out on api.example"),
        (DEPRECATION, "deprecation", "warning", "Deprecation: websql on shop.example"),
        (EXPECT_CT, "expect-ct", "error", "Expect-CT failure on shop.example"),
        (EXPECT_STAPLE, "expect-staple", "error", "Expect-Staple failure: MISSING on shop.example"),
        (PINNING, "hpkp", "error", "Public key pinning failure on shop.example"),
        (
            {"type": "crash", "url": PAGE, "body": {"reason": "oom"}},
            "crash",
            "fatal",
            "Crash: oom on shop.example",
        ),
        ({"type": "new-kind", "body": None}, "new-kind", "warning", "New kind"),
        (
            {"type": "csp-violation", "url": PAGE, "body": {}},
            "csp-violation",
            "warning",
            "Csp violation on shop.example",
        ),
    ],
)
def test_other_reports_are_messages(report: Any, logger: str, level: str, message: str) -> None:
    event = read(report)

    assert (event.logger, event.level, event.message) == (logger, level, message)
    assert title(event).title == message
    assert event.errors == []


def test_a_network_error_is_searched_by_its_tags() -> None:
    tags = read(NETWORK_ERROR).tags

    assert {name: tags[name] for name in ("phase", "type", "method", "status_code", "url")} == {
        "phase": "connection",
        "type": "tcp.timed_out",
        "method": "GET",
        "status_code": "0",
        "url": "https://api.example/v1",
    }


def test_a_sample_of_the_requests_that_went_well_is_no_error() -> None:
    body = {**NETWORK_ERROR["body"], "type": "ok"}  # type: ignore[dict-item]

    assert read({**NETWORK_ERROR, "body": body}).level == "info"


def test_numbers_that_vary_do_not_open_issues() -> None:
    again = {**NETWORK_ERROR, "age": 7, "body": {**NETWORK_ERROR["body"], "elapsed_time": 8}}  # type: ignore[dict-item]

    assert key(again) == key(NETWORK_ERROR)


@pytest.mark.parametrize("hosts", [("192.0.2.1", "192.0.2.2"), ("a.example", "b.example")])
def test_hosts_have_issues_of_their_own_even_if_they_are_numbers(hosts: tuple[str, str]) -> None:
    first, second = ({**NETWORK_ERROR, "url": f"https://{host}/"} for host in hosts)

    assert key(first) != key(second)


def test_the_body_of_a_report_is_kept_for_reading() -> None:
    (document,) = documents(EXPECT_CT)

    assert document["extra"]["hostname"] == "Shop.example"
    assert document["extra"]["served-certificate-chain"].startswith('["-----BEGIN CERTIFICATE')
    assert len(document["extra"]["served-certificate-chain"]) == MAX_ATTRIBUTE


def test_hundreds_of_attributes_are_not_kept() -> None:
    (document,) = documents({"type": "x", "body": {f"a{i}": i for i in range(1000)}})

    assert len(document["extra"]) == MAX_ATTRIBUTES


def test_a_report_of_the_reporting_api_is_as_old_as_it_says() -> None:
    five_seconds_ago = NOW - timedelta(seconds=5)

    assert read([LEVEL_3], received_at=NOW).timestamp == five_seconds_ago
    assert read([LEVEL_3]).timestamp == NOW


@pytest.mark.parametrize("age", [-1, 1e300, "5000", None, {}])
def test_an_impossible_age_is_ignored(age: Any) -> None:
    assert read({**LEVEL_3, "age": age}, received_at=NOW).timestamp == NOW


def test_certificate_reports_say_when_they_were_made() -> None:
    assert read(EXPECT_CT).timestamp == NOW - timedelta(hours=1)


@pytest.mark.parametrize(("report", "user_agent"), [(LEVEL_2, "Browser/1"), (LEVEL_3, "Browser/2")])
def test_a_report_knows_its_browser(report: Any, user_agent: str) -> None:
    (document,) = documents(report, ip_address="192.0.2.9", user_agent="Browser/1")

    assert document["request"]["headers"]["User-Agent"] == user_agent
    assert event_of(document).user.ident == "ip:192.0.2.9"


@pytest.mark.parametrize("report", [LEVEL_2, NETWORK_ERROR])
def test_the_referrer_becomes_a_header(report: Any) -> None:
    (document,) = documents(report)

    assert list(document["request"]["headers"]) == ["Referer"]


def test_a_list_may_mix_kinds_and_hold_rubbish() -> None:
    rubbish: list[Any] = [None, 5, "x", [], {}, {"type": [1], "body": {}}, {"csp-report": {}}]
    found = documents([*rubbish, LEVEL_3, DEPRECATION, LEVEL_2, EXPECT_CT, PINNING])

    assert [document["logger"] for document in found] == [
        "csp",
        "deprecation",
        "csp",
        "expect-ct",
        "hpkp",
    ]


def test_more_reports_than_a_browser_would_send_are_cut() -> None:
    assert len(documents([None, {}] * 100 + [DEPRECATION] * (MAX_REPORTS + 1))) == MAX_REPORTS


def test_long_and_broken_texts_are_bounded() -> None:
    event = read({"type": "x\ny" * 1000, "url": "https://[", "body": {"id": "i\n" * 10_000}})

    assert len(event.logger) <= 64
    assert "\n" not in event.message
    assert len(event.message) < 400
    assert event.fingerprint[2] == ""


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b"[1]",
        b'{"message":"an event"}',
        b'{"csp-report":{}}',
        b'{"csp-report":{"blocked-uri":"https://a.example"}}',
        b'{"csp-report":"script-src"}',
        b'{"type":"csp-violation"}',
    ],
)
def test_what_is_no_report_is_refused(payload: bytes) -> None:
    with pytest.raises(Malformed):
        read_reports(payload)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
KEYS = (
    st.sampled_from(["type", "age", "url", "body", "user_agent", "id", "csp-report", "blockedURL"])
    | st.sampled_from(["effectiveDirective", "disposition", "referrer", "hostname", "date-time"])
    | st.sampled_from(["known-pins", "expect-ct-report", "expect-staple-report", "failure-mode"])
    | st.text(max_size=5)
)
JSON = st.recursive(
    SCALARS | st.sampled_from(["network-error", "csp-violation", "https://[", PAGE]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_gives_events_with_titles_or_is_refused(payload: bytes) -> None:
    try:
        found = read_reports(payload, received_at=NOW, ip_address="x", user_agent="y")
    except Malformed:
        return
    assert 1 <= len(found) <= MAX_REPORTS
    for document in found:
        event = event_of(document)
        assert title(event).title
        assert group(event).strategy in ("csp", "fingerprint")
