"""DSN keys of a project: several may be active, so that one can take another's place.

Intake reads the keys anew every few seconds: a new one works at once, one that was switched off
may be accepted for `rustrak.ingest.keys.REFRESH` seconds more.
"""

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound

MOST_KEYS = 50
"""Of one project; every web process keeps all keys in memory."""


async def list_keys(conn: Connection, project_id: int) -> list[DictRow]:
    """All keys of a project, also those that are switched off, in the order they were made."""
    return await fetch_all(conn, sql("accounts/list_keys"), project_id=project_id, id=None)


async def create_key(conn: Connection, project_id: int, label: str) -> DictRow:
    """Another active key. Runs in a transaction. Raises Conflict when the project has too many."""
    if len(await _lock_keys(conn, project_id)) >= MOST_KEYS:
        raise Conflict(f"the project has {MOST_KEYS} keys; delete one first")
    row = await fetch_one(conn, sql("accounts/create_key"), project_id=project_id, label=label)
    assert row is not None
    return row


async def change_key(
    conn: Connection, project_id: int, key_id: int, label: str | None, is_active: bool | None
) -> DictRow:
    """The key with another label, or switched off or on; None leaves either as it is.

    Runs in a transaction. Raises NotFound, and Conflict when no active key would be left.
    """
    keys = await _lock_keys(conn, project_id)
    if is_active is False:
        _keep_one(keys, key_id)
    row = await fetch_one(
        conn,
        sql("accounts/change_key"),
        project_id=project_id,
        id=key_id,
        label=label,
        is_active=is_active,
    )
    if row is None:
        raise _not_found(key_id)
    return row


async def delete_key(conn: Connection, project_id: int, key_id: int) -> None:
    """Take a key away for good. Runs in a transaction.

    Raises NotFound, and Conflict when no active key would be left.
    """
    _keep_one(await _lock_keys(conn, project_id), key_id)
    if not await execute(conn, sql("accounts/delete_key"), project_id=project_id, id=key_id):
        raise _not_found(key_id)


async def _lock_keys(conn: Connection, project_id: int) -> list[DictRow]:
    if await fetch_one(conn, sql("accounts/lock_project"), project_id=project_id) is None:
        raise NotFound(f"Project with id {project_id} not found")
    return await list_keys(conn, project_id)


def _keep_one(keys: list[DictRow], key_id: int) -> None:
    """A project without an active key has no DSN to show."""
    if [key["id"] for key in keys if key["revoked_at"] is None] == [key_id]:
        raise Conflict("it is the only active key of the project; make another one first")


def _not_found(key_id: int) -> NotFound:
    return NotFound(f"Key with id {key_id} not found")
