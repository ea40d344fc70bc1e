"""Bearer tokens and sessions: random, stored as SHA-256, so a stolen table opens nothing."""

import hashlib
import secrets
from datetime import timedelta

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound

SESSION_LIFETIME = timedelta(days=14)
_TOKEN_BYTES = 20  # 40 lower-case hex digits, the form clients of the original know
_SESSION_BYTES = 32


async def create_token(
    conn: Connection, description: str | None, *, user_id: int | None
) -> tuple[str, DictRow]:
    """A new token, in clear this one time, and its row: id, description, created_at."""
    token = secrets.token_hex(_TOKEN_BYTES)
    row = await fetch_one(
        conn,
        sql("accounts/create_token"),
        user_id=user_id,
        token_hash=_hash(token),
        token_prefix=token[:8],
        description=description,
    )
    assert row is not None
    return token, row


async def find_token(conn: Connection, token: str) -> DictRow | None:
    """The row of a token: id, user_id; notes its use once a minute."""
    row = await fetch_one(conn, sql("accounts/find_token"), token_hash=_hash(token))
    if row is not None and row["is_stale"]:
        await execute(conn, sql("accounts/note_token_use"), id=row["id"])
    return row


async def list_tokens(conn: Connection) -> list[DictRow]:
    """Every token, newest first, without its secret."""
    return await fetch_all(conn, sql("accounts/list_tokens"))


async def get_token(conn: Connection, token_id: int) -> DictRow:
    """One token without its secret. Raises NotFound."""
    row = await fetch_one(conn, sql("accounts/get_token"), id=token_id)
    if row is None:
        raise NotFound(f"Token with id {token_id} not found")
    return row


async def delete_token(conn: Connection, token_id: int) -> None:
    """Revoke a token at once. Raises NotFound."""
    if not await execute(conn, sql("accounts/delete_token"), id=token_id):
        raise NotFound(f"Token with id {token_id} not found")


async def open_session(conn: Connection, user_id: int) -> str:
    """A new session; the returned secret goes into the cookie. Clears expired ones away."""
    secret = secrets.token_urlsafe(_SESSION_BYTES)
    await execute(conn, sql("accounts/delete_expired_sessions"))
    await execute(
        conn,
        sql("accounts/open_session"),
        token_hash=_hash(secret),
        user_id=user_id,
        lifetime=SESSION_LIFETIME,
    )
    return secret


async def find_session(conn: Connection, secret: str) -> DictRow | None:
    """The active user of a session: id, email, is_admin."""
    return await fetch_one(conn, sql("accounts/find_session"), token_hash=_hash(secret))


async def close_session(conn: Connection, secret: str) -> bool:
    """End a session on the server; whether there was one."""
    return bool(await execute(conn, sql("accounts/close_session"), token_hash=_hash(secret)))


def _hash(secret: str) -> bytes:
    # headers may hold bytes that are no UTF-8; those open nothing, but they have a hash
    return hashlib.sha256(secret.encode(errors="surrogateescape")).digest()
