"""Timestamps: every spelling SDKs use, and nothing unusable."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.protocol.timestamps import MAX_AGE, MAX_AHEAD, clamp_timestamp, parse_timestamp

NOW = datetime(2026, 11, 23, 10, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "microsecond"),
    [
        ("2026-11-23T10:11:12Z", 0),
        ("2026-11-23T10:11:12.1Z", 100_000),
        ("2026-11-23T10:11:12.123456Z", 123_456),
        ("2026-11-23T10:11:12.123456789Z", 123_456),
        ("2026-11-23 10:11:12.5+00:00", 500_000),
        ("2026-11-23T12:11:12.5+02:00", 500_000),
        ("2026-11-23T04:41:12.000000001-05:30", 0),
        ("2026-11-23T10:11:12", 0),
        ("2026-11-23 10:11:12.25", 250_000),
        ("2026-11-23t10:11:12z", 0),
        (" 2026-11-23T10:11:12Z\n", 0),
        (1795428672, 0),
        (1795428672.25, 250_000),
        ("1795428672", 0),
        ("1795428672.25", 250_000),
        ("1795428672 ", 0),
        ("1.795428672e9", 0),
    ],
)
def test_a_timestamp_is_read_as_utc(value: object, microsecond: int) -> None:
    parsed = parse_timestamp(value)
    assert parsed == NOW.replace(microsecond=microsecond)
    assert parsed.tzinfo is UTC


def test_seconds_before_1970_are_read() -> None:
    assert parse_timestamp(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, [], {}, b"2026-11-23T10:11:12Z"),
        *("", " ", "now", "infinity", "NaN", "1e999", "9" * 5000, "T" * 1_000_000),
        *(float("nan"), float("inf"), float("-inf"), 1e20, -1e20, 10**400, 1_795_428_672_000),
        *("10000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        *("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"),
        *("2026-13-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T25:00:00Z", "2026-11-23"),
        *("2026-11-23T10:11:12+25:00", "2026-11-23T10:11:12 GMT", "2026-11-23\ud80010:11:12"),
        *("٢٠٢٦-11-23T10:11:12Z", "1795428672000"),
    ],
)
def test_an_unusable_timestamp_is_none(value: object) -> None:
    assert parse_timestamp(value) is None


@pytest.mark.parametrize(
    ("offset", "kept"),
    [
        (timedelta(0), True),
        (MAX_AHEAD, True),
        (MAX_AHEAD + timedelta(microseconds=1), False),
        (-MAX_AGE, True),
        (-MAX_AGE - timedelta(microseconds=1), False),
    ],
)
def test_times_too_far_from_receipt_become_the_time_of_receipt(
    offset: timedelta, kept: bool
) -> None:
    assert clamp_timestamp(NOW + offset, NOW) == (NOW + offset if kept else NOW)


def test_a_missing_time_becomes_the_time_of_receipt() -> None:
    assert clamp_timestamp(None, NOW) == NOW


@given(st.datetimes(), st.sampled_from("T "))
def test_a_written_timestamp_comes_back(moment: datetime, separator: str) -> None:
    text = moment.isoformat(separator)
    assert parse_timestamp(text + "Z") == parse_timestamp(text) == moment.replace(tzinfo=UTC)


@given(
    st.text()
    | st.integers()
    | st.floats()
    | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
)
def test_anything_gives_an_aware_time_or_none(value: object) -> None:
    parsed = parse_timestamp(value)
    assert parsed is None or parsed.tzinfo is UTC
