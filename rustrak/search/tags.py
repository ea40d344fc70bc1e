"""What the events of an issue are tagged with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.search.answers import numbers_of

MANY_VALUES: Final = 1000
"""Of a key in a project; from there on it is worth not to look each of them up."""


@dataclass(frozen=True, slots=True)
class TagValue:
    """One value, and the events that have it."""

    value: str
    event_count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class TagValues:
    """A key with those of its values that have the most events."""

    key: str
    value_count: int
    """How many values there are, shown or not."""
    event_count: int
    """Events that have the tag, whatever its value."""
    values: list[TagValue]


async def tags(
    conn: Connection,
    *,
    project_id: int,
    number: int,
    environments: Sequence[str] | None = None,
    limit: int = 10,
) -> list[TagValues]:
    """Every key of the issue of this number, by name, with up to `limit` values. No environments
    are all."""
    large = await fetch_all(
        conn, sql("search/list_large_keys"), project_id=project_id, most=MANY_VALUES
    )
    wanted = {
        "project_id": project_id,
        "large": large[0]["key"] if len(large) == 1 else None,
        "number": number,
        "numbers": numbers_of(environments or None),
        "limit": limit,
    }
    cursor = await conn.execute(sql("search/list_tags"), wanted, prepare=False)
    rows = await cursor.fetchall()
    return [_values(key, list(group)) for key, group in groupby(rows, lambda row: str(row["key"]))]


async def tag_values(
    conn: Connection,
    key: str,
    *,
    project_id: int,
    issue_id: UUID,
    environments: Sequence[str] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> TagValues | None:
    """One key, with a page of its values; None where nothing is tagged with it, or the page is
    beyond the end."""
    rows = await fetch_all(
        conn,
        sql("search/list_tag_values"),
        key=key,
        project_id=project_id,
        issue_id=issue_id,
        numbers=numbers_of(environments or None),
        limit=limit,
        offset=offset,
    )
    return _values(key, rows) if rows else None


def _values(key: str, rows: Sequence[DictRow]) -> TagValues:
    names = ("value", "event_count", "first_seen", "last_seen")
    values = [TagValue(**{name: row[name] for name in names}) for row in rows]
    return TagValues(key, rows[0]["value_count"], rows[0]["total"], values)
