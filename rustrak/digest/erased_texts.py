"""Texts beside the envelopes that may speak of a person: what people wrote, what was sent to them,
what was kept to be shown."""

from typing import Any, Final

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.ledger.mentions import Subject

_TEXTS: Final = (
    ("decisions", "details", "position"),
    ("regroups", "difference", "id"),
    ("alert_history", "notice", "id"),
    ("alert_history", "error_message", "id"),
    ("issue_comments", "text", "id"),
)
"""Tables, the column that holds text or JSON, and the key beside the project."""


async def redact_texts(conn: Connection, project_id: int, subject: Subject) -> int:
    """Put a word in their place; how many texts had it. In the caller's transaction."""
    if subject.text is None:
        return 0
    await execute(conn, sql("ledger/begin_erasing"))
    changed = 0
    for table, column, key in _TEXTS:
        names = {
            "table": Identifier(table), "column": Identifier(column), "key": Identifier(key)
        }  # fmt: skip
        found = await conn.execute(
            _FIND.format(**names), {"project_id": project_id, "pattern": subject.text}
        )
        for row in await found.fetchall():
            said = subject.redact(row["said"])
            await conn.execute(
                _REPLACE.format(**names),
                {"project_id": project_id, "key": row["key"], "said": _stored(said)},
            )
            changed += 1
    await execute(conn, sql("ledger/end_erasing"))
    return changed


def _stored(said: Any) -> Any:
    return said if isinstance(said, str) else Jsonb(said)


_FIND: Final = SQL(
    "SELECT {key} AS key, {column} AS said FROM {table}"
    " WHERE project_id = %(project_id)s AND {column}::text ~* %(pattern)s"
)
_REPLACE: Final = SQL(
    "UPDATE {table} SET {column} = %(said)s WHERE project_id = %(project_id)s AND {key} = %(key)s"
)
