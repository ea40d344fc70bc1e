"""One issue in a few figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql
from rustrak.search.answers import numbers_of


@dataclass(frozen=True, slots=True)
class Summary:
    """An issue in some environments. Times are None, and texts empty, where it has no event."""

    event_count: int
    user_count: int
    first_seen: datetime | None
    last_seen: datetime | None
    first_release: str
    last_release: str
    first_environment: str
    last_environment: str


async def summarise(
    conn: Connection,
    *,
    project_id: int,
    issue_id: UUID,
    environments: Sequence[str] | None = None,
) -> Summary:
    """What is counted of an issue, and what its first and last event say. No environments are
    all."""
    wanted = {
        "project_id": project_id,
        "issue_id": issue_id,
        "environments": list(environments) if environments else None,
    }
    row = await fetch_one(conn, sql("search/summarise_issue"), **wanted)
    users = await fetch_one(
        conn,
        sql("search/count_users_of_issue"),
        project_id=project_id,
        issue_id=issue_id,
        numbers=numbers_of(environments or None),
    )
    assert row is not None
    assert users is not None
    texts = ("first_release", "last_release", "first_environment", "last_environment")
    return Summary(
        event_count=row["event_count"],
        user_count=users["users"] or 0,
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        **{name: row[name] or "" for name in texts},
    )
