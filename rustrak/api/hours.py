"""The last hours, for series: the same starts of hours for every line of a chart."""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from rustrak.api.old_messages import number_in_query

MOST_HOURS = 720
"""Thirty days."""


def last_hours(request: web.Request) -> list[datetime]:
    """The starts of the `hours` last hours, 24 unless given, oldest first, the running one last."""
    wanted = number_in_query(request, "hours", 24, MOST_HOURS)
    running = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return [running - timedelta(hours=ago) for ago in reversed(range(wanted))]
