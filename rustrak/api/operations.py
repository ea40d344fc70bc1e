"""What operators ask: version, quotas and storage."""

from datetime import UTC, datetime

from rustrak import __version__
from rustrak.accounts.usage import list_quotas, read_usage
from rustrak.api.call import Call
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.schemas.operations import (
    Health,
    LedgerWeek,
    ProjectStorage,
    RateLimit,
    StorageByProject,
    StorageSummary,
    StoredTable,
    Version,
)

SAMPLE = 64 * 1024 * 1024  # bytes of the ledger that are read to estimate each project's part


async def get_version(_call: Call) -> Version:
    """Which version answers."""
    return Version(version=__version__)


async def get_health(call: Call) -> Health:
    """What waits, what is parked, who digests, and which versions are at work."""
    async with call.connection() as conn:
        row = await fetch_one(conn, sql("api/get_health"))
    assert row is not None
    return Health(version=__version__, **row)


async def list_rate_limits(call: Call) -> list[RateLimit]:
    """The quotas of the installation and of the projects one may see, and how much is used."""
    member = None if call.actor.is_admin else call.actor.user_id
    async with call.connection() as conn:
        usage = await read_usage(conn, await list_quotas(conn, member=member))
    return [
        RateLimit(
            project_id=quota.scope,
            categories=sorted(quota.categories),
            window=quota.window,
            limit=quota.limit,
            reason_code=quota.reason_code,
            used=used,
            resets_at=datetime.fromtimestamp(end, UTC),
        )
        for quota, used, end in usage
    ]


async def summarise_storage(call: Call) -> StorageSummary:
    """What the database takes on disk, by week of the ledger and by table; rows are estimates."""
    async with call.connection() as conn:
        weeks = await fetch_all(conn, sql("api/list_partitions"))
        tables = await fetch_all(conn, sql("api/list_tables"))
    return StorageSummary(
        database_bytes=tables[0]["database_bytes"],
        ledger_bytes=sum(week["bytes"] for week in weeks),
        ledger=[LedgerWeek.model_validate(week) for week in weeks],
        tables=[StoredTable.model_validate(table) for table in tables],
    )


async def list_storage_by_project(call: Call) -> StorageByProject:
    """What each project has stored; a ledger too large to read is estimated from a sample."""
    async with call.connection() as conn:
        weeks = await fetch_all(conn, sql("api/list_partitions"))
        size = sum(week["heap_bytes"] for week in weeks)
        percent = min(100.0, 100 * SAMPLE / size) if size else 100.0
        sample = await fetch_all(conn, sql("api/sample_ledger"), percent=percent)
        rows = await fetch_all(conn, sql("api/count_stored"))
    sampled = {row["project_id"]: row for row in sample}

    def whole(project_id: int, name: str) -> int:
        found = sampled.get(project_id)
        return round(int(found[name]) * 100 / percent) if found else 0

    return StorageByProject(
        projects=[
            ProjectStorage(
                project_id=row["id"],
                name=row["name"],
                envelopes=whole(row["id"], "envelopes"),
                ledger_bytes=whole(row["id"], "bytes"),
                events=row["events"],
                attachments=row["attachments"],
                attachment_bytes=row["attachment_bytes"],
            )
            for row in rows
        ],
        sampled_percent=percent,
        is_estimate=percent < 100,
    )
