"""Crash uploaders: the dump, its form and later files are kept, and the answer is an id as text."""

import gzip
import json
from typing import Any
from uuid import UUID

from aiohttp import ClientResponse, FormData, MultipartWriter

from tests.ingest.kept import kept, kept_items
from tests.installation import Installation
from tests.protocol.test_minidump import DUMP

EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"


async def upload(
    installation: Installation, data: Any, path: str = "minidump/", **headers: str
) -> ClientResponse:
    """POST with the key in the query, as crash uploaders do."""
    address = f"{installation.base_url}/api/{installation.project_id}/{path}"
    address += f"{'&' if '?' in path else '?'}sentry_key={installation.key}"
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await installation.client.post(address, data=data, headers=given)


async def crash_id(response: ClientResponse) -> str:
    """The id an uploader was told: a dashed UUID as text."""
    assert (response.status, response.content_type) == (200, "text/plain")
    text = await response.text()
    assert str(UUID(text)) == text
    return UUID(text).hex


def form(**fields: str) -> FormData:
    data = FormData(quote_fields=False)
    for name, value in fields.items():
        data.add_field(name, value)
    data.add_field("upload_file_minidump", DUMP, filename="/tmp/a.dmp")
    return data


async def test_a_dump_with_its_form_becomes_an_event_with_files(
    installation: Installation,
) -> None:
    sent = form(
        sentry=json.dumps({"event_id": EVENT_ID, "release": "game@1", "tags": {"level": "9"}}),
        ptype="renderer",
    )
    sent.add_field("log", b"a\r\n\r\nb\xff--", filename="räder.log", content_type="text/plain")
    assert await crash_id(await upload(installation, sent)) == EVENT_ID
    event, dump, log = await kept_items(installation)
    assert (dump.payload, dump.headers["attachment_type"]) == (DUMP, "event.minidump")
    assert dump.headers["filename"] == "a.dmp"
    assert (log.payload, log.headers["content_type"]) == (b"a\r\n\r\nb\xff--", "text/plain")
    assert json.loads(event.payload)["extra"] == {"ptype": "renderer"}
    await installation.digest()
    (issue,) = await installation.issues()
    assert (issue["level"], issue["event_count"]) == ("fatal", 1)
    path = f"/api/projects/{installation.project_id}/events/{EVENT_ID}"
    assert (await installation.get(path))["release"] == "game@1"
    assert (await installation.books())[installation.project_id].is_even


async def test_an_upload_sent_twice_is_counted_once(installation: Installation) -> None:
    for _ in range(2):
        response = await upload(installation, form(sentry=json.dumps({"event_id": EVENT_ID})))
        assert await crash_id(response) == EVENT_ID
    await installation.digest()
    assert [issue["event_count"] for issue in await installation.issues()] == [1]
    assert (await installation.books())[installation.project_id].is_even


async def test_a_dump_comes_alone_or_compressed(installation: Installation) -> None:
    for body, headers in (
        (DUMP, {"Content_Type": "application/x-dmp"}),
        (DUMP, {"Content_Type": "application/octet-stream"}),
        (gzip.compress(DUMP), {"Content_Type": "application/x-dmp"}),
        (gzip.compress(DUMP), {"Content_Encoding": "gzip", "Content_Type": "application/x-dmp"}),
    ):
        await crash_id(await upload(installation, body, **headers))
    for stored in await kept(installation):
        event, dump = stored.open().items
        assert (event.type, dump.type, dump.payload) == ("event", "attachment", DUMP)


async def test_a_form_in_the_place_of_the_dump_is_unpacked(installation: Installation) -> None:
    inner = (
        b'--in\r\nContent-Disposition: form-data; name="upload_file_minidump"; filename="b.dmp"'
        b"\r\n\r\n" + DUMP + b'\r\n--in\r\nContent-Disposition: form-data; name="sentry"\r\n\r\n'
        b'{"release":"inner@1"}\r\n--in--\r\n'
    )
    sent = FormData(quote_fields=False)
    sent.add_field("upload_file_minidump", inner, filename="a.dmp")
    await crash_id(await upload(installation, sent))
    event, dump = await kept_items(installation)
    assert (dump.payload, json.loads(event.payload)["release"]) == (DUMP, "inner@1")


async def test_a_form_without_a_dump_is_refused(installation: Installation) -> None:
    with MultipartWriter("form-data") as empty:
        empty.append("x").set_content_disposition("form-data", name="sentry")
    for data, headers in (
        (empty, {}),
        (b"not a dump", {"Content_Type": "application/octet-stream"}),
        (b"--a\r\n", {"Content_Type": "multipart/form-data; boundary=a"}),
        (b"x", {"Content_Type": "multipart/form-data"}),
    ):
        response = await upload(installation, data, **headers)
        assert response.status == 400
        assert list(await response.json()) == ["detail"]
    assert await kept(installation) == []


async def test_an_unreal_crash_is_kept_as_it_is(installation: Installation) -> None:
    body = b"\x78\x9c\0whatever\xff\n\n"
    url = f"{installation.base_url}/api/{installation.project_id}/unreal/{installation.key}/"
    async with installation.client.post(url + "?UserID=u%00|1&AppID=x", data=body) as response:
        await crash_id(response)
    (item,) = await kept_items(installation)
    assert (item.type, item.payload) == ("unreal_report", body)
    assert (item.headers["UserID"], item.headers["AppID"]) == ("u\ufffd|1", "x")
    await installation.digest()
    assert (await installation.books())[installation.project_id].is_even


async def test_files_may_follow_an_event(installation: Installation) -> None:
    await installation.send({"message": "hello", "event_id": EVENT_ID})
    sent = FormData(quote_fields=False)
    sent.add_field("a", b"one", filename="../../a.txt", content_type="text/plain")
    sent.add_field("note", "no file")
    sent.add_field("b", b"", filename="b")
    response = await upload(installation, sent, f"events/{EVENT_ID}/attachments/")
    assert (response.status, await response.read()) == (201, b"")
    first, second = await kept(installation)
    assert first.event_id == second.event_id == UUID(EVENT_ID)
    a, b = second.open().items
    assert (a.payload, a.headers["filename"], b.payload) == (b"one", "a.txt", b"")
    await installation.digest()
    assert (await installation.books())[installation.project_id].is_even


async def test_late_files_are_refused_without_an_event_or_a_file(
    installation: Installation,
) -> None:
    no_file = FormData({"note": "x"}, default_to_multipart=True)
    response = await upload(installation, no_file, f"events/{EVENT_ID}/attachments/")
    assert response.status == 400
    many = FormData(quote_fields=False)
    for number in range(31):
        many.add_field(f"f{number}", b"x", filename="x")
    assert (await upload(installation, many, f"events/{EVENT_ID}/attachments")).status == 413
    sent = FormData(quote_fields=False)
    sent.add_field("a", b"one", filename="a")
    assert (await upload(installation, sent, "events/nothing/attachments/")).status == 400
    assert await kept(installation) == []
