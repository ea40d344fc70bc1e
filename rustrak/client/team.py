"""People: who they are, what they may do where, and how they come in."""

from rustrak.accounts.access import Role
from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.accounts import Person, PersonChange, TeamRole, TeamRoleChange
from rustrak.schemas.invitations import CreatedInvitation, Invitation, NewInvitation
from rustrak.schemas.members import Member, MemberChange

TEAM = ("api", "team")
INVITATIONS = ("api", "invitations")


class Team(Noun):
    """The people of the installation."""

    def list(self) -> Listing[Person]:
        return self._whole(Person, *TEAM)

    async def change_role(self, user_id: int, role: TeamRole) -> Person:
        body = TeamRoleChange(role=role)
        return await self._send("PATCH", Person, *TEAM, user_id, "role", body=body)

    async def change(self, user_id: int, change: PersonChange) -> Person:
        return await self._send("PATCH", Person, *TEAM, user_id, body=change)

    async def delete(self, user_id: int) -> None:
        await self._do("DELETE", *TEAM, user_id)


class Members(Noun):
    """The people of a project."""

    def list(self, project_id: int) -> Listing[Member]:
        return self._whole(Member, *PROJECTS, project_id, "members")

    async def put(self, project_id: int, user_id: int, role: Role) -> Member:
        """Give somebody a role, in place of any they had."""
        body = MemberChange(user_id=user_id, role=role)
        return await self._send("PUT", Member, *PROJECTS, project_id, "members", body=body)

    async def remove(self, project_id: int, user_id: int) -> None:
        await self._do("DELETE", *PROJECTS, project_id, "members", user_id)


class Invitations(Noun):
    """Invitations that wait."""

    def list(self) -> Listing[Invitation]:
        return self._whole(Invitation, *INVITATIONS)

    async def create(self, invitation: NewInvitation) -> CreatedInvitation:
        """The answer has the link, this one time."""
        return await self._send("POST", CreatedInvitation, *INVITATIONS, body=invitation)

    async def revoke(self, invitation_id: int) -> None:
        await self._do("DELETE", *INVITATIONS, invitation_id)
