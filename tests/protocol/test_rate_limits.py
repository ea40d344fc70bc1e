"""Rate limits: what SDKs are told, in the form that the strictest of them reads."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed
from rustrak.protocol.ratelimits import (
    MAX_HEADER_CHARS,
    MAX_SECONDS,
    RateLimit,
    announced,
    format_rate_limits,
    format_retry_after,
    parse_rate_limits,
)

ERRORS = RateLimit(60, ("default", "error", "security"), "project", "quota")
SPANS = RateLimit(120, ("span",), "organization", "storage")
ALL = RateLimit(30, (), "key", "abuse")

words = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
scopes = st.sampled_from(["organization", "project", "key"])
limits = st.builds(
    RateLimit, st.integers(1, MAX_SECONDS), st.lists(words, max_size=4).map(tuple), scopes, words
)
wild_limits = st.builds(
    RateLimit, st.integers(), st.lists(st.text(), max_size=4).map(tuple), scopes, st.text()
)


@pytest.mark.parametrize(
    ("given_limits", "header"),
    [
        ([], ""),
        ([ERRORS], "60:default;error;security:project:quota"),
        ([ALL], "30::key:abuse"),
        (
            [ERRORS, SPANS],
            "60:default;error;security:project:quota,120:span:organization:storage",
        ),
        ([SPANS, SPANS], "120:span:organization:storage"),
    ],
)
def test_limits_are_written_in_one_line_without_blanks(
    given_limits: list[RateLimit], header: str
) -> None:
    assert format_rate_limits(given_limits) == header


def test_long_waits_are_announced_for_five_minutes_at_a_time() -> None:
    month = RateLimit(2_000_000, ("error",), "project", "quota")
    assert format_rate_limits([month]) == "300:error:project:quota"
    assert format_retry_after([month]) == "300"


def test_retry_after_is_the_longest_limit_and_never_less_than_a_second() -> None:
    assert format_retry_after([ERRORS, SPANS, ALL]) == "120"
    assert format_retry_after([RateLimit(0, (), "key", "x")]) == "1"
    assert format_retry_after([]) == "1"


def test_separators_in_words_cannot_change_what_is_limited() -> None:
    limit = RateLimit(60, ("error,1::key", ""), "project", "a\r\nSet-Cookie: b")
    assert format_rate_limits([limit]) == "60:error_1__key;_:project:a__Set-Cookie__b"


def test_limits_beyond_the_length_of_a_header_are_left_out() -> None:
    many = [RateLimit(60, (f"category_{n}",), "project", "quota") for n in range(1000)]
    header = format_rate_limits(many)
    assert MAX_HEADER_CHARS - 40 < len(header) <= MAX_HEADER_CHARS
    assert parse_rate_limits(header) == many[: header.count(",") + 1]


@pytest.mark.parametrize(
    ("categories", "names"),
    [
        (["error"], ("default", "error", "security")),
        (["attachment_item"], ("attachment", "attachment_item")),
        (["log_byte"], ("log_byte", "log_item")),
        (["transaction", "span"], ("span", "transaction")),
        ([], ()),
    ],
)
def test_categories_are_named_so_that_sdks_stop_sending(
    categories: list[str], names: tuple[str, ...]
) -> None:
    assert announced(categories) == names


@pytest.mark.parametrize(
    "header",
    [
        *("60", "60:error", "60:error:project", "60:error:project:a:b", ":error:project:a"),
        *("60.5:error:project:a", " 60:error:project:a", "-1:error:project:a", "٦:error:key:a"),
        *("60:error:planet:a", "60:error::a", "60:er ror:key:a", "60:error;:key:a", "60:a:key:"),
        *("60::key:a, 60::key:a", "60::key:a,", ",", "60::key:a\n", "9" * 10 + "::key:a"),
        "60::key:a," * 10_000,
    ],
)
def test_what_a_strict_sdk_could_not_read_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        parse_rate_limits(header)


@given(st.lists(limits, max_size=5, unique=True))
def test_written_limits_come_back(given_limits: list[RateLimit]) -> None:
    assert parse_rate_limits(format_rate_limits(given_limits)) == given_limits


@given(st.lists(wild_limits, max_size=5))
def test_any_limits_give_a_header_that_can_be_read(given_limits: list[RateLimit]) -> None:
    header = format_rate_limits(given_limits)
    assert re.fullmatch(r"[\x21-\x7e]*", header)
    for written in parse_rate_limits(header):
        assert 1 <= written.seconds <= MAX_SECONDS


@given(st.text() | st.text("0123456789:;, errokypjct", max_size=60))
def test_any_text_gives_limits_or_malformed(header: str) -> None:
    with suppress(Malformed):
        assert format_rate_limits(parse_rate_limits(header)).count(":") % 3 == 0
