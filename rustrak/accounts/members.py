"""Who belongs to a project, and as what."""

from rustrak.accounts.access import Actor, Role, role_in_project
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql


async def find_role(conn: Connection, project_id: int, actor: Actor) -> Role | None:
    """What somebody is in a project, None if they are nothing there or there is no such project."""
    row = await fetch_one(
        conn, sql("accounts/find_membership"), project_id=project_id, user_id=actor.user_id
    )
    return None if row is None else role_in_project(actor, row["role"])


async def put_member(conn: Connection, project_id: int, user_id: int, role: Role) -> None:
    """Give somebody a role in a project, in place of any they had."""
    await execute(
        conn, sql("accounts/put_member"), project_id=project_id, user_id=user_id, role=role
    )
