"""Reference §2.1 to §2.5 and the checklist's integration/ingest, unit/auth, unit/decompression and
unit/envelope_parser, seen from outside.

Refusals of intake are `{"detail", "causes"}`, as SDKs and sentry-cli read them.
"""

import gzip
import json
import zlib
from typing import Any
from uuid import uuid4

import brotli
import pytest
from aiohttp import ClientResponse

from tests.installation import Installation, envelope
from tests.made_events import error

ORIGIN = "https://shop.example"


def event_body(event_id: str) -> bytes:
    return envelope({"event_id": event_id}, ({"type": "event"}, json.dumps(error()).encode()))


async def post(
    installation: Installation,
    body: bytes,
    *,
    project: object = None,
    path: str = "envelope/",
    query: str = "",
    **headers: str,
) -> ClientResponse:
    """A post with nothing but what is given."""
    number = installation.project_id if project is None else project
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{installation.base_url}/api/{number}/{path}{query}"
    return await installation.client.post(url, data=body, headers=given)


async def status(installation: Installation, body: bytes, **headers: str) -> int:
    return (await installation.post_envelope(body, **headers)).status


async def test_header_auth_is_200_and_the_same_id(installation: Installation) -> None:
    event_id = uuid4().hex
    auth = f"Sentry sentry_version=7, sentry_key={installation.key}, sentry_client=test/1"
    response = await post(installation, event_body(event_id), X_Sentry_Auth=auth)
    assert (response.status, await response.text()) == (200, f'{{"id":"{event_id}"}}')


async def test_query_auth_is_200(installation: Installation) -> None:
    query = f"?sentry_key={installation.key}"
    response = await post(installation, event_body(uuid4().hex), query=query)
    assert response.status == 200


async def test_no_auth_is_401(installation: Installation) -> None:
    assert (await post(installation, event_body(uuid4().hex))).status == 401


async def test_an_unknown_key_is_refused(installation: Installation) -> None:
    """403 with one text for every stranger; 401 in the original."""
    auth = f"Sentry sentry_key={uuid4().hex}"
    response = await post(installation, event_body(uuid4().hex), X_Sentry_Auth=auth)
    assert response.status == 403


async def test_another_project_id_is_refused_as_an_unknown_key_is(
    installation: Installation,
) -> None:
    """404 and 401 in the original, which so tells strangers which projects there are."""
    auth = f"Sentry sentry_key={installation.key}"
    texts = set()
    for project in (installation.projects[1]["id"], 4711):
        response = await post(
            installation, event_body(uuid4().hex), project=project, X_Sentry_Auth=auth
        )
        assert response.status == 403
        texts.add(await response.text())
    assert len(texts) == 1


async def test_a_project_that_is_no_number_is_400(installation: Installation) -> None:
    auth = f"Sentry sentry_key={installation.key}"
    response = await post(installation, b"", project="x", X_Sentry_Auth=auth)
    assert response.status == 400


async def test_no_event_id_is_given_one(installation: Installation) -> None:
    """400 in the original, which so refuses sessions, check-ins and client reports."""
    body = envelope({}, ({"type": "event"}, json.dumps(error()).encode()))
    response = await installation.post_envelope(body)
    assert response.status == 200
    assert len((await response.json())["id"]) == 32
    session = envelope({}, ({"type": "session"}, b"{}"))
    assert await status(installation, session) == 200


async def test_a_bad_event_id_is_400(installation: Installation) -> None:
    assert await status(installation, event_body("not-a-uuid")) == 400


async def test_bad_json_is_400(installation: Installation) -> None:
    """In the headers, where the framing is at stake."""
    for body in (b"{", b"not json\n", b'{"event_id":7}\n{"type":"event"}\n{}\n'):
        assert await status(installation, body) == 400, body


async def test_an_event_of_bad_json_is_stored_and_counted_as_invalid(
    installation: Installation,
) -> None:
    """400 in the original. Here one bad item costs neither the envelope's others nor its bytes."""
    body = envelope({"event_id": uuid4().hex}, ({"type": "event"}, b"{not json"))
    assert await status(installation, body) == 200
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.invalid, books.applied) == (1, 1, 0)
    assert books.is_even


async def test_no_event_item_is_200_and_the_id(installation: Installation) -> None:
    event_id = uuid4().hex
    response = await installation.post_envelope(envelope({"event_id": event_id}))
    assert (response.status, await response.json()) == (200, {"id": event_id})


async def test_an_empty_body_is_400(installation: Installation) -> None:
    assert await status(installation, b"") == 400


async def test_a_response_echoes_the_origin(installation: Installation) -> None:
    response = await installation.post_envelope(event_body(uuid4().hex), Origin=ORIGIN)
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    refused = await post(installation, b"", Origin=ORIGIN)
    assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_store_takes_an_event(installation: Installation) -> None:
    """Always 400 in the original; old SDKs know nothing else."""
    event_id = uuid4().hex
    body = json.dumps({**error(), "event_id": event_id}).encode()
    response = await installation.post_envelope(body, path="store/")
    assert (response.status, await response.json()) == (200, {"id": event_id})
    await installation.digest()
    assert len(await installation.issues()) == 1


