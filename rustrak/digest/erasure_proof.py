"""Whether anything of what was erased can still be found: the ledger read once more, and every row
of every table that belongs to a project searched as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg.sql import SQL, Identifier

from rustrak.database.pool import Connection, fetch_all, fetch_one, patiently
from rustrak.database.queries import sql
from rustrak.digest.erasure import look
from rustrak.items.sessions import user_hash
from rustrak.ledger.mentions import By, Subject

_LEDGER: Final = "public.envelopes"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a search of one project found."""

    read: int
    """Envelopes that were opened and read."""
    left: Mapping[str, int]
    """Rows that have it, by table; all tables that were searched are there."""
    is_account: bool
    """It is also an address somebody logs in with, which is no matter of a project."""

    @property
    def is_clean(self) -> bool:
        return not any(self.left.values())


async def prove(conn: Connection, project_id: int, subject: Subject) -> Proof:
    """Search for it everywhere. `conn` is in autocommit mode."""
    seen = await look(conn, project_id, subject)
    left = {_LEDGER: seen.envelopes}
    async with patiently(conn):
        if subject.text is not None:
            left |= await _search_tables(conn, project_id, subject.text)
        if subject.by is By.USER_ID:
            for name, rows in (await _count_named(conn, project_id, subject.value)).items():
                left[name] = max(left.get(name, 0), rows)
    row = await fetch_one(conn, sql("accounts/is_known_email"), email=subject.value)
    return Proof(seen.read, left, is_account=bool(row and row["found"]))


async def _search_tables(conn: Connection, project_id: int, pattern: str) -> dict[str, int]:
    left = {}
    for table in await fetch_all(conn, sql("digest/list_tables_of_projects")):
        found = await conn.execute(
            SQL(
                "SELECT count(*) AS rows FROM {} AS searched"
                " WHERE project_id = %(project_id)s AND searched::text ~* %(pattern)s"
            ).format(Identifier(table["schema"], table["name"])),
            {"project_id": project_id, "pattern": pattern},
        )
        row = await found.fetchone()
        assert row is not None
        left[f"{table['schema']}.{table['name']}"] = row["rows"]
    return left


async def _count_named(conn: Connection, project_id: int, value: str) -> dict[str, int]:
    rows = await fetch_all(
        conn,
        sql("digest/count_named_users"),
        project_id=project_id,
        value=value,
        user_hash=UUID(user_hash(value)),
    )
    return {row["name"]: row["rows"] for row in rows}
