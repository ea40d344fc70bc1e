"""Users: made by an administrator or at the first start, found at login."""

import re
import secrets

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from rustrak.accounts.passwords import hash_password, verify_password
from rustrak.accounts.sessions import end_sessions
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Invalid, NotFound, Unauthenticated

EMAIL_TAKEN = "Email already exists"
LONGEST_EMAIL = 255  # characters; the column's
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1000  # characters

_EMAIL = re.compile(r"[^@\s]{1,64}@(?=.{1,255}$)[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}")


async def create_user(conn: Connection, email: str, password: str, *, is_admin: bool) -> DictRow:
    """A new active user: id, email, is_admin. For commands: hashing keeps the connection.

    Raises Invalid for something that is no e-mail address or an empty password, Conflict when
    taken.
    """
    check_email(email)
    if not password:
        raise Invalid("Password is required")
    return await add_user(conn, email, await hash_password(password), is_admin=is_admin)


async def add_user(
    conn: Connection, email: str, password_hash: str | None, *, is_admin: bool
) -> DictRow:
    """The same with a hash, or without a password. Raises Conflict when the address is taken."""
    try:
        row = await fetch_one(
            conn,
            sql("accounts/create_user"),
            email=email,
            password_hash=password_hash,
            is_admin=is_admin,
        )
    except UniqueViolation:
        raise Conflict(EMAIL_TAKEN) from None
    assert row is not None
    return row


def is_email(email: str) -> bool:
    """Whether this is an e-mail address."""
    is_short = len(email) <= LONGEST_EMAIL and email.isprintable()
    return is_short and _EMAIL.fullmatch(email) is not None


def check_email(email: str) -> None:
    """Raises Invalid for something that is no e-mail address."""
    if not is_email(email):
        raise Invalid("Invalid email format")


def check_new_password(password: str) -> None:
    """Raises Invalid for a password that somebody should not choose."""
    if not password:
        raise Invalid("Password is required")
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"Password must have at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"Password cannot exceed {LONGEST_PASSWORD} characters")


async def find_user(conn: Connection, email: str) -> DictRow | None:
    """The user with this address, in any case, with the password's hash."""
    if "\0" in email:  # PostgreSQL refuses it
        return None
    return await fetch_one(conn, sql("accounts/find_user"), email=email)


async def get_user(conn: Connection, email: str) -> DictRow:
    """The user with this address, also a disabled one. Raises NotFound."""
    row = await find_user(conn, email)
    if row is None:
        raise NotFound(f"there is no user {email}")
    return row


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


async def set_password(conn: Connection, user_id: int, password_hash: str) -> None:
    """Change a password and log the user out everywhere; tokens stay. Runs in a transaction."""
    await execute(conn, sql("accounts/set_password"), id=user_id, password_hash=password_hash)
    await end_sessions(conn, user_id)


async def set_email(conn: Connection, user_id: int, email: str) -> DictRow:
    """Change an address: id, email, is_admin. Raises Invalid, and Conflict when it is taken."""
    check_email(email)
    try:
        row = await fetch_one(conn, sql("accounts/set_email"), id=user_id, email=email)
    except UniqueViolation:
        raise Conflict(EMAIL_TAKEN) from None
    if row is None:
        raise NotFound(f"User with id {user_id} not found")
    return row


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
