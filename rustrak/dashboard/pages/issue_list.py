"""Issues of one project or of all: searched, sorted, changed together, kept up to date."""

import asyncio
from collections import defaultdict
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.live import watch
from rustrak.dashboard.pages.completion import WORDS
from rustrak.dashboard.visit import Visit

ROWS: Final = 25
SORTS: Final = {
    "last_seen": "Last seen",
    "first_seen": "First seen",
    "events": "Events",
    "users": "Users",
    "priority": "Priority",
}
VIEWS: Final = (
    ("Unresolved", "is:unresolved"),
    ("New today", "is:unresolved first-seen:-24h"),
    ("High priority", "is:unresolved priority:high"),
    ("Mine", "is:unresolved assigned:me"),
    ("Ignored", "is:ignored"),
    ("Resolved", "is:resolved"),
)
CHANGES: Final = {
    "resolve": {"status": "resolved"},
    "reopen": {"status": "unresolved"},
    "mute": {"status": "ignored"},
    "high": {"priority": "high"},
    "medium": {"priority": "medium"},
    "low": {"priority": "low"},
}
DONE: Final = {
    "resolve": "resolved",
    "reopen": "reopened",
    "mute": "ignored",
    "high": "given a high priority",
    "medium": "given a medium priority",
    "low": "given a low priority",
    "delete": "deleted",
    "merge": "merged",
}


async def show(visit: Visit) -> web.StreamResponse:
    """A page of the list."""
    listed = visit.get("/api/issues", **_asked(visit), stats="24h", per_page=ROWS)
    rows: dict[str, Any] = {
        "names": {one["id"]: one for one in visit.projects},
        "q": _query(visit),
    }
    if visit.query("part") == "rows":
        return visit.page("issue_rows.html", page=await listed, **rows)
    page, searches = await asyncio.gather(listed, visit.get("/api/searches"))
    kept = [(one["name"], one["query"]) for one in searches]
    return visit.page(
        "issues.html",
        page=page,
        **rows,
        sort=visit.query("sort", "last_seen"),
        order=visit.query("order", "desc"),
        chosen=visit.query("project"),
        sorts=SORTS,
        words=WORDS,
        views=[*VIEWS, *kept],
        kept=kept,
    )


def _query(visit: Visit) -> str:
    return visit.request.query.get("q", "is:unresolved")


def _asked(visit: Visit) -> dict[str, Any]:
    """What the address of the page asks the API."""
    return {
        "q": _query(visit),
        "filter": "" if _query(visit) else "all",
        "project": visit.query("project"),
        "environment": visit.query("environment"),
        "sort": visit.query("sort", "last_seen"),
        "order": visit.query("order", "desc"),
        "cursor": visit.query("cursor"),
    }


async def change(visit: Visit) -> web.StreamResponse:
    """The chosen issues changed, project by project."""
    form = await visit.form()
    action = str(form.get("action", ""))
    chosen: dict[str, list[str]] = defaultdict(list)
    for value in form.getall("issue", []):
        project, _, issue = str(value).partition("/")
        if project.isdigit():
            chosen[project].append(issue)
    back = str(form.get("next", "/issues"))
    count = sum(map(len, chosen.values()))
    if not count or action not in DONE:
        return visit.go(back, "Choose issues first.")
    for project, issues in chosen.items():
        await _change(visit, f"/api/projects/{quote(project)}", action, issues)
    return visit.go(back, f"{count} issue{'s' if count > 1 else ''} {DONE[action]}.")


async def _change(visit: Visit, place: str, action: str, issues: list[str]) -> None:
    if action == "delete":
        await visit.send("DELETE", f"{place}/issues", {"ids": issues})
    elif action == "merge":
        into, *others = issues
        if others:
            await visit.send("POST", f"{place}/issues/{quote(into)}/merge", {"issues": others})
    else:
        await visit.send("PUT", f"{place}/issues", {"ids": issues, **CHANGES[action]})


async def live(visit: Visit) -> web.StreamResponse:
    """Tells when the list is another one."""

    async def look() -> object:
        page = await visit.get("/api/issues", **_asked(visit), per_page=ROWS)
        return [[row["id"], row["last_seen"], row["status"]] for row in page["items"]]

    return await watch(visit.request, look, {"changed": True})


async def keep_view(visit: Visit) -> web.StreamResponse:
    """Keep a search under a name, or drop one."""
    form = await visit.form()
    name, query = str(form.get("name", "")).strip(), str(form.get("q", ""))
    back = f"/issues?q={quote(query, safe='')}"
    if form.get("action") == "drop":
        await visit.answer("DELETE", f"/api/searches/{quote(name, safe='')}")
        return visit.go(back, f"{name} is kept no longer.")
    await visit.send("PUT", "/api/searches", {"name": name, "query": query})
    return visit.go(back, f"Kept as {name}.")
