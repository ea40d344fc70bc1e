"""The legacy store endpoint: one event as JSON, as base64 of it, or deflated first."""

import base64
import gzip
import json
import re
import zlib
from typing import Any

from rustrak.config import Settings
from tests.installation import Installation, envelope, open_installation
from tests.made_events import error

EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
EVENT = json.dumps({"event_id": EVENT_ID, "message": "hello"}).encode()


async def answer_to(
    installation: Installation, body: bytes, **headers: Any
) -> tuple[int, dict[str, Any]]:
    response = await installation.post_envelope(body, path="store/", **headers)
    answer: dict[str, Any] = await response.json()
    assert list(answer) == (["id"] if response.status == 200 else ["detail"])
    return response.status, answer


async def test_every_form_of_body_is_read(installation: Installation) -> None:
    bodies = {
        "json": EVENT,
        "json after white space": b"\n " + EVENT,
        "json after a byte order mark": b"\xef\xbb\xbf" + EVENT,
        "base64 of json": base64.b64encode(EVENT),
        "base64 of zlib": base64.b64encode(zlib.compress(EVENT)),
        "base64 for URLs": base64.urlsafe_b64encode(zlib.compress(EVENT)).rstrip(b"="),
        "base64 in lines": base64.encodebytes(zlib.compress(EVENT * 1)),
    }
    for name, body in bodies.items():
        assert await answer_to(installation, body) == (200, {"id": EVENT_ID}), name
    zipped = gzip.compress(EVENT)
    answer = await answer_to(installation, zipped, Content_Encoding="gzip")
    assert answer == (200, {"id": EVENT_ID})
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.duplicate, books.parked) == (1, len(bodies), 0)


async def test_a_stored_event_is_shown_as_it_was_sent(installation: Installation) -> None:
    sent = error(release="shop@1")
    body = base64.b64encode(zlib.compress(json.dumps(sent).encode()))
    _, answer = await answer_to(installation, body)
    await installation.digest()
    project = installation.project_id
    event = await installation.get(f"/api/projects/{project}/events/{answer['id']}")
    assert (event["title"], event["release"]) == ("ValueError: no", "shop@1")
    assert event["data"] == sent


async def test_an_event_without_an_id_is_given_one(installation: Installation) -> None:
    status, answer = await answer_to(installation, b'{"message":"hello"}')
    assert status == 200
    assert re.fullmatch("[0-9a-f]{32}", answer["id"])


async def test_bare_nan_and_infinity_are_tolerated(installation: Installation) -> None:
    status, answer = await answer_to(
        installation, b'{"message":"hello","extra":{"a":NaN,"b":[Infinity,-Infinity]}}'
    )
    assert status == 200
    await installation.digest()
    path = f"/api/projects/{installation.project_id}/events/{answer['id']}"
    event = await installation.get(path)
    assert event["data"]["extra"] == {"a": None, "b": [None, None]}


async def test_an_envelope_is_read_where_the_content_type_says_so(
    installation: Installation,
) -> None:
    body = envelope({"event_id": EVENT_ID}, ({"type": "event"}, EVENT))
    headers = {"Content_Type": "application/x-sentry-envelope"}
    assert await answer_to(installation, body, **headers) == (200, {"id": EVENT_ID})


async def test_what_is_no_event_is_refused(installation: Installation) -> None:
    wrong = {
        "nothing": b"",
        "white space": b"  \n",
        "a list": b"[]",
        "a text": b'"x"',
        "no JSON": b"{",
        "no base64": b"!!!!",
        "base64 of nothing": b"====",
        "base64 of a list": base64.b64encode(b"[]"),
        "base64 of a deflated list": base64.b64encode(zlib.compress(b"[]")),
        "base64 of truncated zlib": base64.b64encode(zlib.compress(EVENT)[:-4]),
        "a bad event id": b'{"event_id":"../../x"}',
        "an event id that is no text": b'{"event_id":7}',
    }
    found = {name: (await answer_to(installation, body))[0] for name, body in wrong.items()}
    assert found == dict.fromkeys(wrong, 400)


async def test_sizes_beyond_the_limits_are_refused(database_url: str) -> None:
    large = b'{"message":"%b"}' % (b"x" * 1000)
    bomb = base64.b64encode(zlib.compress(b"{" + b" " * 100_000))
    limits = Settings(max_event_bytes=1000, max_envelope_bytes=5000)
    async with open_installation(database_url, limits) as installation:
        assert (await answer_to(installation, large))[0] == 413
        assert (await answer_to(installation, bomb))[0] == 413
        assert (await answer_to(installation, EVENT))[0] == 200


async def test_paths_work_with_and_without_the_final_slash(installation: Installation) -> None:
    for path in ("store/", "store"):
        response = await installation.post_envelope(EVENT, path=path)
        assert response.status == 200
