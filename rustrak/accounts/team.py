"""The people of an installation, and who of them administers it; somebody always does."""

from psycopg.rows import DictRow

from rustrak.accounts.sessions import end_sessions
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound


async def list_people(conn: Connection, *, seen_by: int | None) -> list[DictRow]:
    """Everybody, or those who share a project with somebody, and themselves; by address."""
    return await fetch_all(conn, sql("accounts/list_people"), seen_by=seen_by, id=None)


async def get_person(conn: Connection, user_id: int, *, seen_by: int | None = None) -> DictRow:
    """One of them. Raises NotFound."""
    row = await fetch_one(conn, sql("accounts/list_people"), seen_by=seen_by, id=user_id)
    if row is None:
        raise NotFound(f"User with id {user_id} not found")
    return row


async def set_admin(conn: Connection, user_id: int, is_admin: bool) -> DictRow:
    """Make somebody an administrator of the installation, or a member. Runs in a transaction.

    Raises NotFound, and Conflict for the last administrator.
    """
    await get_person(conn, user_id)
    if not is_admin:
        await _keep_an_administrator(conn, user_id)
    await execute(conn, sql("accounts/set_admin"), id=user_id, is_admin=is_admin)
    return await get_person(conn, user_id)


async def set_active(conn: Connection, user_id: int, is_active: bool) -> DictRow:
    """Let somebody in, or keep them out at once: sessions end, tokens rest. Runs in a transaction.

    Raises NotFound, and Conflict for the last administrator.
    """
    await get_person(conn, user_id)
    if not is_active:
        await _keep_an_administrator(conn, user_id)
        await end_sessions(conn, user_id)
    await execute(conn, sql("accounts/set_active"), id=user_id, is_active=is_active)
    return await get_person(conn, user_id)


async def delete_user(conn: Connection, user_id: int) -> None:
    """Remove somebody with their tokens and sessions. Runs in a transaction.

    What they decided stays, under their number, which nobody else gets. Raises NotFound, and
    Conflict for the last administrator.
    """
    await _keep_an_administrator(conn, user_id)
    if not await execute(conn, sql("accounts/delete_user"), id=user_id):
        raise NotFound(f"User with id {user_id} not found")


async def _keep_an_administrator(conn: Connection, user_id: int) -> None:
    """Raises Conflict if nobody else administers the installation; holds those who do."""
    administrators = await fetch_all(conn, sql("accounts/lock_administrators"))
    if [row["id"] for row in administrators] == [user_id]:
        raise Conflict("this is the last administrator of the installation; name another first")
