"""Envelope framing: the forgiving cases, the refused ones, and the ids in the header."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem, TooLarge
from rustrak.protocol.envelope import (
    MAX_ENVELOPE_HEADER_BYTES,
    MAX_ITEM_HEADER_BYTES,
    Envelope,
    Item,
    envelope_event_id,
    parse_envelope,
    write_envelope,
)
from rustrak.protocol.event_id import NIL_EVENT_ID, new_event_id, parse_event_id

ID = "9ec79c33ec9942ab8353589fcb2e04dc"
DASHED = "9EC79C33-EC99-42ab-8353-589fcb2e04dc"


def payloads(data: bytes) -> list[tuple[str, bytes]]:
    return [(item.type, item.payload) for item in parse_envelope(data).items]


def serialise(envelope: Envelope) -> bytes:
    lines = [json.dumps(envelope.headers).encode()]
    for item in envelope.items:
        lines += [json.dumps(item.headers).encode(), item.payload]
    return b"\n".join(lines)


FORGIVEN = {
    "headers only": (b"{}", []),
    "headers and a line feed": (b"{}\n", []),
    "no final line feed": (b'{}\n{"type":"event","length":2}\n{}', [("event", b"{}")]),
    "no length": (b'{}\n{"type":"event"}\n{"a":1}\n', [("event", b'{"a":1}')]),
    "a null length": (b'{}\n{"type":"event","length":null}\n{}\n', [("event", b"{}")]),
    "an empty payload": (b'{}\n{"type":"a","length":0}\n\n', [("a", b"")]),
    "an empty payload at the end": (b'{}\n{"type":"a","length":0}\n', [("a", b"")]),
    "an empty payload, header line unended": (b'{}\n{"type":"a","length":0}', [("a", b"")]),
    "an item header at the end": (b'{}\n{"type":"a"}', [("a", b"")]),
    "trailing blank lines": (b'{}\n{"type":"a"}\n{}\n\n\n', [("a", b"{}")]),
    "blank lines between items": (
        b'{}\n\n{"type":"a","length":1}\n1\n\n \r\n{"type":"b"}\n2',
        [("a", b"1"), ("b", b"2")],
    ),
    "white space around headers": (b' {} \r\n\t{"type":"a"} \r\n1\r\n', [("a", b"1\r")]),
    "no type": (b'{}\n{"length":1}\n1\n{"type":5}\n2', [("", b"1"), ("", b"2")]),
    "unknown types": (b'{}\n{"type":"next_year"}\n1', [("next_year", b"1")]),
    "a binary payload": (
        b'{}\n{"type":"a","length":6}\n\n\x00\xff\n{}\n',
        [("a", b"\n\x00\xff\n{}")],
    ),
    "length counts bytes": ('{}\n{"type":"a","length":2}\né\n'.encode(), [("a", "é".encode())]),
    "a byte order mark": (b'\xef\xbb\xbf{}\n{"type":"a"}\n1', [("a", b"1")]),
    "the line feed inside the length": (b'{}\n{"type":"a","length":3}\n{}\n', [("a", b"{}\n")]),
}

REFUSED = {
    "nothing": (b"", "empty request body"),
    "an empty first line": (b"\n{}", "invalid envelope header"),
    "a first line that is not JSON": (b"hello\n", "invalid envelope header: invalid JSON"),
    "a first line that is no object": (b"[]\n", "invalid envelope header: not a JSON object"),
    "an item header that is not JSON": (b"{}\nhello", "invalid item header: invalid JSON"),
    "an item header that is no object": (b"{}\n1\n", "invalid item header: not a JSON object"),
    "a length too long": (b'{}\n{"length":3}\n12', "unexpected end of file"),
    "a length without payload": (b'{}\n{"length":1}', "unexpected end of file"),
    "a length one beyond the end": (b'{}\n{"length":1}\n', "unexpected end of file"),
    "a length too short": (b'{}\n{"length":1}\n12\n', "missing newline"),
    "a carriage return after the length": (b'{}\n{"length":1}\n1\r\n', "missing newline"),
    "a line feed without length": (b'{}\n{"type":"a"}\n{\n}\n', "invalid item header"),
}


@pytest.mark.parametrize(("data", "expected"), FORGIVEN.values(), ids=FORGIVEN.keys())
def test_what_sdks_send_is_framed(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert payloads(data) == expected


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_lost_framing_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        parse_envelope(data)


@pytest.mark.parametrize("length", ["-1", "1.0", "1.5", '"1"', "true", "[]", "1e2", str(2**64)])
def test_a_length_that_is_no_size_is_refused(length: str) -> None:
    with pytest.raises(Malformed, match="length is not a number of bytes"):
        parse_envelope(b'{}\n{"type":"a","length":%s}\n1\n' % length.encode())


def test_a_huge_length_is_refused_without_reading_beyond_the_end() -> None:
    with pytest.raises(Malformed, match="unexpected end of file"):
        parse_envelope(b'{}\n{"type":"a","length":9223372036854775807}\n1\n')


def test_headers_are_kept_whole() -> None:
    envelope = parse_envelope(b'{"sdk":{"name":"x"},"new":1}\n{"type":"a","filename":"f"}\n')
    assert envelope.headers == {"sdk": {"name": "x"}, "new": 1}
    assert envelope.items == [Item("a", {"type": "a", "filename": "f"}, b"")]


@pytest.mark.parametrize(
    ("before", "most", "after"),
    [(b"", MAX_ENVELOPE_HEADER_BYTES, b"\n"), (b"{}\n", MAX_ITEM_HEADER_BYTES, b"\n1")],
)
def test_a_header_line_may_be_as_long_as_its_limit(before: bytes, most: int, after: bytes) -> None:
    header = b'{"a":"' + b"x" * (most - 8) + b'"}'
    parse_envelope(before + header + after)
    parse_envelope(before + header)
    for longer in (b" " + header, header + b" "):
        for end in (after, b""):
            if longer[:1] == b" " and before:
                continue  # white space before an item header is skipped, not counted
            with pytest.raises(Malformed, match="header: the line has more than"):
                parse_envelope(before + longer + end)


def test_a_megabyte_of_blank_lines_is_cheap() -> None:
    assert payloads(b"{}" + b"\n" * 1_000_000 + b'{"type":"a"}\n1') == [("a", b"1")]


def test_more_items_than_allowed_are_too_large() -> None:
    item = b'\n{"type":"a"}\n1'
    assert len(parse_envelope(b"{}" + item * 1000).items) == 1000
    with pytest.raises(TooLarge):
        parse_envelope(b"{}" + item * 1001)
    with pytest.raises(TooLarge):
        parse_envelope(b"{}" + item * 3, max_items=2)


@pytest.mark.parametrize("value", [ID, ID.upper(), DASHED])
def test_an_event_id_is_32_lower_case_digits(value: str) -> None:
    assert envelope_event_id(Envelope({"event_id": value}, [])) == ID
    assert parse_event_id(value) == ID


@pytest.mark.parametrize("headers", [{}, {"event_id": None}, {"event_id": NIL_EVENT_ID}])
def test_a_missing_event_id_is_none(headers: dict[str, Any]) -> None:
    assert envelope_event_id(Envelope(headers, [])) is None


@pytest.mark.parametrize(
    "value",
    ["", ID[:-1], ID + "0", ID + "\n", "../../x", "g" * 32, "\0" * 32, "٣" * 32, 5, True, [ID]],
)
def test_an_event_id_that_is_no_uuid_is_refused(value: object) -> None:
    with pytest.raises(Malformed, match="not a UUID"):
        envelope_event_id(Envelope({"event_id": value}, []))


def test_new_event_ids_are_valid_and_differ() -> None:
    first, second = new_event_id(), new_event_id()
    assert parse_event_id(first) == first != second


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@st.composite
def items(draw: st.DrawFn) -> Item:
    payload = draw(st.binary(max_size=60))
    kind = draw(names)
    headers = {"filename": draw(names), "type": kind, "length": len(payload)}
    return Item(kind, headers, payload)


envelopes = st.builds(
    Envelope,
    st.dictionaries(names, st.none() | st.integers(-(2**63), 2**64 - 1) | names, max_size=4),
    st.lists(items(), max_size=4),
)


@given(envelopes)
def test_an_envelope_comes_back_as_it_was_written(envelope: Envelope) -> None:
    assert parse_envelope(serialise(envelope)) == envelope
    assert parse_envelope(serialise(envelope) + b"\n") == envelope


@given(
    st.binary()
    | st.lists(
        st.sampled_from(
            [b"{}", b"\n", b'{"type":"a"}', b'{"length":2}', b"\r", b"\0", b" ", b"[1]"]
        )
    ).map(b"".join)
)
def test_any_bytes_give_an_envelope_or_a_problem(data: bytes) -> None:
    try:
        envelope = parse_envelope(data)
    except Problem:
        return
    assert sum(len(item.payload) for item in envelope.items) <= len(data)


words = st.text('aé漢\n"\\ ', max_size=20)


@given(st.dictionaries(words, words), st.lists(st.tuples(words, st.binary())))
def test_what_is_written_reads_the_same(
    headers: dict[str, str], contents: list[tuple[str, bytes]]
) -> None:
    items = [Item(kind, {"type": kind}, payload) for kind, payload in contents]
    found = parse_envelope(write_envelope(headers, items))
    assert found.headers == headers
    assert [(item.type, item.payload) for item in found.items] == contents
