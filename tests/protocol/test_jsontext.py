"""JSON from clients: what is read, what is repaired, and that the result can be stored."""

import json
import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem
from rustrak.protocol.jsontext import MAX_DEPTH, TOO_DEEP, clean_text, dumps, parse_json

REPAIRED = {
    b"[NaN, Infinity, -Infinity, 1e999, -1e999]": [None] * 5,
    b'{"lone": "\\ud800", "low": "\\udc00x"}': {"lone": "\ufffd", "low": "\ufffdx"},
    b'{"pair": "\\ud83d\\ude00", "lone": "\\ud83d"}': {"pair": "\U0001f600", "lone": "\ufffd"},
    b'{"a\\u0000b": ["\\u0000"]}': {"a\ufffdb": ["\ufffd"]},
    b'{"\\ud800": NaN}': {"\ufffd": None},
    b'\xef\xbb\xbf{"bom": true}': {"bom": True},
    b'["caf\xe9"]': ["caf\ufffd"],
    b"[18446744073709551615, -9223372036854775808, NaN]": [2**64 - 1, -(2**63), None],
    b"[18446744073709551616, -9223372036854775809, NaN]": [str(2**64), str(-(2**63) - 1), None],
    b'["\\\\u0000"]': ["\\u0000"],
    b'{"a": 1, "a": 2}': {"a": 2},
}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def depth(value: Any) -> int:
    levels = 0
    while isinstance(value, list):
        levels += 1
        value = value[0] if value else None
    return levels


@pytest.mark.parametrize(("payload", "expected"), REPAIRED.items())
def test_what_sdks_write_is_repaired(payload: bytes, expected: Any) -> None:
    assert parse_json(payload) == expected


@pytest.mark.parametrize("digits", [400, 5_000, 1_000_000])
def test_a_giant_integer_becomes_its_digits(digits: int) -> None:
    assert parse_json(b"1" * digits) == "1" * digits


@pytest.mark.parametrize(
    "payload", [b"", b" ", b"{", b"{'a': 1}", b"[1,]", b'"\x00"', b"{}{}", b"\xff\xfe{\x00}\x00"]
)
def test_what_is_not_json_is_refused(payload: bytes) -> None:
    with pytest.raises(Malformed, match="invalid JSON"):
        parse_json(payload)


def test_levels_beyond_the_depth_become_a_marker_in_a_repaired_value() -> None:
    payload = b"[" * 500 + b"NaN" + b"]" * 500
    value = parse_json(payload)
    assert depth(value) == MAX_DEPTH
    for _ in range(MAX_DEPTH):
        value = value[0]
    assert value == TOO_DEEP


def test_well_formed_nesting_up_to_the_parsers_own_limit_is_kept() -> None:
    assert depth(parse_json(nested(1000))) == 1000


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_beyond_both_parsers_is_pruned(opening: bytes, closing: bytes) -> None:
    value = parse_json(b'{"deep":' + opening * 100_000 + b"1" + closing * 100_000 + b',"x":2}')
    innermost, levels = value["deep"], 1
    while isinstance(innermost, dict | list):
        innermost, levels = (
            next(iter(innermost.values() if isinstance(innermost, dict) else innermost)),
            levels + 1,
        )
    assert (innermost, levels) == (TOO_DEEP, MAX_DEPTH)
    assert value["x"] == 2


def test_brackets_in_strings_do_not_count_as_nesting() -> None:
    text = "[{" * 2000 + '\\"'
    value = parse_json(dumps([text]).replace(b"]", b"," + b"[" * 2000 + b"]" * 2000 + b"]", 1))
    assert value[0] == text


def test_unclosed_nesting_is_refused() -> None:
    with pytest.raises(Malformed):
        parse_json(b"[" * 100_000)


@pytest.mark.parametrize("levels", range(980, 1040, 7))
def test_nesting_near_the_limits_is_kept_or_pruned(levels: int) -> None:
    assert TOO_DEEP in dumps(parse_json(nested(levels))).decode()


def test_the_reason_does_not_echo_the_payload() -> None:
    with pytest.raises(Malformed) as caught:
        parse_json(b'{"password": "hunter2" "x"}')
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("plain", "plain"), ("a\0b", "a\ufffdb"), ("\ud800\udfff", "\ufffd\ufffd")],
)
def test_clean_text_replaces_what_postgresql_refuses(text: str, expected: str) -> None:
    assert clean_text(text) == expected


def test_dumps_is_compact() -> None:
    assert dumps({"a": [1, None, "é"]}) == '{"a":[1,null,"é"]}'.encode()


def test_dumps_writes_what_orjson_refuses() -> None:
    assert dumps({"n": 2**64, "s": "\ud800"}) == '{"n":"18446744073709551616","s":"�"}'.encode()
    deep = parse_json(nested(300))
    assert orjson.loads(dumps(deep)) == parse_json(b"[" * 100 + b'"<too deep>"' + b"]" * 100)


def test_dumps_refuses_what_is_not_json() -> None:
    with pytest.raises(TypeError):
        dumps({"a": object()})


def assert_storable(value: Any) -> None:
    match value:
        case str():
            assert clean_text(value) == value
        case float():
            assert math.isfinite(value)
        case dict():
            for key, item in value.items():
                assert_storable(key)
                assert_storable(item)
        case list():
            for item in value:
                assert_storable(item)


any_text = st.text(st.characters(codec=None, categories=None), max_size=20)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@given(json_like)
def test_whatever_a_lax_client_writes_is_read_and_storable(value: Any) -> None:
    parsed = parse_json(json.dumps(value).encode())
    assert_storable(parsed)
    assert orjson.loads(dumps(parsed)) == parsed


@given(st.binary(max_size=100) | st.text('[]{}",:0\\ud8Nan-.e', max_size=40).map(str.encode))
def test_any_bytes_give_a_storable_value_or_a_problem(payload: bytes) -> None:
    try:
        value = parse_json(payload)
    except Problem:
        return
    assert_storable(value)
    orjson.loads(dumps(value))
