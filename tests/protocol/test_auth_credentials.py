"""Credentials: where they are looked for, in which order, and which are refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from rustrak.errors import Malformed, Problem, Unauthenticated
from rustrak.protocol.auth import MAX_CLIENT_CHARS, Credentials, credentials

KEY = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32
DASHED = "01234567-89ab-cdef-0123-456789abcdef"


def from_header(value: str, name: str = "X-Sentry-Auth") -> Credentials:
    return credentials(CIMultiDict({name: value}), {})


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        f"Sentry sentry_key={KEY}, sentry_version=7, sentry_client=sdk/1.0",
        f"sentry sentry_key={KEY},sentry_version=7,sentry_client=sdk/1.0",
        f"SENTRY  sentry_client=sdk/1.0 , sentry_version = 7 ,sentry_key={KEY}",
        f" Sentry sentry_key={KEY.upper()}, sentry_version=7, sentry_client=sdk/1.0,",
        f"Sentry sentry_key={DASHED}, sentry_version=7, sentry_client=sdk/1.0, unknown=1, junk",
        f"Sentry sentry_key={KEY}.no-cache, sentry_version=7, sentry_client=sdk/1.0",
        f"Sentry sentry_key={OTHER}, sentry_key={KEY}, sentry_version=7, sentry_client=sdk/1.0",
        f"Sentry key={OTHER}, sentry_key={KEY}, sentry_version=7, sentry_client=sdk/1.0, "
        "sentry_secret=(null), sentry_timestamp=1.5",
    ],
)
@pytest.mark.parametrize("name", ["X-Sentry-Auth", "x-sentry-auth", "Authorization"])
def test_the_header_grammar_is_read(value: str, name: str) -> None:
    if name == "Authorization":
        value = value.strip()
    assert from_header(value, name) == Credentials(KEY, 7, "sdk/1.0")


def test_a_client_may_hold_an_equals_sign() -> None:
    assert from_header(f"Sentry sentry_key={KEY}, sentry_client=a=b").client == "a=b"


@pytest.mark.parametrize("scheme", ["Basic ", "basic "])
def test_the_user_name_of_basic_authentication_is_the_key(scheme: str) -> None:
    value = scheme + basic(KEY).removeprefix("Basic ")
    assert from_header(value, "Authorization") == Credentials(KEY, None, "")


def test_the_query_carries_credentials() -> None:
    query = {"sentry_key": KEY, "sentry_version": "7", "sentry_client": "js/8"}
    assert credentials({}, query) == Credentials(KEY, 7, "js/8")


def test_the_envelope_dsn_carries_the_key() -> None:
    assert credentials({}, {}, f"https://{KEY}@host/1") == Credentials(KEY, None, "")


@pytest.mark.parametrize(
    ("headers", "query", "dsn"),
    [
        ({"X-Sentry-Auth": f"Sentry sentry_key={KEY}"}, {"sentry_key": OTHER}, None),
        ({"Authorization": f"Sentry sentry_key={KEY}"}, {"sentry_key": OTHER}, None),
        ({"Authorization": basic(KEY)}, {"sentry_key": OTHER}, f"https://{OTHER}@host/1"),
        ({"X-Sentry-Auth": f"Sentry sentry_key={KEY}", "Authorization": basic(OTHER)}, {}, None),
        ({}, {"sentry_key": KEY}, f"https://{OTHER}@host/1"),
        ({"X-Sentry-Auth": ""}, {"sentry_key": KEY}, None),
    ],
)
def test_headers_win_over_the_query_and_the_query_over_the_envelope(
    headers: dict[str, str], query: dict[str, str], dsn: str | None
) -> None:
    assert credentials(CIMultiDict(headers), query, dsn).key == KEY


@pytest.mark.parametrize(
    "authorization", ["Bearer abc", basic("admin"), "Basic ???", "Basic /w==", "Basic", "Digest x"]
)
def test_an_authorization_meant_for_others_is_ignored(authorization: str) -> None:
    headers = {"Authorization": authorization}
    assert credentials(CIMultiDict(headers), {"sentry_key": KEY}).key == KEY
    with pytest.raises(Unauthenticated, match="missing authorization information"):
        credentials(CIMultiDict(headers), {})


@pytest.mark.parametrize("dsn", [None, "", 5, {}])
def test_no_credentials_anywhere_is_unauthenticated(dsn: object) -> None:
    with pytest.raises(Unauthenticated):
        credentials({}, {"sentry_version": "7", "sentry_key": ""}, dsn)


@pytest.mark.parametrize(
    "value",
    [
        "Sentry",
        "Sentry ",
        "Sentry garbage",
        f"sentry_key={KEY}",
        f"Bearer sentry_key={KEY}",
        f"Sentry key={KEY}",
        "Sentry sentry_key",
        "Sentry sentry_key=",
        "Sentry sentry_key=.flag",
        f"Sentry sentry_key={KEY[:-1]}",
        f"Sentry sentry_key={KEY}0",
        f"Sentry sentry_key={'g' * 32}",
        f"Sentry sentry_key={'٣' * 32}",
    ],
)
def test_a_misshapen_header_is_unauthenticated_even_beside_a_good_query(value: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^bad "):
        credentials(CIMultiDict({"X-Sentry-Auth": value}), {"sentry_key": KEY})


@pytest.mark.parametrize("query", [{"sentry_key": "abc"}, {"sentry_key": KEY + "\n"}])
def test_a_misshapen_key_in_the_query_is_unauthenticated(query: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        credentials({}, query)


@pytest.mark.parametrize("dsn", ["hello", "https://host/1", "https://short@host/1"])
def test_a_misshapen_envelope_dsn_is_unauthenticated(dsn: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^bad "):
        credentials({}, {}, dsn)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("2", 2),
        ("7", 7),
        ("07", 7),
        ("0", 0),
        ("", None),
        ("seven", None),
        ("7.0", None),
        ("-1", None),
    ],
)
def test_older_and_unreadable_versions_are_accepted(text: str, version: int | None) -> None:
    assert from_header(f"Sentry sentry_key={KEY}, sentry_version={text}").version == version


@pytest.mark.parametrize("text", ["8", "70", "999999999", "9" * 5000])
def test_a_version_of_the_future_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match=r"^unsupported protocol version \(\d{1,9}\)$"):
        from_header(f"Sentry sentry_key={KEY}, sentry_version={text}")


def test_the_user_agent_stands_in_for_a_missing_client() -> None:
    headers = CIMultiDict({"User-Agent": "agent/1", "X-Sentry-Auth": f"Sentry sentry_key={KEY}"})
    assert credentials(headers, {}).client == "agent/1"


def test_the_client_is_cut_and_storable() -> None:
    query = {"sentry_key": KEY, "sentry_client": "\0\udc80" + "x" * 5000}
    client = credentials({}, query).client
    assert client == "\ufffd\ufffd" + "x" * (MAX_CLIENT_CHARS - 2)


def test_the_reason_never_echoes_the_key() -> None:
    secret = "deadbeef" * 3
    with pytest.raises(Unauthenticated) as caught:
        from_header(f"Sentry sentry_key={secret}, sentry_secret={secret}")
    assert secret not in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from(["X-Sentry-Auth", "Authorization", "User-Agent"]),
        st.text() | st.text().map("Sentry sentry_key=".__add__) | st.text().map("Basic ".__add__),
    ),
    st.dictionaries(st.sampled_from(["sentry_key", "sentry_version"]), st.text()),
    st.none() | st.text() | st.integers(),
)
def test_any_text_gives_credentials_or_a_problem(
    headers: dict[str, str], query: dict[str, str], dsn: object
) -> None:
    try:
        found = credentials(CIMultiDict(headers), query, dsn)
    except Problem:
        return
    assert len(found.key) == 32
