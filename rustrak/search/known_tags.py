"""What may be searched for: the tags that events of some projects carry, by how they begin."""

from collections.abc import Sequence

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.search.values import exactly, prefix


async def known_keys(
    conn: Connection, project_ids: Sequence[int], *, begins: str, limit: int
) -> list[str]:
    """Keys of tags, by name."""
    rows = await fetch_all(
        conn,
        sql("search/list_known_keys"),
        project_ids=list(project_ids),
        begins=begins,
        limit=limit,
    )
    return [row["text"] for row in rows]


async def known_values(
    conn: Connection, project_ids: Sequence[int], key: str, *, begins: str, limit: int
) -> list[str]:
    """Values of one tag, by name."""
    low, high = prefix(f"{exactly(begins)}%")
    rows = await fetch_all(
        conn,
        sql("search/list_known_values"),
        project_ids=list(project_ids),
        key=key,
        low=low,
        high=high,
        limit=limit,
    )
    return [row["text"] for row in rows]
