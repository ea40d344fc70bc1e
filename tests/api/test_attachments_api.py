"""Attachments: listed with their event, and given back byte for byte as a download."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
import sentry_sdk
from aiohttp import ClientResponse

from rustrak.api.attachments import download_headers
from rustrak.database.pool import Connection
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.refusals import refusal

EVENT = "9ec79c33ec9942ab8353589fcb2e04dc"
FIELDS = [
    "id",
    "event_id",
    "filename",
    "content_type",
    "attachment_type",
    "size",
    "received_at",
]


def file(payload: bytes, **headers: Any) -> tuple[dict[str, Any], bytes]:
    return {"type": "attachment", **headers}, payload


async def send(
    installation: Installation,
    *items: tuple[dict[str, Any], bytes],
    event_id: str = EVENT,
    project: int = 0,
) -> None:
    body = envelope({"event_id": event_id}, *items)
    assert (await installation.post_envelope(body, project=project)).status == 200


async def listed(
    installation: Installation, event_id: str = EVENT, project: int = 0
) -> list[dict[str, Any]]:
    number = installation.projects[project]["id"]
    path = f"/api/projects/{number}/events/{event_id}/attachments"
    found: list[dict[str, Any]] = await installation.get(path)
    return found


async def download(installation: Installation, attachment_id: str) -> ClientResponse:
    path = f"/api/projects/{installation.project_id}/attachments/{attachment_id}/download"
    headers = {"Authorization": f"Bearer {installation.token}"}
    response = await installation.client.get(installation.base_url + path, headers=headers)
    assert response.status == 200, await response.text()
    return response


async def test_an_attachment_is_listed_with_its_event_and_comes_back_as_sent(
    installation: Installation,
) -> None:
    content = b"a,b\n\x00\xff,2\n"
    await send(
        installation,
        ({"type": "event"}, json.dumps(error()).encode()),
        file(content, filename="logs/cart.csv", content_type="text/csv"),
    )
    await installation.digest()
    (found,) = await listed(installation)
    assert list(found) == FIELDS
    assert found["event_id"] == str(UUID(EVENT))
    assert (found["filename"], found["content_type"]) == ("cart.csv", "text/csv")
    assert (found["attachment_type"], found["size"]) == ("event.attachment", len(content))
    assert found["received_at"].endswith("Z")
    response = await download(installation, found["id"])
    assert await response.read() == content
    assert response.headers["Content-Type"] == "text/csv"
    shown = await installation.get(f"/api/projects/{installation.project_id}/events/{EVENT}")
    assert shown["data"] == error()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied) == (2, 2)
    assert books.is_even


async def test_an_attachment_of_the_python_sdk_arrives(installation: Installation) -> None:
    content = bytes(range(256)) * 9000  # more than two megabytes

    def run() -> str | None:
        client = sentry_sdk.Client(installation.dsn(), default_integrations=False)
        with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
            scope.set_client(client)
            scope.add_attachment(bytes=content, filename="state.bin")
            scope.add_attachment(bytes=b"{}", filename="cart.json")
            event_id = sentry_sdk.capture_message("with two files")
        client.close(timeout=10)
        return event_id

    event_id = await asyncio.to_thread(run)
    assert event_id
    await installation.digest()
    state, cart = await listed(installation, event_id)
    assert (state["filename"], state["size"]) == ("state.bin", len(content))
    assert (cart["filename"], cart["content_type"]) == ("cart.json", "application/json")
    assert await (await download(installation, state["id"])).read() == content
    assert await (await download(installation, cart["id"])).read() == b"{}"
    assert (await installation.books())[installation.project_id].is_even


async def test_an_attachment_may_come_before_its_event_after_it_or_alone(
    installation: Installation,
) -> None:
    await send(installation, file(b"1", filename="before.txt"))
    await installation.digest()
    assert [found["filename"] for found in await listed(installation)] == ["before.txt"]
    await digested(installation, error(event_id=EVENT))
    await send(installation, file(b"3", filename="after.txt"))
    await installation.digest()
    names = [found["filename"] for found in await listed(installation)]
    assert names == ["before.txt", "after.txt"]


async def test_an_event_without_attachments_has_an_empty_list(installation: Installation) -> None:
    await digested(installation, error(event_id=EVENT))
    assert await listed(installation) == []


async def test_the_same_envelope_twice_brings_its_attachments_once(
    installation: Installation,
) -> None:
    items = [({"type": "event"}, json.dumps(error()).encode()), file(b"x", filename="x")]
    await send(installation, *items)
    await send(installation, *items)
    await installation.digest()
    (first,) = await listed(installation)
    await send(installation, *items)
    await installation.digest()
    assert await listed(installation) == [first]
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (6, 2, 4)
    assert books.is_even


async def test_attachments_that_differ_in_anything_are_several(installation: Installation) -> None:
    await send(
        installation,
        file(b"x", filename="a"),
        file(b"y", filename="a"),
        file(b"x", filename="b"),
        file(b"x", filename="a", content_type="text/plain"),
        file(b"x", filename="a", attachment_type="event.view_hierarchy"),
        file(b""),
    )
    await installation.digest()
    found = await listed(installation)
    assert len({attachment["id"] for attachment in found}) == 6
    for attachment, content in zip(found, (b"x", b"y", b"x", b"x", b"x", b""), strict=True):
        assert await (await download(installation, attachment["id"])).read() == content


async def test_two_projects_never_see_each_others_attachments(installation: Installation) -> None:
    theirs = installation.projects[1]["id"]
    await send(installation, file(b"mine", filename="mine"))
    await installation.digest()
    (mine,) = await listed(installation)
    for path in (f"events/{EVENT}/attachments", f"attachments/{mine['id']}/download"):
        await refusal(installation, "GET", f"/api/projects/{theirs}/{path}", 404)
    await send(installation, file(b"theirs", filename="theirs"), project=1)
    await installation.digest()
    assert [found["filename"] for found in await listed(installation)] == ["mine"]
    assert [found["filename"] for found in await listed(installation, project=1)] == ["theirs"]


async def test_a_page_is_served_as_octets_that_no_browser_shows(installation: Installation) -> None:
    for number, kind in enumerate(("text/html", "image/svg+xml", "application/xhtml+xml")):
        await send(
            installation,
            file(b"<script>alert(1)</script>", filename=f"{number}.html", content_type=kind),
        )
    await installation.digest()
    for found in await listed(installation):
        headers = (await download(installation, found["id"])).headers
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment; ")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert headers["Cache-Control"] == "private"


@pytest.mark.parametrize(
    ("sent", "disposition"),
    [
        ("../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"),
        ("Übersicht 1.txt", "attachment; filename=\"_bersicht 1.txt\"; "
         "filename*=UTF-8''%C3%9Cbersicht%201.txt"),
        ('a"\r\nSet-Cookie: b=c', "attachment; filename=\"a___Set-Cookie_ b=c\"; "
         "filename*=UTF-8''a___Set-Cookie_%20b%3Dc"),
        ("\x00\ud800", "attachment; filename=\"Unnamed Attachment\"; "
         "filename*=UTF-8''Unnamed%20Attachment"),
        (None, "attachment; filename=\"Unnamed Attachment\"; "
         "filename*=UTF-8''Unnamed%20Attachment"),
    ],
)  # fmt: skip
async def test_a_hostile_name_stays_a_name(
    installation: Installation, sent: Any, disposition: str
) -> None:
    await send(installation, file(b"x", filename=sent, content_type=["text/html"]))
    await installation.digest()
    (found,) = await listed(installation)
    headers = (await download(installation, found["id"])).headers
    assert headers["Content-Disposition"] == disposition
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("name", ["日本語.log", "a" * 200, "x y.z", "😀"])
def test_every_header_of_a_download_is_plain_ascii(name: str) -> None:
    for value in download_headers(name, "text/plain").values():
        assert value.isascii()
        assert value.isprintable()


async def test_what_does_not_exist_is_not_found(installation: Installation) -> None:
    project = f"/api/projects/{installation.project_id}"
    for path in (
        f"{project}/events/{uuid4()}/attachments",
        f"{project}/events/x/attachments",
        f"{project}/attachments/{uuid4()}/download",
        f"{project}/attachments/x/download",
        f"/api/projects/4711/events/{EVENT}/attachments",
    ):
        assert (await refusal(installation, "GET", path, 404))[0] == "NotFound", path


async def test_an_attachment_whose_bytes_retention_took_is_not_found(
    installation: Installation, conn: Connection
) -> None:
    await send(installation, file(b"x"))
    await installation.digest()
    (found,) = await listed(installation)
    await conn.execute("ALTER TABLE envelopes DISABLE TRIGGER append_only")
    await conn.execute("DELETE FROM envelopes")
    path = f"/api/projects/{installation.project_id}/attachments/{found['id']}/download"
    _, message = await refusal(installation, "GET", path, 404)
    assert message.endswith("is listed, but its bytes are no longer stored")
