"""A project: made, led to its first event, set up."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.live import watch
from rustrak.dashboard.snippets import SNIPPETS
from rustrak.dashboard.visit import Visit


async def new(visit: Visit) -> web.StreamResponse:
    return visit.page("project_new.html", fault="")


async def create(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    try:
        made = await visit.send(
            "POST", "/api/projects", {"name": str(form.get("name", "")).strip()}
        )
    except Refused as error:
        return visit.page("project_new.html", status=error.status, fault=str(error))
    return visit.go(f"/projects/{made['id']}/settings", "Your project is ready.")


async def show(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, fault: str = "", status: int = 200) -> web.Response:
    keys, settings, project = await asyncio.gather(
        visit.get(f"{visit.place}/keys"),
        visit.get(f"{visit.place}/settings"),
        visit.get(visit.place),
    )
    active = next((key for key in keys if key["is_active"]), None)
    dsn = active["dsn"] if active else project["dsn"]
    return visit.page(
        "project.html",
        status=status,
        fault=fault,
        project=project,
        keys=keys,
        settings=settings,
        dsn=dsn,
        snippets=[(name, title, code.replace("DSN", dsn)) for name, title, code in SNIPPETS],
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Do what a form asks for."""
    form = await visit.form()
    said = {name: str(value) for name, value in form.items()}
    action = said.get("action", "")
    if action not in _ACTIONS:
        raise Refused(400, f"There is no action {action!r}")
    try:
        note, path = await _ACTIONS[action](visit, said)
    except Refused as error:
        if error.status in (401, 403):
            raise
        return await _page(visit, str(error), error.status)
    return visit.go(path or visit.request.path, note)


async def _test_event(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    """Sends one through the same door as an SDK."""
    event = {"message": "A test event from the dashboard", "level": "info", "platform": "other"}
    path = f"/api/{visit.project_id}/store/"
    answer = await visit.answer("POST", path, event, sentry_key=said.get("key", ""))
    if answer.status != 200:
        raise Refused(answer.status, f"Intake refused it: {answer.body.decode('utf-8', 'replace')}")
    return "A test event is on its way.", ""


async def _rename(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    await visit.send("PATCH", visit.place, {"name": said.get("name", "").strip()})
    return "Renamed.", ""


async def _delete(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    if said.get("confirm", "").strip() != visit.project["name"]:
        raise Refused(400, "Write the project's name to delete it.")
    await visit.send("DELETE", visit.place)
    return "Deleted.", "/"


async def _add_key(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    await visit.send("POST", f"{visit.place}/keys", {"label": said.get("label") or "default"})
    return "There is a new key.", ""


async def _switch_key(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    place = f"{visit.place}/keys/{quote(said.get('key', '0'), safe='')}"
    await visit.send("PATCH", place, {"is_active": said.get("on") == "1"})
    return "Switched.", ""


async def _delete_key(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    await visit.send("DELETE", f"{visit.place}/keys/{quote(said.get('key', '0'), safe='')}")
    return "That key is gone.", ""


async def _settings(visit: Visit, said: dict[str, str]) -> tuple[str, str]:
    await visit.send("PATCH", f"{visit.place}/settings", settings_of(said))
    return "Saved.", ""


def settings_of(said: dict[str, str]) -> dict[str, Any]:
    """What the form of the settings says, as the API takes it."""
    return {
        "filters": {
            **{
                name: said.get(name) == "1"
                for name in ("browser_extensions", "localhost", "legacy_browsers", "web_crawlers")
            },
            **{name: _lines(said.get(name, "")) for name in ("messages", "releases", "addresses")},
        },
        "scrubbing": {
            "mode": said.get("mode", "projection"),
            "defaults": said.get("defaults") == "1",
            "fields": _lines(said.get("fields", "")),
            "safe_fields": _lines(said.get("safe_fields", "")),
            "ip_policy": said.get("ip_policy", "keep"),
        },
        "retention": {
            name: int(said[name]) if said.get(name, "").isdigit() else None
            for name in ("days", "thin_after_days")
        },
        "quotas": _quotas(said.get("quotas", "")),
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _quotas(text: str) -> list[dict[str, Any]]:
    """A quota a line: `1000 hour` or `1000 hour error,transaction`. Raises Refused."""
    quotas = []
    for line in _lines(text):
        limit, window, *categories = [*line.split(maxsplit=2), "", ""][:3]
        if not limit.isdigit():
            raise Refused(400, f"A quota begins with a number, and this one does not: {line[:60]}")
        named = [word.strip() for word in ",".join(categories).split(",") if word.strip()]
        quotas.append({"limit": int(limit), "window": window, "categories": named})
    return quotas


_ACTIONS: Final = {
    "test_event": _test_event,
    "rename": _rename,
    "delete": _delete,
    "add_key": _add_key,
    "switch_key": _switch_key,
    "delete_key": _delete_key,
    "settings": _settings,
}


async def first_event(visit: Visit) -> web.StreamResponse:
    """Tells when the first event has come."""

    async def look() -> object:
        return bool((await visit.get(visit.place))["stored_event_count"])

    place = f"/issues?project={visit.project_id}&q="
    return await watch(visit.request, look, {"first": place}, before=False)


async def outcomes(visit: Visit) -> web.StreamResponse:
    """What was received in the last day, and what became of it."""
    found = await visit.get(f"{visit.place}/outcomes", hours=24)

    def charted(part: str) -> list[dict[str, Any]]:
        return [
            {
                **series,
                "bars": [
                    {"start": hour, "event_count": count}
                    for hour, count in zip(found["hours"], series["quantities"], strict=True)
                ],
            }
            for series in found[part]["series"]
        ]

    return visit.page(
        "outcomes.html", received=charted("received"), reported=charted("reported"), found=found
    )


async def members(visit: Visit) -> web.StreamResponse:
    """Who may see the project, and as what."""
    found, people = await asyncio.gather(
        visit.get(f"{visit.place}/members"), visit.answer("GET", "/api/team")
    )
    known = {member["user_id"] for member in found}
    others = (
        [one for one in people.json() if one["id"] not in known] if people.status == 200 else []
    )
    return visit.page("members.html", members=found, others=others)


async def change_members(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    user = str(form.get("user", ""))
    if form.get("action") == "remove":
        await visit.send("DELETE", f"{visit.place}/members/{quote(user, safe='')}")
        return visit.go(visit.request.path, "Removed.")
    body = {"user_id": int(user) if user.isdigit() else 0, "role": str(form.get("role", ""))}
    await visit.send("PUT", f"{visit.place}/members", body)
    return visit.go(visit.request.path, "Saved.")
