"""Where did my event go?"""

from typing import Any

from aiohttp import web

from rustrak.dashboard.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """Asks every project one may see for an event's id."""
    wanted = visit.query("event_id").strip()
    found: list[tuple[Any, Any]] = []
    fault = ""
    if wanted:
        plain = wanted.replace("-", "")
        if len(plain) != 32 or not plain.isalnum():
            fault = "An event id has 32 hexadecimal digits."
        else:
            for project in visit.projects:
                answer = await visit.answer("GET", f"/api/projects/{project['id']}/where/{plain}")
                if answer.status == 200 and answer.json()["deliveries"]:
                    found.append((project, answer.json()))
    return visit.page("where.html", wanted=wanted, found=found, fault=fault)
