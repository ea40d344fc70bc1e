"""Texts without their parameters."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.grouping.v1.messages import parameterise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("testing testing 1, 2, 3", "testing testing <int>, <int>, <int>"),
        ("mail to a.b+c@mail.example.com failed", "mail to <email> failed"),
        ("GET https://a.example/x?y=1 failed", "GET <url> failed"),
        ("from 10.0.0.1:8080", "from <ip>:<int>"),
        ("from 2001:db8::ff00:42:8329", "from <ip>"),
        ("id 6f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0", "id <uuid>"),
        ("commit da39a3ee5e6b4b0d3255bfef95601890afd80709", "commit <sha1>"),
        ("d41d8cd98f00b204e9800998ecf8427e", "<md5>"),
        ("at 2026-01-02T03:04:05.123Z", "at <date>"),
        ("at Mon, 02 Jan 2006 15:04:05 GMT", "at <date>"),
        ("at 15:04:05", "at <date>"),
        ("after 12ms or 1.5s", "after <duration> or <duration>"),
        ("at 0xdeadbeef in 7ffe12ab12", "at <hex> in <hex>"),
        ("offset -4, ratio 0.25", "offset <int>, ratio <float>"),
        ("name='Ada' age=\"x\"", "name=<quoted> age=<quoted>"),
        ("line:12 [3] (4) #5 user-6", "line:<int> [<int>] (<int>) #<int> user-<int>"),
        ("Class::method a=b 'quoted' file_1 v2", "Class::method a=b 'quoted' file_1 v2"),
        ("deadbeef faced a decade", "deadbeef faced a decade"),
        ("one\n\ntwo\nthree", "one\ntwo..."),
        ("  one\ntwo  ", "one\ntwo"),
        ("", ""),
        ("1" * 8193, "1" * 8193),
    ],
)
def test_parameters_become_their_kind(text: str, expected: str) -> None:
    assert parameterise(text) == expected


@given(st.text() | st.from_regex(r"[\d:@=.'\"a-fT +-]*", fullmatch=True))
def test_any_text_gives_the_same_text_every_time(text: str) -> None:
    assert parameterise(text) == parameterise(text)


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "1", "1 ", "a@", "a.@ ", "=' ", "='a", "0x", "f1", "1:", "::", "-1", "1.1.1."),
        *("a-", "+@", "Mon, ", "Jan ", "http://", "é", "a.b@c."),
    ],
)
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    """A quadratic pattern takes seconds of CPU for 8,192 characters; these take some 20 ms."""
    text = (unit * 8192)[:8191] + "1"
    started = time.process_time()
    parameterise(text)
    assert time.process_time() - started < 0.5
