"""The legacy store body in its three forms."""

import base64
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem, TooLarge
from rustrak.protocol.store import decode_store_body

LIMIT = 10_000
# bytes whose base64 holds both characters that differ in the URL-safe alphabet
EVENT = '{"message": "ÿþ>>>???~~~ûûûïïï"}'.encode()


def raven(data: bytes) -> bytes:
    return base64.b64encode(zlib.compress(data))


@pytest.mark.parametrize(
    "body",
    [
        EVENT,
        b" \r\n" + EVENT,
        b"\xef\xbb\xbf" + EVENT,
        b'{"not": "checked here',
    ],
)
def test_json_passes_as_it_is(body: bytes) -> None:
    assert decode_store_body(body, limit=LIMIT) == body


@pytest.mark.parametrize(
    "encode",
    [
        base64.b64encode,
        base64.urlsafe_b64encode,
        base64.encodebytes,
        raven,
        lambda data: base64.urlsafe_b64encode(zlib.compress(data)),
        lambda data: b"\r\n " + raven(data) + b"\n",
        lambda data: base64.b64encode(data).rstrip(b"="),
        lambda data: raven(data).rstrip(b"="),
    ],
)
@pytest.mark.parametrize("event", [EVENT, EVENT + b" ", EVENT + b"  "])
def test_base64_and_compressed_base64_are_undone(
    encode: Callable[[bytes], bytes], event: bytes
) -> None:
    assert decode_store_body(encode(event), limit=LIMIT) == event


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"=",
        b"hello",
        b"[]",
        b"%%%%",
        "é".encode(),
        base64.b64encode(b"hello world"),
        raven(b"[1]"),
        raven(EVENT)[:-8],
        base64.b64encode(zlib.compress(EVENT) + b"x"),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_store_body(body, limit=LIMIT)


@pytest.mark.parametrize("encode", [bytes, base64.b64encode, raven])
def test_the_limit_counts_the_decoded_event(encode: Callable[[bytes], bytes]) -> None:
    body = encode(EVENT)
    assert decode_store_body(body, limit=len(EVENT)) == EVENT
    with pytest.raises(TooLarge):
        decode_store_body(body, limit=len(EVENT) - 1)


def test_a_bomb_inside_base64_is_too_large() -> None:
    with pytest.raises(TooLarge):
        decode_store_body(raven(b"{" + bytes(10_000_000)), limit=LIMIT)


@given(st.binary() | st.binary().map(base64.b64encode) | st.binary().map(raven))
def test_any_bytes_give_json_text_or_a_problem(body: bytes) -> None:
    try:
        text = decode_store_body(body, limit=LIMIT)
    except Problem:
        return
    assert b"{" in text
    assert len(text) <= LIMIT
