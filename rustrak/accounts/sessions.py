"""Sessions of browsers: a random secret in a cookie, its SHA-256 in the database, so that
they can be listed and ended."""

import hashlib
import secrets
from datetime import timedelta

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound

SESSION_LIFETIME = timedelta(days=14)
MOST_LISTED = 1000
_SESSION_BYTES = 32


async def open_session(
    conn: Connection, user_id: int, *, user_agent: str = "", remote_addr: str = ""
) -> str:
    """A new session; the returned secret goes into the cookie. Clears expired ones away."""
    secret = secrets.token_urlsafe(_SESSION_BYTES)
    await execute(conn, sql("accounts/delete_expired_sessions"))
    await execute(
        conn,
        sql("accounts/open_session"),
        token_hash=hash_secret(secret),
        user_id=user_id,
        lifetime=SESSION_LIFETIME,
        user_agent=user_agent,
        remote_addr=remote_addr,
    )
    return secret


async def find_session(conn: Connection, secret: str) -> DictRow | None:
    """The active user of a session: id, email, is_admin, session_id; notes its use once a
    minute."""
    row = await fetch_one(conn, sql("accounts/find_session"), token_hash=hash_secret(secret))
    if row is not None and row["is_stale"]:
        await execute(conn, sql("accounts/note_session_use"), id=row["session_id"])
    return row


async def list_sessions(conn: Connection, user_id: int) -> list[DictRow]:
    """Where somebody is logged in, the latest used first, at most MOST_LISTED."""
    return await fetch_all(conn, sql("accounts/list_sessions"), user_id=user_id, limit=MOST_LISTED)


async def close_session(conn: Connection, secret: str) -> bool:
    """End a session on the server; whether there was one."""
    return bool(await execute(conn, sql("accounts/close_session"), token_hash=hash_secret(secret)))


async def end_session(conn: Connection, user_id: int, session_id: int) -> None:
    """End one session of somebody. Raises NotFound."""
    if not await execute(conn, sql("accounts/end_session"), user_id=user_id, id=session_id):
        raise NotFound(f"Session with id {session_id} not found")


async def end_sessions(conn: Connection, user_id: int) -> None:
    """Log somebody out everywhere."""
    await execute(conn, sql("accounts/end_sessions"), user_id=user_id)


def hash_secret(secret: str) -> bytes:
    """What is stored of a random secret: SHA-256, found by one index probe.

    Headers may hold bytes that are no UTF-8; those open nothing, but they have a hash.
    """
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