def dashed(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


REAL = [
    "Sentry sentry_version=7, sentry_client=sentry.python/2.0.0, sentry_key={}",
    "Sentry sentry_key={}, sentry_version=7, sentry_client=sentry.javascript.browser/8.0.0",
    "Sentry sentry_version=7,sentry_timestamp=1329096377,sentry_client=raven/1,sentry_key={},"
    "sentry_secret=x",
]


@pytest.mark.parametrize("header", REAL)
async def test_real_headers_are_parsed(installation: Installation, header: str) -> None:
    for key in (installation.key, dashed(installation.key)):
        response = await post(
            installation, event_body(uuid4().hex), X_Sentry_Auth=header.format(key)
        )
        assert response.status == 200


@pytest.mark.parametrize(
    "header",
    [
        "Sentry sentry_version = 7 , sentry_key = {}",
        "Sentry sentry_version=7,sentry_key={}",
        "Sentry sentry_other=abc=def, sentry_key={}",
        "Sentry sentry_version, sentry_key={}",
        "sentry sentry_key={}",
        "SENTRY sentry_key={}",
    ],
)
async def test_loose_headers_are_parsed(installation: Installation, header: str) -> None:
    """The last two not in the original, which compares `Sentry` in its one spelling."""
    auth = header.format(installation.key)
    response = await post(installation, event_body(uuid4().hex), X_Sentry_Auth=auth)
    assert response.status == 200


@pytest.mark.parametrize("header", ["", "Sentry ", "Bearer x", "Sentry sentry_key", "Sentry x=y"])
async def test_headers_without_a_key_are_401(installation: Installation, header: str) -> None:
    response = await post(installation, event_body(uuid4().hex), X_Sentry_Auth=header)
    assert response.status == 401


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda data: gzip.compress(data, 9)),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("br", brotli.compress),
        ("identity", bytes),
    ],
)
async def test_encodings_are_undone(installation: Installation, encoding: str, pack: Any) -> None:
    """zstd and `identity` too, which the snapshot refuses."""
    event_id = uuid4().hex
    response = await installation.post_envelope(
        pack(event_body(event_id)), Content_Encoding=encoding
    )
    assert (response.status, await response.json()) == (200, {"id": event_id})


async def test_an_unknown_encoding_and_a_broken_body_are_refused(
    installation: Installation,
) -> None:
    """415 for the first, where the original answers 400."""
    body = event_body(uuid4().hex)
    assert await status(installation, body, Content_Encoding="lz4") == 415
    broken = gzip.compress(body)[:2] + b"junk"
    assert await status(installation, broken, Content_Encoding="gzip") == 400


PYTHON_STYLE = b'{"event_id":"%b"}\n{"type":"event","length":16}\n{"message":"hi"}\n'
"""The length counts the newline, which becomes part of the payload."""


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (b'{"event_id":"%b"}\n{"type":"event","length":2}\n{}', 1),
        (b'{"event_id":"%b"}\n{"type":"event"}\n{}', 1),
        (b'{"event_id":"%b"}\n{"type":"event"}\n{}\n', 1),
        (b'{"event_id":"%b"}\n{"type":"a"}\n1\n\n\n{"type":"b","length":1}\n2\n', 2),
        (b'{"event_id":"%b"}\n{"type":"a","length":0}\n\n{"type":"b"}\n2\n', 2),
        (b'{"event_id":"%b"}\n{"type":"attachment","length":5}\n\x00\n\xff\n\n\n', 1),
        (PYTHON_STYLE, 1),
    ],
)
async def test_framings_are_read(installation: Installation, body: bytes, items: int) -> None:
    event_id = uuid4().hex.encode()
    assert await status(installation, body.replace(b"%b", event_id)) == 200
    await installation.digest()
    assert (await installation.books())[installation.project_id].received == items


@pytest.mark.parametrize("items", [b'{"type":"event","length":99}\n{}\n', b"not json\n{}\n"])
async def test_broken_framings_are_400(installation: Installation, items: bytes) -> None:
    body = b'{"event_id":"%b"}\n' % uuid4().hex.encode() + items
    assert await status(installation, body) == 400


async def test_an_item_without_a_type_is_counted_as_unsupported(
    installation: Installation,
) -> None:
    """400 in the original; here it does not cost the envelope's other items."""
    items = b'{"length":2}\n{}\n{"type":"event"}\n{"message":"hi"}\n'
    body = b'{"event_id":"%b"}\n' % uuid4().hex.encode() + items
    assert await status(installation, body) == 200
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied) == (2, 1)
    assert books.is_even
