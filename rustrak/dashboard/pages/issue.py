"""One issue: what it is, how often, whom it hits, what was decided, and deciding."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.reading import read
from rustrak.dashboard.visit import Visit

HUGE: Final = 20_000
"""Events of an issue whose tags are not counted before the page is shown, but beside it."""
STATUS: Final = {
    "resolve": {"status": "resolved"},
    "resolve_next": {"status": "resolved", "status_details": {"in_next_release": True}},
    "reopen": {"status": "unresolved"},
    "mute": {"status": "ignored"},
    "mute_100": {"status": "ignored", "status_details": {"ignore_count": 100}},
    "mute_10_users": {"status": "ignored", "status_details": {"ignore_user_count": 10}},
}
DAYS: Final = {"mute_day": 1, "mute_week": 7}
DONE: Final = {
    "resolve": "Resolved.",
    "resolve_next": "Resolved in the next release.",
    "reopen": "Open again.",
    "comment": "Comment added.",
    "delete_comment": "Comment deleted.",
    "merge": "Merged.",
    "split": "Split.",
    "undo": "Undone.",
    "assign": "Assigned.",
    "priority": "Priority changed.",
    "delete": "Deleted. It can be undone from its history.",
}


async def show(visit: Visit) -> web.StreamResponse:
    """Everything about an issue, with its latest event."""
    place = _place(visit)
    window = "30d" if visit.query("window") == "30d" else "24h"
    found = await visit.answer("GET", place)
    if found.status == 404:
        return await _gone(visit, place)
    issue = found.json()
    is_huge = issue["event_count"] > HUGE
    stats, aggregates, activity, comments, events, people = await asyncio.gather(
        visit.get(f"{place}/stats", window=window),
        visit.get(f"{place}/aggregates"),
        visit.get(f"{place}/activity", limit=30),
        visit.get(f"{place}/comments", limit=100),
        visit.get(f"{place}/events"),
        visit.get(f"{visit.place}/members"),
    )
    tags: Any = []
    groupings: Any = []
    if not is_huge:
        tags, groupings = await asyncio.gather(
            visit.get(f"{place}/tags"), visit.get(f"{place}/groupings")
        )
    event = await _latest(visit, events)
    similar = await _similar(visit, issue)
    return visit.page(
        "issue.html",
        issue=issue,
        stats=stats,
        window=window,
        aggregates=aggregates,
        is_huge=is_huge,
        releases=_releases(tags),
        tags=tags,
        activity=activity["items"],
        comments=comments["items"],
        events=events["items"],
        groupings=groupings,
        people=people,
        event=event,
        said=read(event["data"]) if event else None,
        similar=similar,
    )


def _place(visit: Visit) -> str:
    return f"{visit.place}/issues/{visit.part('issue_id')}"


async def _gone(visit: Visit, place: str) -> web.StreamResponse:
    """A deleted issue still has its history, from which it can be brought back."""
    activity = await visit.answer("GET", f"{place}/activity", limit=30)
    if activity.status != 200:
        raise Refused(404, "There is no such issue")
    return visit.page("issue_gone.html", status=404, activity=activity.json()["items"])


def _releases(tags: Any) -> list[tuple[str, str]]:
    """When the issue was first seen in each release."""
    values: list[Any] = next((tag["values"] for tag in tags if tag["key"] == "release"), [])
    return [(value["value"], value["first_seen"]) for value in values]


async def _latest(visit: Visit, events: Any) -> Any:
    """The newest event in full; None once its body is gone."""
    if not events["items"]:
        return None
    answer = await visit.answer("GET", f"{visit.place}/events/{events['items'][0]['id']}")
    return answer.json() if answer.status == 200 else None


async def _similar(visit: Visit, issue: Any) -> list[Any]:
    """Others of the project with the same kind of title."""
    kind = str(issue["title"]).partition(":")[0].strip()[:60].replace('"', "")
    if not kind:
        return []
    found = await visit.answer(
        "GET", f"{visit.place}/issues", q=f'"{kind}"', per_page=6, sort="last_seen"
    )
    if found.status != 200:
        return []
    return [one for one in found.json()["items"] if one["id"] != issue["id"]][:5]


async def part(visit: Visit) -> web.StreamResponse:
    """What takes longer to count of a huge issue: its tags and its groupings."""
    place = _place(visit)
    issue, tags, groupings = await asyncio.gather(
        visit.get(place), visit.get(f"{place}/tags"), visit.get(f"{place}/groupings")
    )
    template = "issue_counts.html" if visit.query("part") else "issue_part.html"
    return visit.page(template, issue=issue, tags=tags, groupings=groupings)


async def act(visit: Visit) -> web.StreamResponse:
    """Do what a form asks for."""
    form = await visit.form()
    action, place = str(form.get("action", "")), _place(visit)
    here = str(form.get("next", visit.request.path))
    said = {name: str(value) for name, value in form.items()}
    if action in STATUS:
        await visit.send("PATCH", place, STATUS[action])
    elif action in DAYS:
        until = datetime.now(UTC) + timedelta(days=DAYS[action])
        details = {"until": until.isoformat()}
        await visit.send("PATCH", place, {"status": "ignored", "status_details": details})
    elif action in _ACTIONS:
        here = await _ACTIONS[action](visit, place, said) or here
    else:
        raise Refused(400, f"There is no action {action!r}")
    return visit.go(here, DONE.get(action, "Ignored."))


async def _comment(visit: Visit, place: str, said: dict[str, str]) -> None:
    await visit.send("POST", f"{place}/comments", {"text": said.get("text", "")})


async def _delete_comment(visit: Visit, place: str, said: dict[str, str]) -> None:
    await visit.send("DELETE", f"{place}/comments/{quote(said.get('comment', 'none'), safe='')}")


async def _assign(visit: Visit, place: str, said: dict[str, str]) -> None:
    chosen = said.get("assignee", "")
    await visit.send("PATCH", place, {"assignee": int(chosen) if chosen.isdigit() else None})


async def _prioritise(visit: Visit, place: str, said: dict[str, str]) -> None:
    await visit.send("PATCH", place, {"priority": said.get("priority", "medium")})


async def _merge(visit: Visit, place: str, said: dict[str, str]) -> None:
    other = await visit.get(f"/api/issues/{quote(said.get('other', '').strip() or '-', safe='')}")
    await visit.send("POST", f"{place}/merge", {"issues": [other["id"]]})


async def _split(visit: Visit, place: str, said: dict[str, str]) -> str:
    made = await visit.send("POST", f"{place}/split", {"groupings": [said.get("grouping", "")]})
    return f"/projects/{visit.project_id}/issues/{made['id']}"


async def _undo(visit: Visit, _place: str, said: dict[str, str]) -> None:
    position = quote(said.get("decision", "0"), safe="")
    await visit.send("POST", f"{visit.place}/decisions/{position}/undo", {})


async def _delete(visit: Visit, place: str, _said: dict[str, str]) -> str:
    await visit.send("DELETE", place)
    return f"/issues?project={visit.project_id}"


_ACTIONS: Final = {
    "comment": _comment,
    "delete_comment": _delete_comment,
    "assign": _assign,
    "priority": _prioritise,
    "merge": _merge,
    "split": _split,
    "undo": _undo,
    "delete": _delete,
}
