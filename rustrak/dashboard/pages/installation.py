"""The installation: people, invitations, storage, health."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    people, invitations, version, ready, limits = await asyncio.gather(
        visit.get("/api/team"),
        visit.get("/api/invitations"),
        visit.get("/health/version"),
        visit.answer("GET", "/health/ready"),
        visit.get("/api/rate-limits"),
    )
    stored: dict[str, Any] = {}
    if visit.me["is_admin"]:
        doing, summary, by_project, rebuilds = await asyncio.gather(
            visit.get("/api/health"),
            visit.get("/api/storage/summary"),
            visit.get("/api/storage/projects"),
            visit.get("/api/rebuilds"),
        )
        stored = {
            "doing": doing,
            "summary": summary,
            "by_project": by_project,
            "rebuilds": rebuilds[:5],
        }
    return visit.page(
        "installation.html",
        status=status,
        people=people,
        invitations=invitations,
        program=version,
        health=ready.json() if ready.status == 200 else {"status": "not ready", "checks": {}},
        limits=limits,
        **stored,
        **values,
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Do what a form asks for; the link of an invitation is shown this one time."""
    form = await visit.form()
    said = {name: str(value) for name, value in form.items()}
    action = said.get("action", "")
    try:
        if action == "invite":
            made = await visit.send("POST", "/api/invitations", _invitation(said))
            return await _page(visit, made=made)
        if action not in _ACTIONS:
            raise Refused(400, f"There is no action {action!r}")
        note = await _ACTIONS[action](visit, said)
    except Refused as error:
        if error.status in (401, 403):
            raise
        return await _page(visit, error.status, fault=str(error))
    return visit.go(visit.request.path, note)


def _invitation(said: dict[str, str]) -> dict[str, Any]:
    project = said.get("project", "")
    body: dict[str, Any] = {
        "email": said.get("email", "").strip(),
        "is_admin": said.get("is_admin") == "1",
    }
    if project.isdigit():
        body["projects"] = [{"project_id": int(project), "role": said.get("role", "viewer")}]
    return body


async def _revoke(visit: Visit, said: dict[str, str]) -> str:
    await visit.send("DELETE", f"/api/invitations/{quote(said.get('id', '0'), safe='')}")
    return "The invitation is taken back."


async def _switch(visit: Visit, said: dict[str, str]) -> str:
    place = f"/api/team/{quote(said.get('id', '0'), safe='')}"
    await visit.send("PATCH", place, {"is_active": said.get("on") == "1"})
    return "Switched."


async def _role(visit: Visit, said: dict[str, str]) -> str:
    place = f"/api/team/{quote(said.get('id', '0'), safe='')}/role"
    await visit.send("PATCH", place, {"is_admin": said.get("on") == "1"})
    return "Changed."


async def _rebuild(visit: Visit, said: dict[str, str]) -> str:
    await visit.send("POST", "/api/rebuilds", {"is_check": said.get("is_check") == "1"})
    return "A worker has begun."


async def _cancel(visit: Visit, said: dict[str, str]) -> str:
    await visit.send("DELETE", f"/api/rebuilds/{quote(said.get('id', '0'), safe='')}")
    return "It is told to stop."


_ACTIONS: Final = {
    "revoke": _revoke,
    "switch": _switch,
    "role": _role,
    "rebuild": _rebuild,
    "cancel_rebuild": _cancel,
}
