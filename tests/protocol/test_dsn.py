"""DSNs: split, refused, written."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed
from rustrak.protocol.dsn import Dsn, format_dsn, parse_dsn

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://{KEY}@host/1", Dsn("https", KEY, "host", None, "", 1)),
        (f"http://{KEY}@host:8000/42", Dsn("http", KEY, "host", 8000, "", 42)),
        (f"https://{KEY}:secret@host/1", Dsn("https", KEY, "host", None, "", 1)),
        (f"https://{KEY}:@host/1", Dsn("https", KEY, "host", None, "", 1)),
        (f"https://{KEY}@host/a/b/1", Dsn("https", KEY, "host", None, "/a/b", 1)),
        (f" https://{KEY}@host/1/ ", Dsn("https", KEY, "host", None, "", 1)),
        (f"https://{KEY}@host//1", Dsn("https", KEY, "host", None, "", 1)),
        (f"https://{KEY}@[::1]:9000/1", Dsn("https", KEY, "::1", 9000, "", 1)),
        ("https://k@h/1", Dsn("https", "k", "h", None, "", 1)),
    ],
)
def test_a_dsn_is_split(text: str, expected: Dsn) -> None:
    assert parse_dsn(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        f"ftp://{KEY}@host/1",
        f"{KEY}@host/1",
        "https://host/1",
        "https://:secret@host/1",
        f"https://{KEY}@/1",
        f"https://{KEY}@host",
        f"https://{KEY}@host/",
        f"https://{KEY}@host/name",
        f"https://{KEY}@host/-1",
        f"https://{KEY}@host/٣",
        f"https://{KEY}@host/{'9' * 19}",
        f"https://{KEY}@host:port/1",
        f"https://{KEY}@host:99999/1",
        f"https://{KEY}@[::1/1",
    ],
)
def test_what_is_no_dsn_is_refused_without_an_echo(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_dsn(text)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://host", f"https://{KEY}@host/7"),
        ("http://host:8000/", f"http://{KEY}@host:8000/7"),
        ("https://host/a/b", f"https://{KEY}@host/a/b/7"),
        ("https://[::1]:9000", f"https://{KEY}@[::1]:9000/7"),
    ],
)
def test_a_dsn_is_written(public_url: str, expected: str) -> None:
    assert format_dsn(public_url, KEY, 7) == expected
    assert parse_dsn(expected).project_id == 7


@given(st.text() | st.text().map(f"https://{KEY}@".__add__))
def test_any_text_gives_a_dsn_or_malformed(text: str) -> None:
    with suppress(Malformed):
        assert parse_dsn(text).project_id >= 0
