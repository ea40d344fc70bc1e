"""One event: everything it says, in the order in which one asks."""

import asyncio
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.reading import read
from rustrak.dashboard.telling import as_curl, as_markdown
from rustrak.dashboard.visit import Visit

SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox"}


async def show(visit: Visit) -> web.StreamResponse:
    """An event of an issue; `latest` and `oldest` are events, too."""
    event = await _event(visit)
    place = f"{visit.place}/events/{event['id']}"
    attachments, feedback, grouping, issue, neighbours = await asyncio.gather(
        visit.get(f"{place}/attachments"),
        visit.get(f"{place}/feedback"),
        visit.answer("GET", f"{place}/grouping"),
        visit.get(f"{visit.place}/issues/{event['issue_id']}"),
        visit.get(f"{place}/neighbours"),
    )
    said = read(event["data"])
    return visit.page(
        "event.html",
        issue=issue,
        event=event,
        said=said,
        curl=as_curl(said.request) if said.request and said.request.url else "",
        attachments=attachments,
        feedback=feedback,
        grouping=grouping.json() if grouping.status == 200 else None,
        neighbours=neighbours,
    )


async def _event(visit: Visit) -> Any:
    """The event of the path in full."""
    wanted = visit.request.match_info["event_id"]
    if wanted in ("latest", "oldest"):
        found = await visit.get(
            f"{visit.place}/issues/{visit.part('issue_id')}/events",
            order="desc" if wanted == "latest" else "asc",
        )
        if not found["items"]:
            raise Refused(404, "This issue has no event")
        wanted = found["items"][0]["id"]
    return await visit.get(f"{visit.place}/events/{quote(wanted, safe='')}")


async def as_file(visit: Visit) -> web.StreamResponse:
    """The event as JSON, to keep."""
    event = await _event(visit)
    name = f"{event['event_id']}.json"
    return web.Response(
        body=orjson.dumps(event, option=orjson.OPT_INDENT_2),
        content_type="application/json",
        headers={
            **SANDBOX,
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def as_text(visit: Visit) -> web.StreamResponse:
    """The event as Markdown, to paste elsewhere."""
    event = await _event(visit)
    path = f"/projects/{visit.project_id}/issues/{event['issue_id']}/events/{event['id']}"
    text = as_markdown(event, read(event["data"]), str(visit.request.url.with_path(path)))
    headers = {**SANDBOX, "X-Content-Type-Options": "nosniff"}
    return web.Response(text=text, content_type="text/plain", headers=headers)


async def find(visit: Visit) -> web.StreamResponse:
    """An event by its id alone."""
    event = await visit.get(f"{visit.place}/events/{visit.part('event_id')}")
    return visit.go(f"/projects/{visit.project_id}/issues/{event['issue_id']}/events/{event['id']}")


async def attachment(visit: Visit) -> web.StreamResponse:
    """An attachment, to keep: never as a page of ours."""
    place = f"{visit.place}/attachments/{visit.part('attachment_id')}/download"
    answer = await visit.answer("GET", place)
    if answer.status != 200:
        answer.json()
    disposition = answer.headers.get("Content-Disposition", "attachment")
    return web.Response(
        body=answer.body,
        content_type="application/octet-stream",
        headers={
            **SANDBOX,
            "Content-Disposition": disposition,
            "X-Content-Type-Options": "nosniff",
        },
    )
