"""The people of the installation."""

from psycopg.rows import DictRow

from rustrak.accounts import team
from rustrak.api.call import Call
from rustrak.errors import Invalid
from rustrak.schemas.accounts import Person, PersonChange, TeamRole, TeamRoleChange


async def list_people(call: Call) -> list[Person]:
    """Everybody, for administrators; others see themselves and who shares a project with them."""
    is_admin = call.actor.is_admin
    async with call.connection() as conn:
        rows = await team.list_people(conn, seen_by=None if is_admin else call.actor.user_id)
    return [as_person(row, in_full=is_admin) for row in rows]


async def change_role(call: Call, body: TeamRoleChange) -> Person:
    """Make somebody an administrator of the installation, or a member."""
    wanted = {body.is_admin, None if body.role is None else body.role is TeamRole.ADMIN} - {None}
    if len(wanted) != 1:
        raise Invalid(
            "role: must be admin or member" + (" (is_admin says otherwise)" * bool(wanted))
        )
    async with call.connection() as conn, conn.transaction():
        row = await team.set_admin(conn, call.number("user_id"), wanted == {True})
    return as_person(row)


async def change_person(call: Call, body: PersonChange) -> Person:
    """Let somebody in, or keep them out at once."""
    async with call.connection() as conn, conn.transaction():
        row = await team.set_active(conn, call.number("user_id"), body.is_active)
    return as_person(row)


async def delete_person(call: Call) -> None:
    """Remove somebody, with their tokens and sessions; what they decided stays."""
    async with call.connection() as conn, conn.transaction():
        await team.delete_user(conn, call.number("user_id"))


def as_person(row: DictRow, *, in_full: bool = True) -> Person:
    """A row as the API shows it; when somebody came and was here is for administrators."""
    times = {} if in_full else {"created_at": None, "last_login": None}
    role = TeamRole.ADMIN if row["is_admin"] else TeamRole.MEMBER
    return Person.model_validate({**row, "role": role, **times})
