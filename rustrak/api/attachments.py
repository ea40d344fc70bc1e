"""Attachments: listed from the projection, downloaded from the ledger."""

import asyncio
from typing import Final
from urllib.parse import quote

from aiohttp import web

from rustrak.api.call import Call
from rustrak.api.events import require_event
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.ledger.envelopes import read_envelope
from rustrak.schemas.attachments import Attachment

MOST: Final = 1000
"""Attachments of one event that are listed, the first ones; SDKs send a handful."""

INERT: Final = frozenset(
    {
        "application/gzip",
        "application/json",
        "application/zip",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)
"""Types a browser runs nothing of; any other claim is served as octets."""


async def list_attachments(call: Call) -> list[Attachment]:
    """The attachments of an event, the first 1000."""
    event_id = call.uuid("event_id")
    async with call.connection() as conn:
        await require_event(conn, call.project_id, event_id)
        rows = await fetch_all(
            conn,
            sql("api/list_attachments"),
            project_id=call.project_id,
            event_id=event_id,
            limit=MOST,
        )
    return [Attachment(**row) for row in rows]


async def download_attachment(call: Call) -> web.StreamResponse:
    """The bytes of an attachment as sent; a browser saves them and never shows them."""
    attachment_id = call.uuid("attachment_id")
    async with call.connection() as conn:
        row = await fetch_one(
            conn,
            sql("api/get_attachment"),
            project_id=call.project_id,
            attachment_id=attachment_id,
        )
        if row is None:
            raise NotFound(f"Attachment {attachment_id} not found")
        stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    if stored is None:
        raise NotFound(f"Attachment {attachment_id} is listed, but its bytes are no longer stored")
    envelope = await asyncio.to_thread(stored.open)  # inflating 100 MB would hold everybody up
    headers = download_headers(row["filename"], row["content_type"])
    return web.Response(body=envelope.items[row["item"]].payload, headers=headers)


def download_headers(filename: str, content_type: str) -> dict[str, str]:
    """Headers under which a stranger's bytes are saved, never shown or run as a page of ours.

    The name must have come through `safe_filename`. Source: RFC 6266, RFC 8187.
    """
    plain = filename.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "Content-Type": content_type if content_type in INERT else "application/octet-stream",
        "Content-Disposition": (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private",
    }
