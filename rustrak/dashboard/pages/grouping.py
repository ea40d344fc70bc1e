"""How a project's events are grouped: rules tried, previewed on the past, applied, undone."""

import asyncio
from typing import Any
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    current, runs, reach = await asyncio.gather(
        visit.get(f"{visit.place}/grouping"),
        visit.get(f"{visit.place}/regroupings"),
        visit.get(f"{visit.place}/grouping/reach"),
    )
    values.setdefault("rules", visit.query("rules") or current["rules"])
    values.setdefault("version_chosen", current["version"])
    values.setdefault("event_id", visit.query("event"))
    return visit.page(
        "grouping.html", status=status, current=current, runs=runs, reach=reach, **values
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Try rules on an event, preview them on the past, or save them for events to come."""
    form = await visit.form()
    action, rules = str(form.get("action", "")), str(form.get("rules", "")).replace("\r\n", "\n")
    said = {"rules": rules, "version": str(form.get("version", "")) or None}
    event = str(form.get("event", "")).strip()
    kept: dict[str, Any] = {"rules": rules, "version_chosen": said["version"], "event_id": event}
    try:
        if action == "try":
            body = {**said, "event_id": event} if event else said
            tried = await visit.send("POST", f"{visit.place}/grouping/try", body)
            return await _page(visit, tried=tried, **kept)
        if action == "preview":
            made = await visit.send("POST", f"{visit.place}/regroupings", said)
            return visit.go(f"{visit.request.path}/{made['id']}")
        if action == "save":
            await visit.send("PUT", f"{visit.place}/grouping", said)
            return visit.go(visit.request.path, "Events to come are grouped so.")
        if action == "undo":
            change_id = quote(str(form.get("change", "0")), safe="")
            await visit.send("POST", f"{visit.place}/grouping/{change_id}/undo", {})
            return visit.go(visit.request.path, "Undone.")
    except Refused as error:
        if error.status in (401, 403):
            raise
        return await _page(visit, error.status, fault=str(error), **kept)
    raise Refused(400, f"There is no action {action!r}")


async def regrouping(visit: Visit) -> web.StreamResponse:
    """What a change would make of the past, or how far it has come."""
    place = f"{visit.place}/regroupings/{visit.part('regrouping_id')}"
    return visit.page("regrouping.html", run=await visit.get(place))


async def change_regrouping(visit: Visit) -> web.StreamResponse:
    """Apply, undo or cancel."""
    place = f"{visit.place}/regroupings/{visit.part('regrouping_id')}"
    action = str((await visit.form()).get("action", ""))
    if action == "cancel":
        await visit.send("DELETE", place)
    elif action in ("apply", "undo"):
        await visit.send("POST", f"{place}/{action}", {})
    else:
        raise Refused(400, f"There is no action {action!r}")
    return visit.go(visit.request.path)
