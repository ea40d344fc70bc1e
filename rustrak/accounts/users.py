"""Users: made by an administrator or at the first start, found at login."""

import re
import secrets

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from rustrak.accounts.passwords import hash_password, verify_password
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Invalid, NotFound, Unauthenticated

_EMAIL = re.compile(r"[^@\s]{1,64}@(?=.{1,255}$)[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}")


async def create_user(conn: Connection, email: str, password: str, *, is_admin: bool) -> DictRow:
    """A new active user: id, email, is_admin.

    Raises Invalid for something that is no e-mail address or an empty password, Conflict when
    taken.
    """
    if not _EMAIL.fullmatch(email):
        raise Invalid("Invalid email format")
    if not password:
        raise Invalid("Password is required")
    try:
        row = await fetch_one(
            conn,
            sql("accounts/create_user"),
            email=email,
            password_hash=await hash_password(password),
            is_admin=is_admin,
        )
    except UniqueViolation:
        raise Conflict("Email already exists") from None
    assert row is not None
    return row


async def find_user(conn: Connection, email: str) -> DictRow | None:
    """The user with this address, in any case, with the password's hash."""
    if "\0" in email:  # PostgreSQL refuses it
        return None
    return await fetch_one(conn, sql("accounts/find_user"), email=email)


async def require_user(conn: Connection, email: str | None) -> DictRow:
    """The active user with this address, or the first administrator. Raises NotFound."""
    row = await fetch_one(conn, sql("accounts/require_user"), email=email)
    if row is None:
        wanted = f"user {email}" if email else "administrator; rustrak user create EMAIL --admin"
        raise NotFound(f"there is no {wanted}")
    return row


async def check_login(user: DictRow | None, password: str) -> DictRow:
    """The user, if the password is right. Takes no connection, because hashing takes its time.

    Raises Unauthenticated with one text for an unknown address and a wrong password, after the
    same time.
    """
    if not await verify_password(user["password_hash"] if user else None, password) or user is None:
        raise Unauthenticated("Invalid credentials")
    if not user["is_active"]:
        raise Unauthenticated("Account is disabled")
    return user


async def note_login(conn: Connection, user_id: int) -> None:
    """Remember when a user logged in last."""
    await execute(conn, sql("accounts/note_login"), id=user_id)


async def has_users(conn: Connection) -> bool:
    """Whether anybody could log in."""
    row = await fetch_one(conn, sql("accounts/has_users"))
    return bool(row and row["found"])


def new_password() -> str:
    """A password nobody will guess, for a first login."""
    return secrets.token_urlsafe(12)
