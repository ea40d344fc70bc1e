"""Inviting people, and accepting."""

from psycopg.rows import DictRow

from rustrak.accounts import invitations, team, users
from rustrak.accounts.access import Needs, Scope, check_access, includes
from rustrak.accounts.members import find_role
from rustrak.accounts.passwords import hash_password
from rustrak.accounts.sessions import hash_secret
from rustrak.alerts.invitation import mail_invitation
from rustrak.api.browser import start_session
from rustrak.api.call import Call
from rustrak.api.identify import refuse_other_sites
from rustrak.api.logins import as_user, prove
from rustrak.database.pool import Connection
from rustrak.errors import NotFound
from rustrak.schemas.accounts import LoggedIn
from rustrak.schemas.invitations import (
    Acceptance,
    CreatedInvitation,
    Invitation,
    NewInvitation,
    OpenInvitation,
)


async def list_invitations(call: Call) -> list[Invitation]:
    """Invitations that wait: one's own, or all for administrators of the installation."""
    async with call.connection() as conn:
        rows = await invitations.list_invitations(
            conn, invited_by=None if call.actor.is_admin else call.actor.user_id
        )
    return [Invitation.model_validate(_shown(row)) for row in rows]


async def create_invitation(call: Call, body: NewInvitation) -> CreatedInvitation:
    """Invite somebody by a link that works once, for 48 hours; it is shown this one time.

    Administrators of a project invite to it; only those of the installation invite to nothing in
    particular, or make others administrators.
    """
    projects = [(wanted.project_id, wanted.role) for wanted in body.projects]
    async with call.connection() as conn:
        await _check_may_give(call, conn, body)
        token, row = await invitations.create_invitation(
            conn,
            body.email,
            invited_by=call.actor.user_id,
            is_admin=body.is_admin,
            projects=projects,
        )
    url = f"{call.settings.url}/invitation/{token}"
    is_mailed = await mail_invitation(
        call.settings,
        number=row["id"],
        to=row["email"],
        url=url,
        inviter=call.actor.email,
        until=row["expires_at"],
    )
    return CreatedInvitation.model_validate({**_shown(row), "url": url, "is_mailed": is_mailed})


async def revoke_invitation(call: Call) -> None:
    """Take an invitation back."""
    may_take_all = call.actor.is_admin and includes(call.actor.scopes, [Scope.ADMIN])
    async with call.connection() as conn:
        await invitations.revoke_invitation(
            conn,
            call.number("invitation_id"),
            invited_by=None if may_take_all else call.actor.user_id,
        )


async def get_invitation(call: Call) -> OpenInvitation:
    """Whom an invitation is for, if it can still be accepted."""
    async with call.connection() as conn:
        row = await invitations.find_invitation(conn, hash_secret(call.text("token")))
    return OpenInvitation.model_validate(row)


async def accept_invitation(call: Call, body: Acceptance) -> LoggedIn:
    """Accept an invitation and log in; the password is chosen here.

    Whose address has an account already gives its password instead, and keeps it.
    """
    refuse_other_sites(call.request)
    async with call.connection() as conn:
        invitation = await invitations.find_invitation(conn, hash_secret(body.token))
    user_id, password_hash = None, None
    if invitation["has_account"]:
        user_id = (await prove(call, invitation["email"], body.password))["id"]
    else:
        users.check_new_password(body.password)
        password_hash = await hash_password(body.password)
    async with call.connection() as conn, conn.transaction():
        if user_id is None:
            row = await users.add_user(conn, invitation["email"], password_hash, is_admin=False)
            user_id = row["id"]
        await invitations.use_invitation(conn, invitation, user_id)
        await start_session(call, conn, user_id)
        return LoggedIn(user=as_user(await team.get_person(conn, user_id)))


async def _check_may_give(call: Call, conn: Connection, body: NewInvitation) -> None:
    """Raises Forbidden and NotFound for what the caller could not give by hand."""
    if body.is_admin or not body.projects:
        check_access(Needs.INSTALLATION_ADMIN, call.actor, None, changes=True)
    for wanted in body.projects:
        role = await find_role(conn, wanted.project_id, call.actor)
        if role is None:
            raise NotFound(f"Project with id {wanted.project_id} not found")
        check_access(Needs.PROJECT_ADMIN, call.actor, role, changes=True)


def _shown(row: DictRow) -> DictRow:
    return {**row, "projects": row["grants"]}
