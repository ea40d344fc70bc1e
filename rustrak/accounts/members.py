"""Who belongs to a project, and as what."""

from psycopg.rows import DictRow

from rustrak.accounts.access import Actor, Role, role_in_project
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound


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


async def list_members(conn: Connection, project_id: int) -> list[DictRow]:
    """The members of a project by address, with their roles."""
    return await fetch_all(conn, sql("accounts/list_members"), project_id=project_id, user_id=None)


async def get_member(conn: Connection, project_id: int, user_id: int) -> DictRow:
    """One member of a project. Raises NotFound."""
    row = await fetch_one(
        conn, sql("accounts/list_members"), project_id=project_id, user_id=user_id
    )
    if row is None:
        raise NotFound(f"User with id {user_id} is no member of the project")
    return row


async def change_member(conn: Connection, project_id: int, user_id: int, role: Role) -> DictRow:
    """Give an existing user a role. Runs in a transaction.

    Raises NotFound for a project that is gone, and Conflict where nobody would administer it.
    """
    await _lock_project(conn, project_id)
    if role is not Role.ADMIN:
        await _keep_an_administrator(conn, project_id, user_id)
    await put_member(conn, project_id, user_id, role)
    return await get_member(conn, project_id, user_id)


async def remove_member(conn: Connection, project_id: int, user_id: int) -> None:
    """End a membership. Runs in a transaction.

    Raises NotFound, and Conflict where nobody would administer the project.
    """
    await _lock_project(conn, project_id)
    await _keep_an_administrator(conn, project_id, user_id)
    found = await execute(
        conn, sql("accounts/delete_member"), project_id=project_id, user_id=user_id
    )
    if not found:
        raise NotFound(f"User with id {user_id} is no member of the project")


async def _lock_project(conn: Connection, project_id: int) -> None:
    if await fetch_one(conn, sql("accounts/lock_project"), project_id=project_id) is None:
        raise NotFound(f"Project with id {project_id} not found")


async def _keep_an_administrator(conn: Connection, project_id: int, user_id: int) -> None:
    """Raises Conflict if this is a project's last administrator, and the installation has none."""
    key = {"project_id": project_id, "user_id": user_id}
    own = await fetch_one(conn, sql("accounts/find_membership"), **key)
    if own is None or own["role"] != Role.ADMIN:
        return
    row = await fetch_one(conn, sql("accounts/has_other_administrator"), **key)
    if row is None or not row["found"]:
        raise Conflict("this is the last administrator of the project; name another first")
