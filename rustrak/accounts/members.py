"""Who belongs to a project, and as what."""

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql


async def find_membership(conn: Connection, project_id: int, user_id: int) -> str | None:
    """The role somebody was given in a project, None for none."""
    row = await fetch_one(
        conn, sql("accounts/find_membership"), project_id=project_id, user_id=user_id
    )
    return row["role"] if row is not None else None


async def put_member(conn: Connection, project_id: int, user_id: int, role: Role) -> None:
    """Give somebody a role in a project, in place of any they had."""
    await execute(
        conn, sql("accounts/put_member"), project_id=project_id, user_id=user_id, role=role
    )
