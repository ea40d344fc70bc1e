"""Users to test with, without a password, because hashing one takes a fifth of a second."""

from rustrak.accounts.access import ALL_SCOPES, Role, Scope
from rustrak.accounts.members import put_member
from rustrak.accounts.tokens import create_token
from rustrak.database.pool import Connection, fetch_one


async def make_user(conn: Connection, email: str, *, is_admin: bool = False) -> int:
    """The id of a new user who cannot log in."""
    row = await fetch_one(
        conn,
        "INSERT INTO users (email, is_admin) VALUES (%(email)s, %(is_admin)s) RETURNING id",
        email=email,
        is_admin=is_admin,
    )
    assert row is not None
    return int(row["id"])


async def make_token(
    conn: Connection, user_id: int, *scopes: Scope, role: tuple[int, Role] | None = None
) -> str:
    """A token of a user, with every scope unless told; `role` makes them a member of a project."""
    if role is not None:
        await put_member(conn, role[0], user_id, role[1])
    token, _ = await create_token(conn, "test", user_id=user_id, scopes=scopes or ALL_SCOPES)
    return token
