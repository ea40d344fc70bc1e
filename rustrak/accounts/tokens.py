"""Bearer tokens: random, stored as SHA-256, so a stolen table opens nothing."""

import secrets
from collections.abc import Collection
from datetime import datetime

from psycopg.rows import DictRow

from rustrak.accounts.access import ALL_SCOPES, Scope
from rustrak.accounts.sessions import hash_secret
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound

_TOKEN_BYTES = 20  # 40 lower-case hex digits, the form clients of the original know


async def create_token(
    conn: Connection,
    description: str | None,
    *,
    user_id: int,
    scopes: Collection[Scope] = ALL_SCOPES,
    expires_at: datetime | None = None,
) -> tuple[str, DictRow]:
    """A new token, in clear this one time, and its row as `list_tokens` shows it."""
    token = secrets.token_hex(_TOKEN_BYTES)
    row = await fetch_one(
        conn,
        sql("accounts/create_token"),
        user_id=user_id,
        token_hash=hash_secret(token),
        token_prefix=token[:8],
        description=description,
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    assert row is not None
    return token, row


async def find_token(conn: Connection, token: str) -> DictRow | None:
    """Whose token it is: id, scopes, user_id, email, is_admin; notes its use once a minute."""
    row = await fetch_one(conn, sql("accounts/find_token"), token_hash=hash_secret(token))
    if row is not None and row["is_stale"]:
        await execute(conn, sql("accounts/note_token_use"), id=row["id"])
    return row


async def list_tokens(conn: Connection, user_id: int) -> list[DictRow]:
    """The tokens of somebody, newest first, without their secrets."""
    return await fetch_all(conn, sql("accounts/list_tokens"), user_id=user_id, id=None)


async def get_token(conn: Connection, user_id: int, token_id: int) -> DictRow:
    """One token of somebody without its secret. Raises NotFound."""
    row = await fetch_one(conn, sql("accounts/list_tokens"), user_id=user_id, id=token_id)
    if row is None:
        raise NotFound(f"Token with id {token_id} not found")
    return row


async def delete_token(conn: Connection, user_id: int, token_id: int) -> None:
    """Revoke a token of somebody at once. Raises NotFound."""
    if not await execute(conn, sql("accounts/delete_token"), user_id=user_id, id=token_id):
        raise NotFound(f"Token with id {token_id} not found")
