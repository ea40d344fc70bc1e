"""Sessions of browsers: a random secret in a cookie, its SHA-256 in the database, so that
they can be listed and ended."""

import hashlib
import secrets
from datetime import timedelta

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql

SESSION_LIFETIME = timedelta(days=14)
_SESSION_BYTES = 32


async def open_session(conn: Connection, user_id: int) -> str:
    """A new session; the returned secret goes into the cookie. Clears expired ones away."""
    secret = secrets.token_urlsafe(_SESSION_BYTES)
    await execute(conn, sql("accounts/delete_expired_sessions"))
    await execute(
        conn,
        sql("accounts/open_session"),
        token_hash=hash_secret(secret),
        user_id=user_id,
        lifetime=SESSION_LIFETIME,
    )
    return secret


async def find_session(conn: Connection, secret: str) -> DictRow | None:
    """The active user of a session: id, email, is_admin."""
    return await fetch_one(conn, sql("accounts/find_session"), token_hash=hash_secret(secret))


async def close_session(conn: Connection, secret: str) -> bool:
    """End a session on the server; whether there was one."""
    return bool(await execute(conn, sql("accounts/close_session"), token_hash=hash_secret(secret)))


def hash_secret(secret: str) -> bytes:
    """What is stored of a random secret: SHA-256, found by one index probe.

    Headers may hold bytes that are no UTF-8; those open nothing, but they have a hash.
    """
    return hashlib.sha256(secret.encode(errors="surrogateescape")).digest()
