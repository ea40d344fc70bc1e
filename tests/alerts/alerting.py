"""Rules, channels, and the worker that looks after them, run until nothing is left to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from procrastinate import App

from rustrak.alerts.tasks import decide_alerts, decide_thresholds, new_alert_jobs
from rustrak.config import Settings
from rustrak.database.pool import Connection, connect, fetch_all, open_pool
from rustrak.jobs import ALERTS, DELIVERIES
from tests.installation import Installation
from tests.receivers import LOOPBACK, WebReceiver, allowing

SETTINGS = allowing(LOOPBACK)
URL = SETTINGS.url


async def add_channel(
    installation: Installation, receiver: WebReceiver, name: str = "hook", **values: Any
) -> int:
    """A webhook that tells the receiver; its id."""
    body = {"name": name, "channel_type": "webhook", "config": {"url": receiver.url}, **values}
    return int((await installation.request("POST", "/api/alert-channels", body, 201))["id"])


async def add_rule(
    installation: Installation, *channels: int, project: int = 0, **values: Any
) -> dict[str, Any]:
    """A rule that tells these channels; about new issues unless told otherwise."""
    body = {"name": "rule", "alert_type": "new_issue", "channel_ids": [*channels], **values}
    path = f"/api/projects/{installation.projects[project]['id']}/alert-rules"
    rule: dict[str, Any] = await installation.request("POST", path, body, 201)
    return rule


async def history(installation: Installation, project: int = 0) -> list[dict[str, Any]]:
    """What became of the alerts of a project, newest first."""
    path = f"/api/projects/{installation.projects[project]['id']}/alert-history?limit=100"
    found: list[dict[str, Any]] = await installation.get(path)
    return found


async def work(database_url: str, settings: Settings = SETTINGS) -> None:
    """Run the worker of alerts until no job is left that may run now."""
    async with open_jobs(database_url, settings) as jobs:
        while await _has_jobs(database_url):
            await jobs.run_worker_async(
                queues=[ALERTS, DELIVERIES],
                concurrency=4,
                wait=False,
                delete_jobs="always",
                install_signal_handlers=False,
            )


async def _has_jobs(database_url: str) -> bool:
    async with await connect(database_url, application="test") as conn:
        return bool(
            await fetch_all(
                conn,
                "SELECT FROM procrastinate_jobs WHERE queue_name <> 'digest' AND status = 'todo'"
                " AND (scheduled_at IS NULL OR scheduled_at <= now())",
            )
        )


@asynccontextmanager
async def open_jobs(database_url: str, settings: Settings = SETTINGS) -> AsyncIterator[App]:
    """The tasks of alerts, bound to a database."""
    async with open_pool(database_url, application="test", size=5) as pool:
        jobs = new_alert_jobs(pool, settings)
        async with jobs.open_async(pool):
            yield jobs


async def decide(conn: Connection, now: datetime | None = None) -> None:
    """Let rules look at what happened, thresholds included, as of `now`; nothing is sent."""
    await decide_thresholds(conn, now)
    await decide_alerts(conn, URL, now)


async def firings(conn: Connection, rule_id: int) -> list[tuple[Any, datetime]]:
    """The issues a rule fired for, and when, in order of time."""
    rows = await fetch_all(
        conn,
        "SELECT issue_id, occurred_at FROM alert_firings WHERE alert_rule_id = %(id)s"
        " ORDER BY occurred_at, id",
        id=rule_id,
    )
    return [(row["issue_id"], row["occurred_at"]) for row in rows]


async def count(conn: Connection, table: str) -> int:
    """How many rows a table has."""
    (row,) = await fetch_all(conn, f"SELECT count(*) AS n FROM {table}")  # type: ignore[arg-type]
    return int(row["n"])


async def hurry(database_url: str) -> None:
    """Let every delivery that waits be due now, as if the time had passed."""
    async with await connect(database_url, application="test") as conn:
        await conn.execute(
            "UPDATE alert_history SET next_retry_at = now(), claimed_until = NULL"
            " WHERE status = 'pending'"
        )
        await conn.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
