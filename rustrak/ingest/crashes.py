"""Crash dumps and the files of a crash, as native uploaders send them.

An uploader deletes its dump after any 2xx, and keeps it for ever after a 404.
Source: Sentry protocol, crash dumps, late attachments.
"""

from aiohttp.web import Request

from rustrak.errors import Malformed
from rustrak.ingest import replies
from rustrak.ingest.body import off_loop
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply
from rustrak.items.values import text, uuid
from rustrak.protocol.envelope import Item
from rustrak.protocol.event_id import new_event_id, parse_event_id
from rustrak.protocol.forms import boundary_of, read_form
from rustrak.protocol.jsontext import dumps
from rustrak.protocol.minidump import (
    DUMP_FIELD,
    FormPart,
    attachment_item,
    read_minidump_form,
)

MAX_PARAMETER = 200  # characters of a query parameter kept with an Unreal crash
MAX_BOUNDARY = 200  # bytes


async def receive_minidump(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/minidump/: the dump itself, or a form with the dump in it."""
    sender = await intake.identify(request)
    body = await intake.read(request)
    content_type = request.headers.get("Content-Type", "")
    limit = intake.settings.max_envelope_bytes
    event_id, items = await off_loop(_crash, body, content_type, limit)
    await intake.keep_if_admitted(sender, items, event_id)
    return replies.crash_stored(request.headers.get("Origin"), event_id)


async def receive_unreal(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/unreal/{key}/: kept as it is, with what its query says."""
    sender = await intake.identify(request)
    body = await intake.read(request)
    said = {
        name: text(request.query[name], MAX_PARAMETER)
        for name in ("UserID", "AppID", "AppVersion")
        if name in request.query
    }
    item = Item("unreal_report", {**said, "type": "unreal_report"}, body)
    event_id = await intake.keep_if_admitted(sender, [item])
    return replies.crash_stored(request.headers.get("Origin"), event_id)


async def receive_attachments(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/events/{event}/attachments/: files for an event that was sent before."""
    sender = await intake.identify(request)
    event_id = parse_event_id(request.match_info["event_id"])
    boundary = boundary_of(request.headers.get("Content-Type", ""))
    parts = await off_loop(read_form, await intake.read(request), boundary)
    files = [attachment_item(part) for part in parts if part[1] is not None]
    if not files:
        raise Malformed("the form has no file in it")
    await intake.keep(sender, files, event_id)
    return replies.done(request.headers.get("Origin"), 201)


def _crash(body: bytes, content_type: str, limit: int) -> tuple[str, list[Item]]:
    """The id of a crash and its items: the event first, then its files."""
    document, attachments = read_minidump_form(_parts(body, content_type), limit=limit)
    event_id = uuid(document.get("event_id")) or new_event_id()
    document["event_id"] = event_id
    return event_id, [Item("event", {"type": "event"}, dumps(document)), *attachments]


def _parts(body: bytes, content_type: str) -> list[FormPart]:
    if not content_type.lower().startswith("multipart/"):
        return [(DUMP_FIELD, None, content_type, body)]
    parts: list[FormPart] = []
    for part in read_form(body, boundary_of(content_type)):
        parts += _unpacked(part)
    return parts


def _unpacked(part: FormPart) -> list[FormPart]:
    """The form that old Electron on Linux sends in the place of its dump, else the part itself."""
    name, _, _, contents = part
    if name != DUMP_FIELD or not contents.startswith(b"--"):
        return [part]
    return read_form(contents, contents[2:MAX_BOUNDARY].partition(b"\r\n")[0])
