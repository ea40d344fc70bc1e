"""The envelope endpoint: what is stored, what is refused, and what the answer says."""

import gzip
import json
import re
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import brotli

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all
from tests.installation import Installation, envelope, open_installation
from tests.made_events import error

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
EVENT = b'{"message":"hello"}'


def with_event(headers: dict[str, Any], event: bytes = EVENT) -> bytes:
    return envelope(headers, ({"type": "event"}, event))


async def answer_to(
    installation: Installation, body: Any, **headers: Any
) -> tuple[int, dict[str, Any]]:
    response = await installation.post_envelope(body, **headers)
    assert response.content_type == "application/json"
    answer: dict[str, Any] = await response.json()
    if response.status != 200:
        assert list(answer) == ["detail"]
        assert answer["detail"]
    return response.status, answer


async def stored(conn: Connection) -> list[dict[str, Any]]:
    return await fetch_all(conn, "SELECT * FROM envelopes ORDER BY position")


async def test_the_answer_says_the_id_of_the_envelope(installation: Installation) -> None:
    for spelling in (EVENT_ID, EVENT_ID.upper(), str(UUID(EVENT_ID))):
        body = with_event({"event_id": spelling}, b'{"event_id":"%b"}' % (b"f" * 32))
        assert await answer_to(installation, body) == (200, {"id": EVENT_ID})


async def test_the_id_inside_the_event_counts_where_the_header_has_none(
    installation: Installation,
) -> None:
    event = b'{"event_id":"%b"}' % EVENT_ID.upper().encode()
    for headers in ({}, {"event_id": None}, {"event_id": "0" * 32}):
        answer = await answer_to(installation, with_event(headers, event))
        assert answer == (200, {"id": EVENT_ID})


async def test_an_event_without_an_id_is_given_one(installation: Installation) -> None:
    ids = set()
    nil = b'{"event_id":"%b"}' % (b"0" * 32)
    for event in (b"{}", b'{"event_id":null}', b'{"event_id":""}', nil):
        status, answer = await answer_to(installation, with_event({}, event))
        assert status == 200
        assert re.fullmatch("[0-9a-f]{32}", answer["id"])
        ids.add(answer["id"])
    assert len(ids) == 4
    assert "0" * 32 not in ids


async def test_an_envelope_without_items_is_accepted_and_not_stored(
    installation: Installation, conn: Connection
) -> None:
    for body in (b"{}", b"{}\n", b"{}\n\n\n", b' {"sent_at":"x"} \r\n'):
        assert await answer_to(installation, body) == (200, {})
    body = b'{"event_id":"%b"}' % EVENT_ID.encode()
    assert await answer_to(installation, body) == (200, {"id": EVENT_ID})
    assert await stored(conn) == []


async def test_an_answered_envelope_is_in_the_ledger_as_it_came(
    installation: Installation, conn: Connection
) -> None:
    body = gzip.compress(with_event({"event_id": EVENT_ID}, b'{"message":"\\u0000 \xff"}'))
    await answer_to(installation, body, Content_Encoding=" GZip ", User_Agent="curl/8")
    (row,) = await stored(conn)
    assert row["body"] == body
    assert (row["encoding"], row["form"], row["items"]) == ("gzip", "envelope", 1)
    assert (row["project_id"], row["event_id"].hex) == (installation.project_id, EVENT_ID)
    assert (row["client"], row["remote_addr"]) == ("curl/8", "127.0.0.1")


async def test_every_framing_of_the_protocol_is_read_or_refused(
    installation: Installation,
) -> None:
    cases: dict[str, tuple[bytes, int]] = {
        "no final line feed": (with_event({})[:-1], 200),
        "blank lines at the end": (with_event({}) + b"\n\n", 200),
        "a blank line between items": (b'{}\n{"type":"a"}\n1\n\n{"type":"b"}\n2\n', 200),
        "white space around headers": (b' {} \n {"type":"event","length":2} \n{}\n', 200),
        "CRLF": (b'{}\r\n{"type":"event"}\r\n{}\r\n', 200),
        "implicit length": (b'{}\n{"type":"event"}\n{}', 200),
        "implicit length with a line feed": (b'{}\n{"type":"event"}\n{\n}\n', 400),
        "length zero": (b'{}\n{"type":"x","length":0}\n\n', 200),
        "length zero at the end": (b'{}\n{"type":"x","length":0}', 200),
        "an item header at the end": (b'{}\n{"type":"x"}', 200),
        "a length too long": (b'{}\n{"type":"event","length":3}\n{}', 400),
        "a huge length": (b'{}\n{"type":"x","length":99999999999999999999}\n{}', 400),
        "a length too short": (b'{}\n{"type":"event","length":1}\n{}', 400),
        "a length of characters": ('{}\n{"type":"x","length":1}\né\n'.encode(), 400),
        "a negative length": (b'{}\n{"type":"x","length":-1}\n{}', 400),
        "a fraction as length": (b'{}\n{"type":"x","length":2.0}\n{}', 400),
        "a text as length": (b'{}\n{"type":"x","length":"2"}\n{}', 400),
        "truth as length": (b'{}\n{"type":"x","length":true}\n{', 400),
        "no type": (b"{}\n{}\nx\n", 200),
        "a type that is no text": (b'{}\n{"type":7}\nx\n', 200),
        "an unknown type": (b'{}\n{"type":"hologram"}\nx\n', 200),
        "unknown headers": (b'{"a":1}\n{"type":"event","b":[]}\n{}\n', 200),
        "binary payload": (b'{}\n{"type":"x","length":256}\n' + bytes(range(256)), 200),
        "two events": (b'{}\n{"type":"event"}\n{}\n{"type":"event"}\n{}\n', 200),
        "invalid optional headers": (
            b'{"sent_at":7,"sdk":[],"trace":"x","dsn":{}}\n{"type":"event"}\n{}',
            200,
        ),
        "an empty body": (b"", 400),
        "blank lines only": (b"\n\n", 400),
        "a header that is a list": (b"[]\n", 400),
        "a header that is not JSON": (b"{\n", 400),
        "a header of binary": (b"\xff\xfe\x00\n", 400),
        "an item header that is a list": (b"{}\n[]\n{}", 400),
        "an item header that is not JSON": (b"{}\nx\n{}", 400),
        "a long item header": (b'{}\n{"type":"x","a":"%b"}\n{}' % (b"x" * 8192), 400),
        "a long header": (b'{"a":"%b"}\n' % (b"x" * 65536), 400),
        "deep nesting": (b'{"a":%b}\n' % (b"[" * 5000 + b"]" * 5000), 200),
        "a thousand items": (b"{}\n" + b'{"type":"x"}\n1\n' * 1000, 200),
        "more items": (b"{}\n" + b'{"type":"x"}\n1\n' * 1001, 413),
    }
    found = {name: (await answer_to(installation, body))[0] for name, (body, _) in cases.items()}
    assert found == {name: status for name, (_, status) in cases.items()}


