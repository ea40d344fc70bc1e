"""The patterns and networks of inbound filters: what they fit, and which are refused."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Invalid
from rustrak.events.filters import (
    MAX_ADDRESSES,
    MAX_PATTERN_CHARS,
    MAX_PATTERNS,
    FilterRules,
    filter_reason,
    validate_addresses,
    validate_patterns,
)

BOOM = FilterRules(messages=("*boom*",))


def error(kind: str, value: str) -> dict[str, Any]:
    return {"exception": {"values": [{"type": kind, "value": value}]}}


@pytest.mark.parametrize(
    ("pattern", "release", "is_filtered"),
    [
        ("test-*", "test-1", True),
        ("test-*", "TEST-", True),
        ("test-*", "latest-1", False),
        ("*-rc", "shop@2-rc", True),
        ("*-rc", "shop@2-rc1", False),
        ("a*b*c", "a--b--c", True),
        ("a*b*c", "a--c--b", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("a**b", "ab", True),
        ("*aab*", "aaab", True),
        ("1.0", "1.0", True),
        ("1.0", "1x0", False),
        ("1.?", "1.0", False),
        ("[12]", "1", False),
        ("STRASSE", "straße", True),
        ("7", 7, True),
        ("*", None, False),
        ("*", ["x"], False),
    ],
)
def test_a_pattern_fits_the_whole_release_in_any_case(
    pattern: str, release: Any, is_filtered: bool
) -> None:
    reason = filter_reason({"release": release}, "", FilterRules(releases=("no", pattern)))
    assert reason == ("release-version" if is_filtered else None)


@pytest.mark.parametrize(
    "event",
    [
        error("TypeError", "x is undefined"),
        {"exception": [{"value": "x is undefined"}]},
        {"exception": {"type": "TypeError", "value": "x is undefined"}},
        {"sentry.interfaces.Exception": {"values": [{"value": "x is undefined"}]}},
        {"message": "x is undefined"},
        {"message": {"message": "%s is undefined", "params": ["x"]}},
        {"logentry": {"formatted": "x is undefined"}},
    ],
)
@pytest.mark.parametrize("pattern", ["*is undefined", "X is*", "*"])
def test_a_pattern_finds_messages_of_every_form(event: dict[str, Any], pattern: str) -> None:
    assert filter_reason(event, "", FilterRules(messages=(pattern,))) == "error-message"


def test_a_pattern_may_name_the_type_of_an_exception() -> None:
    rules = FilterRules(messages=("TypeError: *",))
    assert filter_reason(error("TypeError", "x"), "", rules) == "error-message"
    assert filter_reason(error("KeyError", "x"), "", rules) is None


def test_only_the_reported_end_of_a_long_chain_is_searched() -> None:
    chain = [{"value": "boom"}, *({"value": "no"} for _ in range(100_000))]
    assert filter_reason({"exception": chain}, "", BOOM) is None
    assert filter_reason({"exception": chain[::-1]}, "", BOOM) == "error-message"


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    rules = FilterRules(messages=("*a" * 99 + "*b",) * MAX_PATTERNS)
    chain = [{"type": "a" * 100_000, "value": "a" * 100_000} for _ in range(100)]
    started = time.process_time()
    assert filter_reason({"exception": chain}, "", rules) is None
    rules = FilterRules(messages=("*" + "a" * 90 + "ba*",) * MAX_PATTERNS)
    assert filter_reason({"exception": chain}, "", rules) is None
    assert time.process_time() - started < 1


def test_sensible_rules_are_valid() -> None:
    validate_patterns(["*x*", "y"] * (MAX_PATTERNS // 2))
    validate_addresses(["10.0.0.0/8", "10.1.2.3/8", "::1", "2001:db8::/32"])
    validate_patterns([])
    validate_addresses([])


@pytest.mark.parametrize(
    ("patterns", "sentence"),
    [
        (["x"] * (MAX_PATTERNS + 1), "there are 51 patterns; the limit is 50"),
        (["x", "y" * (MAX_PATTERN_CHARS + 1)], "pattern 2 has more than 200 characters"),
        ([""], "pattern 1 has nothing but blanks and stars"),
        (["x", "* *"], "pattern 2 has nothing but blanks and stars"),
    ],
)
def test_a_bad_pattern_is_named(patterns: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        validate_patterns(patterns)


@pytest.mark.parametrize(
    ("addresses", "sentence"),
    [
        (["10.0.0.1"] * (MAX_ADDRESSES + 1), "there are 101 addresses; the limit is 100"),
        (["10.0.0.1", "10.0.0.0/33"], "address 2 is no IP address or network"),
        (["shop.example"], "address 1 is no IP address or network"),
        (["1" * 100_000], "address 1 is no IP address or network"),
        (["0.0.0.0/0"], "address 1 is the network of all addresses"),
        (["::/0"], "address 1 is the network of all addresses"),
    ],
)
def test_a_bad_address_is_named(addresses: list[str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        validate_addresses(addresses)


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_rules_are_valid_or_invalid_and_filter_without_an_error(
    patterns: list[str], addresses: list[str]
) -> None:
    with suppress(Invalid):
        validate_patterns(patterns)
    with suppress(Invalid):
        validate_addresses(addresses)
    rules = FilterRules(messages=tuple(patterns), addresses=tuple(addresses))
    reason = filter_reason(error("TypeError", "no"), "192.0.2.1", rules)
    assert reason in (None, "error-message", "ip-address")


@given(st.text("ab*", max_size=8), st.text("ab", min_size=1, max_size=12))
def test_a_pattern_fits_what_its_pieces_say(pattern: str, release: str) -> None:
    """Checked against a slow reading: a star takes nothing, or one character and stays."""

    def fits(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return fits(p[1:], t) or bool(t and fits(p, t[1:]))
        return bool(t and t[0] == p[0] and fits(p[1:], t[1:]))

    reason = filter_reason({"release": release}, "", FilterRules(releases=(pattern,)))
    assert (reason is not None) == fits(pattern, release)
