"""What RFC 8259 says is JSON and what is not, by hand, after the cases that parsers get wrong."""

import json

import orjson
import pytest

from rustrak.errors import Malformed
from rustrak.protocol.jsontext import dumps, parse_json

VALID = [
    *(b"[]", b"{}", b"0", b"-0", b"1E1", b"1e-2", b"1.5e+3", b"-1", b"true", b"false", b"null"),
    *(b'""', b'"a"', b'" "', b'"\\/"', b'"\\u0041"', b'"\\ud83c\\udf52"', '"é"'.encode()),
    *(b'"\\"\\\\\\b\\f\\n\\r\\t"', '"\u2028\u2029"'.encode(), b'"\x7f"', b'"//"', b'"/*x*/"'),
    *(b" [1 ,\t2\r\n] ", b'{"a":1,"a":2}', b'{"":0}', b'[[[["x"]]]]', b'{"a":{"b":[{}]}}'),
    *(b"[0.1,-0.0,1e308]", b"123456789012345678", b'{"title":"\\u041f\\u043e"}'),
]
INVALID = [
    *(b"", b" ", b"[", b"]", b"{", b"}", b"[1", b"[1,", b"[1,]", b"[,1]", b"[1,,2]", b"[1 2]"),
    *(
        b'{"a"}',
        b'{"a":}',
        b'{"a":1,}',
        b"{a:1}",
        b"{'a':1}",
        b'{"a":1 "b":2}',
        b"{1:1}",
        b'{"a" 1}',
    ),
    *(b"tru", b"TRUE", b"True", b"nul", b"undefined", b"[true false]", b"0x1", b"01", b"-", b"+1"),
    *(b".5", b"1.", b"1e", b"1e+", b"--1", b"1a", b"1_000", b"[1]x", b"{}{}", b"[][]", b'"', b'"a'),
    *(b'"\\x41"', b'"\\u00"', b'"\\u00zz"', b'"\\"', b'"\n"', b'"\t"', b'"\x00"', b"'a'", b"<a/>"),
    *(b"// x\n1", b"/**/1", b"[1] // x", b"#1", b"\xef\xbb", b"\x00", b"[\x0b1]", b"\x1f{}"),
]
EITHER = [
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1" * 400, b"1" * 5000, b"1e-999"),
    *(
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\xff"',
        b'"\xc0\xaf"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
    ),
    *(b"[" * 200 + b"]" * 200, b"[" * 100_000, b'{"a":' * 5000, "{}".encode("utf-16")),
]


@pytest.mark.parametrize("text", VALID)
def test_what_is_json_is_read(text: bytes) -> None:
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_none_is_refused_with_a_place(text: bytes) -> None:
    with pytest.raises(Malformed, match="at character"):
        parse_json(text)


@pytest.mark.parametrize("text", EITHER, ids=lambda text: repr(text[:12]))
def test_what_parsers_disagree_about_is_storable_or_refused(text: bytes) -> None:
    try:
        value = parse_json(text)
    except Malformed:
        return
    assert orjson.loads(dumps(value)) == value
