"""DSN keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from rustrak.schemas.base import Body, Reply, Text

LONGEST_LABEL = 64  # characters

Label = Annotated[Text, Field(min_length=1, max_length=LONGEST_LABEL)]


class Key(Reply):
    id: int
    label: str
    public_key: UUID
    dsn: str
    is_active: bool
    created_at: datetime
    revoked_at: datetime | None
    """Since when it is switched off."""


class NewKey(Body):
    label: Label = "default"


class KeyChange(Body):
    label: Label | None = None
    is_active: bool | None = None
    """False switches the key off, within seconds; true switches it on again."""
