"""Read tables whose rows say which item of which envelope they are from."""

from collections.abc import Sequence
from typing import Final

from psycopg.sql import SQL, Identifier

from rustrak.database.arrays import bigints, integers
from rustrak.database.pool import Connection
from rustrak.projections.folded import Place

PLACED_TABLES: Final = (
    "attachments",
    "check_ins",
    "client_reports",
    "feedback",
    "item_outcomes",
    "logs",
    "session_counts",
    "spans",
)
"""Beside `events`, of which other tables are counted, and `parked`."""


async def delete_placed(conn: Connection, project_id: int, places: Sequence[Place]) -> None:
    """Take out every row of these items, but not of events."""
    for table in (*PLACED_TABLES, "parked"):
        await conn.execute(
            SQL(
                "DELETE FROM {table} USING unnest(%(positions)b::bigint[], %(items)b::integer[])"
                " AS place (position, item)"
                " WHERE project_id = %(project_id)s AND {table}.position = place.position"
                " AND {table}.item = place.item"
            ).format(table=Identifier(table)),
            {
                "project_id": project_id,
                "positions": bigints([position for position, _ in places]),
                "items": integers([item for _, item in places]),
            },
        )