async def test_an_event_id_that_is_no_uuid_is_refused(
    installation: Installation, conn: Connection
) -> None:
    wrong = ["", "x", "9" * 31, "9" * 33, "../../x", EVENT_ID[:-1] + "\0", 7, [], {}, True]
    for event_id in wrong:
        status, _ = await answer_to(installation, with_event({"event_id": event_id}))
        assert status == 400, event_id
    inside = [value for value in wrong if value]
    for event_id in inside:
        event = json.dumps({"event_id": event_id}).encode()
        assert (await answer_to(installation, with_event({}, event)))[0] == 400, event_id
    assert await stored(conn) == []


async def test_every_encoding_is_read(installation: Installation) -> None:
    raw = zlib.compressobj(wbits=-15)
    plain = with_event({"event_id": EVENT_ID})
    compress: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "GZIP": gzip.compress,
        "x-gzip": gzip.compress,
        "deflate": zlib.compress,
        " deflate ": lambda data: raw.compress(data) + raw.flush(),
        "br": brotli.compress,
        "zstd": zstd.compress,
        "identity": bytes,
        "": bytes,
        "UTF-8": bytes,
        "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
    }
    for coding, encode in compress.items():
        answer = await answer_to(installation, encode(plain), Content_Encoding=coding)
        assert answer == (200, {"id": EVENT_ID}), coding
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.duplicate, books.parked) == (1, len(compress) - 1, 0)


async def test_a_body_in_chunks_without_a_length_is_read(installation: Installation) -> None:
    async def pieces(data: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(data), 7):
            yield data[start : start + 7]

    body = with_event({"event_id": EVENT_ID})
    assert await answer_to(installation, pieces(body)) == (200, {"id": EVENT_ID})
    assert (await answer_to(installation, pieces(b"")))[0] == 400


async def test_paths_work_with_and_without_the_final_slash(installation: Installation) -> None:
    for path in ("envelope/", "envelope"):
        response = await installation.post_envelope(with_event({}), path=path)
        assert response.status == 200


async def test_a_project_that_is_no_number_is_refused(installation: Installation) -> None:
    headers = {"X-Sentry-Auth": f"Sentry sentry_key={installation.key}"}
    for project in ("x", "-1", "1.0", "²", "1" * 11, "1" * 5000, "%00", "1%0a"):
        url = f"{installation.base_url}/api/{project}/envelope/"
        async with installation.client.post(url, data=with_event({}), headers=headers) as response:
            assert response.status == 400, project
            assert list(await response.json()) == ["detail"]


async def test_sizes_beyond_the_limits_are_refused(database_url: str, conn: Connection) -> None:
    limits = Settings(max_event_bytes=1000, max_envelope_bytes=5000, max_wire_bytes=3000)
    fitting, large = b'"%b"' % (b"x" * 998), b'"%b"' % (b"x" * 999)
    headers = {"event_id": EVENT_ID}
    attachment = envelope({}, ({"type": "attachment"}, b"x" * 2000))

    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 100

    cases: list[tuple[Any, str, int]] = [
        (with_event(headers, fitting), "", 200),
        (with_event(headers, large), "", 413),
        (gzip.compress(with_event(headers, large)), "gzip", 413),
        (attachment, "", 200),
        (b" " * 3001, "", 413),
        (in_chunks(), "", 413),
        (gzip.compress(b"{}" + b" " * 4999), "gzip", 413),
        (gzip.compress(b"{}" + b" " * 4998), "gzip", 200),
    ]
    async with open_installation(database_url, limits) as installation:
        for body, coding, expected in cases:
            status, _ = await answer_to(installation, body, Content_Encoding=coding)
            assert status == expected, (coding, expected)
    assert len(await stored(conn)) == 2


async def test_what_is_not_an_event_may_be_larger_than_one(installation: Installation) -> None:
    large = envelope({}, ({"type": "attachment"}, b"x" * (1024 * 1024 + 1)))
    assert (await answer_to(installation, gzip.compress(large), Content_Encoding="gzip"))[0] == 200
    fitting = with_event({}, json.dumps(error(value="x")).encode().ljust(1024 * 1024))
    assert (await answer_to(installation, gzip.compress(fitting), Content_Encoding="gzip"))[
        0
    ] == 200


async def test_only_post_and_options_are_served(installation: Installation) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        url = f"{installation.base_url}/api/{installation.project_id}/envelope/"
        async with installation.client.request(method, url) as response:
            assert response.status == 405
            assert response.content_type == "application/json"
