"""People, how they come in, and where they are."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rustrak.schemas.base import Body, Query, Reply, Text

SECRET_LENGTH = 200
"""Characters of a token in a link; ours have 43."""


class User(Reply):
    id: int
    email: str
    is_admin: bool


class LoggedIn(Reply):
    user: User


class Login(Body):
    email: str
    password: str


class Registration(Body):
    email: Text
    password: str


class MeChange(Body):
    email: Text | None = None
    current_password: str | None = None
    """Asked for where the address changes."""


class PasswordChange(Body):
    current_password: str
    new_password: str


class Session(Reply):
    id: int
    created_at: datetime
    last_seen_at: datetime
    """To the minute."""
    expires_at: datetime
    user_agent: str
    remote_addr: str
    """Where it was opened from."""
    is_current: bool


class SsoConfig(Reply):
    enabled: bool
    provider_name: str | None


class SsoStart(Query):
    next: str = "/"
    """Where to go afterwards: a path of ours."""
    invitation: Annotated[str | None, Field(max_length=SECRET_LENGTH)] = None
    """The token of an invitation to accept with this login."""


class SsoLink(Body):
    next: str = "/"
    current_password: str | None = None
    """Needed by whoever has one: a link outlives the session it was made in."""


class LinkedIdentity(Reply):
    """A login at a provider that opens an account."""

    id: str
    issuer: str
    subject: str
    """Who it is, in the provider's words."""
    created_at: datetime
    last_login: datetime


class SsoRedirect(Reply):
    url: str
    """Where the browser goes to confirm who it is."""


class SsoCallback(Query):
    state: str = ""
    code: str | None = None
    error: str | None = None
    iss: str | None = None


class TeamRole(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"


class Person(Reply):
    id: int
    email: str
    is_admin: bool
    role: TeamRole
    is_active: bool
    created_at: datetime | None
    """For administrators of the installation; null for others."""
    last_login: datetime | None


class TeamRoleChange(Body):
    role: TeamRole | None = None
    is_admin: bool | None = None
    """The same in another word."""


class PersonChange(Body):
    is_active: bool
