"""Invitations."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from rustrak.accounts.access import Role
from rustrak.schemas.accounts import SECRET_LENGTH
from rustrak.schemas.base import Body, Id, Reply, Text


class ProjectRole(Reply):
    project_id: int
    role: Role


class Invitation(Reply):
    id: int
    email: str
    is_admin: bool
    projects: list[ProjectRole]
    invited_by: int | None
    created_at: datetime
    expires_at: datetime


class CreatedInvitation(Invitation):
    url: str
    """The link to pass on; shown this one time."""
    is_mailed: bool
    """Whether a mail took it to the address."""


class WantedRole(Body):
    project_id: Id
    role: Role


class NewInvitation(Body):
    email: Text
    is_admin: bool = False
    projects: Annotated[list[WantedRole], Field(default_factory=list, max_length=100)]
    """What the person is to be where."""


class OpenInvitation(Reply):
    email: str
    expires_at: datetime
    has_account: bool
    """Whether the address has one already; then its password accepts, not a new one."""


class Acceptance(Body):
    token: Annotated[str, Field(max_length=SECRET_LENGTH)]
    password: str
