"""The fast decoder and the forgiving one lead to the same event."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed
from rustrak.events.decode import decode_event
from rustrak.events.document import LONG_NAMES
from rustrak.events.event import Frame
from rustrak.events.normalise import normalise
from rustrak.protocol.jsontext import parse_json

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT_ID = "a" * 32

FULL: dict[str, Any] = {
    "event_id": EVENT_ID,
    "timestamp": "2026-03-01T11:59:58.5Z",
    "platform": "python",
    "level": "fatal",
    "logger": "app.orders",
    "transaction": "/orders/{id}",
    "release": "app@1.2.3",
    "dist": "7",
    "environment": "staging",
    "server_name": "web-1",
    "site": "shop",
    "checksum": "c",
    "fingerprint": ["{{ default }}", 4],
    "tags": {"customer": "acme", "count": 3},
    "sdk": {"name": "sentry.python", "version": "2.75.0"},
    "message": "text",
    "logentry": {"message": "hello %s", "params": ["you"]},
    "exception": {
        "values": [
            {
                "type": "ValueError",
                "value": "bad 1",
                "module": "app",
                "mechanism": {
                    "type": "generic",
                    "handled": False,
                    "exception_id": 0,
                    "meta": {"ns_error": {"domain": "d", "code": -4}},
                },
                "stacktrace": {
                    "frames": [
                        {
                            "function": "view",
                            "module": "app.views",
                            "filename": "app/views.py",
                            "abs_path": "/srv/app/views.py",
                            "lineno": 12,
                            "colno": 3,
                            "context_line": "  raise ValueError",
                            "in_app": True,
                            "data": {"sourcemap": "x.map"},
                            "vars": {"secret": {"deep": [1, 2]}},
                        }
                    ]
                },
            }
        ]
    },
    "threads": {"values": [{"id": 1, "crashed": True, "name": "main"}]},
    "stacktrace": {"frames": []},
    "request": {"url": "https://shop.example/orders?id=1", "env": {"REMOTE_ADDR": "10.0.0.9"}},
    "user": {"id": 42, "email": "a@example.com"},
    "contexts": {"runtime": {"name": "CPython", "version": "3.11"}, "custom": [1]},
    "extra": {"anything": [{"goes": None}]},
}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["error", "2026-03-01T00:00:00Z", "a\x00b", "{{ default }}", "10.0.0.1"])
)
KEYS = (
    st.sampled_from(["values", "type", "value", "module", "stacktrace", "frames", "function"])
    | st.sampled_from(["filename", "lineno", "in_app", "data", "message", "formatted", "params"])
    | st.sampled_from(["mechanism", "handled", "meta", "ns_error", "domain", "code", "parent_id"])
    | st.sampled_from(["name", "id", "email", "url", "env", "REMOTE_ADDR", "os", "browser"])
    | st.sampled_from(["effective_directive", "blocked_uri"])
    | st.text(max_size=5)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
ATTRIBUTES = sorted({*FULL, *LONG_NAMES.values(), "type", "culprit", "csp"})


def both_ways(payload: bytes) -> None:
    fast = normalise(decode_event(payload), event_id=EVENT_ID, received_at=NOW)
    whole = normalise(parse_json(payload), event_id=EVENT_ID, received_at=NOW)
    assert fast == whole


def test_a_normal_event_is_decoded_without_its_variables() -> None:
    document = decode_event(json.dumps(FULL).encode())

    frame = document["exception"]["values"][0]["stacktrace"]["frames"][0]
    assert isinstance(frame, Frame)  # which has no place for variables
    assert frame.function == "view"
    assert "extra" not in document
    both_ways(json.dumps(FULL).encode())


@given(st.sampled_from(ATTRIBUTES), JSON, st.booleans())
def test_one_wild_attribute_gives_the_same_event_both_ways(
    attribute: str, value: Any, ascii_only: bool
) -> None:
    both_ways(json.dumps({**FULL, attribute: value}, ensure_ascii=ascii_only).encode())


@given(st.dictionaries(st.sampled_from(ATTRIBUTES), JSON, max_size=6))
def test_wild_documents_give_the_same_event_both_ways(document: dict[str, Any]) -> None:
    both_ways(json.dumps(document).encode())


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(rb'{"message":"a\u0000b"}', id="NUL"),
        pytest.param(rb'{"message":"a\ud800b"}', id="lone surrogate"),
        pytest.param(b'{"message":"a\xffb"}', id="broken UTF-8"),
        pytest.param(b'{"message":"a","extra":"\xff"}', id="broken UTF-8 where nobody looks"),
        pytest.param(b'{"message":"a","extra":NaN}', id="NaN where nobody looks"),
        pytest.param(b'{"message":"a","level":NaN}', id="NaN"),
        pytest.param(b'{"message":"a","timestamp":1e999}', id="infinite number"),
        pytest.param(b'{"message":"a","tags":{"n":%s}}' % (b"9" * 30), id="30 digits"),
        pytest.param(b'{"message":"a","user":{"id":%s}}' % (b"9" * 400), id="400 digits"),
        pytest.param(b'{"message":"a","user":{"id":%s}}' % (b"9" * 5000), id="5,000 digits"),
        pytest.param(b'{"user":{"id":18446744073709551615}}', id="unsigned 64 bit"),
        pytest.param(b'\xef\xbb\xbf{"message":"a"}', id="byte order mark"),
        pytest.param(b'{"message":"a","message":"b"}', id="duplicate key"),
        pytest.param(b'{"exception":5,"exception":[{"type":"E"}]}', id="duplicate, one wrong"),
        pytest.param(b'{"tags":%s1%s}' % (b"[" * 200, b"]" * 200), id="200 levels"),
        pytest.param(b'{"extra":%s1%s}' % (b"[" * 900, b"]" * 900), id="900 levels"),
        pytest.param(
            b'{"exception":[{"value":%s1%s}]}' % (b"[" * 300, b"]" * 300), id="deep value"
        ),
    ],
)
def test_awkward_bytes_give_the_same_event_both_ways(payload: bytes) -> None:
    both_ways(payload)


def test_nul_and_lone_surrogates_do_not_reach_the_event() -> None:
    document = decode_event(rb'{"message":"a\u0000b\ud800c"}')

    assert document["message"] == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("payload", [b"[]", b"null", b'"text"', b"7", b"", b"{", b"{} x", b"\xff"])
def test_what_is_not_a_json_object_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        decode_event(payload)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_dict_or_malformed(payload: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(decode_event(payload), dict)
