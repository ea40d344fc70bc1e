"""Bearer tokens."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from rustrak.accounts.access import Scope
from rustrak.schemas.base import Body, Reply, Text

LONGEST_DESCRIPTION = 255  # characters

Description = Annotated[Text, Field(max_length=LONGEST_DESCRIPTION)]


class Token(Reply):
    id: int
    token_prefix: str
    """The first eight digits and three dots."""
    description: str | None
    created_at: datetime
    last_used_at: datetime | None
    scopes: list[Scope]
    expires_at: datetime | None


class NewToken(Body):
    description: Description | None = None
    scopes: Annotated[list[Scope], Field(min_length=1)] | None = None
    """All that the caller has, unless fewer are named."""
    expires_at: AwareDatetime | None = None


class CreatedToken(Reply):
    id: int
    token: str
    """Shown this one time."""
    description: str | None
    created_at: datetime
    scopes: list[Scope]
    expires_at: datetime | None
