"""Members of a project."""

from rustrak.accounts import members
from rustrak.accounts.team import get_person
from rustrak.api.call import Call
from rustrak.schemas.members import Member, MemberChange


async def list_members(call: Call) -> list[Member]:
    """The members of a project, by address."""
    async with call.connection() as conn:
        rows = await members.list_members(conn, call.project_id)
    return [Member.model_validate(row) for row in rows]


async def put_member(call: Call, body: MemberChange) -> Member:
    """Give somebody a role in a project: anybody one can see in the team.

    Who shares no project with the caller needs an invitation.
    """
    seen_by = None if call.actor.is_admin else call.actor.user_id
    async with call.connection() as conn, conn.transaction():
        await get_person(conn, body.user_id, seen_by=seen_by)
        row = await members.change_member(conn, call.project_id, body.user_id, body.role)
    return Member.model_validate(row)


async def remove_member(call: Call) -> None:
    """End somebody's membership; the last administrator cannot leave a project to nobody."""
    async with call.connection() as conn, conn.transaction():
        await members.remove_member(conn, call.project_id, call.number("user_id"))
