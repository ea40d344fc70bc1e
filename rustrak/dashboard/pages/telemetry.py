"""What else a project sends: releases, monitors, transactions, logs, feedback."""

import asyncio
from typing import Final

from aiohttp import web

from rustrak.dashboard.live import watch
from rustrak.dashboard.visit import Visit

LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal")


async def releases(visit: Visit) -> web.StreamResponse:
    page = await visit.get(f"{visit.place}/releases", cursor=visit.query("cursor"), limit=50)
    return visit.page("releases.html", page=page)


async def release(visit: Visit) -> web.StreamResponse:
    """One release: its health by the hour, and the issues that are new in it."""
    place = f"{visit.place}/releases/{visit.part('version')}"
    health, issues = await asyncio.gather(
        visit.get(f"{place}/health", hours=72), visit.get(f"{place}/new-issues", per_page=50)
    )
    series = [{"start": hour["hour"], "event_count": hour["sessions"]} for hour in health["series"]]
    return visit.page("release.html", health=health, issues=issues, series=series)


async def monitors(visit: Visit) -> web.StreamResponse:
    page = await visit.get(f"{visit.place}/monitors", cursor=visit.query("cursor"), limit=100)
    return visit.page("monitors.html", page=page)


async def monitor(visit: Visit) -> web.StreamResponse:
    """The runs of one monitor."""
    slug = visit.part("slug")
    every, page = await asyncio.gather(
        visit.get(f"{visit.place}/monitors", limit=100),
        visit.get(
            f"{visit.place}/monitors/{slug}/check-ins", cursor=visit.query("cursor"), limit=60
        ),
    )
    name = visit.request.match_info["slug"]
    found = next((one for one in every["items"] if one["slug"] == name), None)
    return visit.page("monitor.html", monitor=found, page=page, slug=name)


async def transactions(visit: Visit) -> web.StreamResponse:
    found = await visit.get(
        f"{visit.place}/transactions", sort=visit.query("sort", "count"), hours=24, limit=100
    )
    return visit.page("transactions.html", found=found, sort=visit.query("sort", "count"))


async def transaction(visit: Visit) -> web.StreamResponse:
    """One name, hour by hour, and its slowest runs."""
    found = await visit.get(
        f"{visit.place}/transactions/detail", name=visit.query("name"), hours=24
    )
    series = [{"start": hour["hour"], "event_count": hour["count"]} for hour in found["hours"]]
    return visit.page("transaction.html", found=found, series=series)


async def logs(visit: Visit) -> web.StreamResponse:
    """Lines, filtered."""
    page = await visit.get(f"{visit.place}/logs", **_filter(visit), cursor=visit.query("cursor"))
    is_part = visit.query("part") == "rows"
    template = "log_rows.html" if is_part else "logs.html"
    return visit.page(template, page=page, levels=LEVELS, asked=_filter(visit))


def _filter(visit: Visit) -> dict[str, str]:
    names = ("level", "text", "trace", "release", "environment")
    return {name: visit.query(name) for name in names}


async def live_logs(visit: Visit) -> web.StreamResponse:
    """Tells when there are newer lines."""

    async def look() -> object:
        page = await visit.get(f"{visit.place}/logs", **_filter(visit), limit=1)
        return [row["id"] for row in page["items"]]

    return await watch(visit.request, look, {"changed": True})


async def log(visit: Visit) -> web.StreamResponse:
    """One line with its attributes."""
    found = await visit.get(f"{visit.place}/logs/{visit.part('log_id')}")
    return visit.page("log.html", log=found)


async def feedback(visit: Visit) -> web.StreamResponse:
    page = await visit.get(f"{visit.place}/feedback", cursor=visit.query("cursor"), limit=50)
    return visit.page("feedback.html", page=page)
