"""What a rebuild made, held against what is live: row by row, table by table."""

from psycopg.sql import SQL, Identifier

from rustrak.database import projections
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql


async def compare(conn: Connection) -> dict[str, int]:
    """Rows that one has and the other has not, of tables where there are any. The caller holds off
    whoever writes."""
    differences = {}
    for row in await fetch_all(conn, sql("database/list_tables_of"), schema=projections.LIVE):
        table = row["name"]
        count = await _differences(conn, table)
        if count:
            differences[table] = count
    return differences


async def _differences(conn: Connection, table: str) -> int:
    live = Identifier(projections.LIVE, table)
    beside = Identifier(projections.BESIDE, table)
    only = SQL(
        "SELECT count(*) AS rows FROM (SELECT to_jsonb(t) FROM {} AS t"
        " EXCEPT ALL SELECT to_jsonb(t) FROM {} AS t) AS only_here"
    )
    found = 0
    for here, there in ((live, beside), (beside, live)):
        cursor = await conn.execute(only.format(here, there))
        row = await cursor.fetchone()
        assert row is not None
        found += row["rows"]
    return found
