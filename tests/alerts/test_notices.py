"""What is told, and in which words."""

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.alerts import words
from rustrak.alerts.notice import AlertType, MonitorLine, Notice, payload, sample_notice
from tests.receivers import issue, notice


def test_the_payload_is_that_of_the_original_and_more() -> None:
    told = payload(notice(issue=issue(level=None)))
    assert list(told)[:7] == [
        "alert_id", "alert_type", "triggered_at", "project", "issue", "monitor", "issue_url",
    ]  # fmt: skip
    assert told["triggered_at"] == "2026-03-01T12:00:00Z"
    assert told["project"] == {"id": 1, "name": "Ours", "slug": "ours"}
    assert {
        "id": "00000000-0000-0000-0000-000000000003",
        "short_id": "OURS-3",
        "title": "ValueError: it broke",
        "level": None,
        "first_seen": "2026-03-01T11:00:00Z",
        "last_seen": "2026-03-01T12:00:00Z",
        "event_count": 7,
    }.items() <= told["issue"].items()
    assert told["actor"] == "Rustrak"
    assert told["reason"] == "this issue is new"


def test_the_test_notice_is_that_of_the_original() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    told = payload(sample_notice(now))
    assert told["alert_id"] == "test-1772366400000"
    assert told["alert_type"] == "test"
    assert told["project"] == {"id": 0, "name": "Test Project", "slug": "test-project"}
    assert told["issue"]["id"] == "00000000-0000-0000-0000-000000000000"
    assert told["issue"]["short_id"] == "TEST-1"
    assert told["issue"]["title"] == "This is a test alert from Rustrak"
    assert (told["issue"]["level"], told["issue"]["event_count"]) == ("info", 1)
    assert told["issue_url"] == "https://example.com/test"
    assert told["actor"] == "Rustrak Test"


def test_a_notice_survives_json() -> None:
    told = notice(
        others=[issue(4)], more=2, monitor=MonitorLine(slug="b", environment="p", status="missed")
    )
    assert Notice.model_validate_json(told.model_dump_json()) == told
    assert Notice.model_validate(payload(told)) == told


def test_subjects_and_headlines() -> None:
    assert words.subject(notice()) == "[Ours] New Issue - OURS-3"
    assert words.headline(notice()) == "New Issue in Ours"
    missed = notice(
        issue=None,
        alert_type=AlertType.MONITOR_MISSED,
        monitor=MonitorLine(slug="backup", environment="production", status="missed"),
    )
    assert words.subject(missed) == "[Ours] Monitor Missed - backup"
    assert words.title(missed) == "backup: missed"
    assert ("Monitor", "backup") in words.facts(missed)


def test_every_kind_of_alert_has_a_name() -> None:
    assert set(words.NAMES) == set(AlertType)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\u2028b\u0085c\x1b[31m", "a b c [31m"),
        ("nul\0 \ud800", "nul\ufffd \ufffd"),
        ("\u202eevil\u2066", "evil"),
        ("x" * 11, "x" * 9 + "…"),
        ("   ", ""),
    ],
)
def test_a_line_is_one_line(text: str, line: str) -> None:
    assert words.one_line(text, 10 if len(text) == 11 and text[0] == "x" else 20) == line


@given(st.text(), st.integers(1, 40))
def test_any_text_becomes_a_line(text: str, limit: int) -> None:
    line = words.one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)


def test_moments_are_told_in_utc() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert words.when(datetime(2026, 3, 1, 12, 0, tzinfo=east)) == "2026-03-01 06:30:00 UTC"


def test_a_storm_lists_ten_and_counts_the_rest() -> None:
    told = notice(others=[issue(n) for n in range(10, 25)], more=3)
    assert len(words.others(told)) == 10
    assert "and 8 more issues" in words.text(told)
    assert words.rest(notice(others=[issue(4), issue(5)]), 1) == "and 1 more issue"
    assert words.rest(notice(), 0) == ""


def test_what_sends_is_not_loaded_before_something_is_sent() -> None:
    code = (
        "import sys, rustrak.alerts.channels, rustrak.alerts.mail;"
        "print([m for m in ('aiosmtplib', 'apprise', 'requests') if m in sys.modules])"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert loaded == "[]\n"
