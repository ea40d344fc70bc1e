"""One event as the projections store it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

RUSTRAK = UUID("5d0c3a54-8f0a-5c0e-9a46-0d6d2c1f7b11")
"""Namespace of the computed ids."""


@dataclass(slots=True)
class EventRow:
    """A row of `events`, and what its issue and grouping need."""

    project_id: int
    event_id: str
    issue_id: UUID
    grouping_id: UUID
    position: int
    item: int
    received_at: datetime
    timestamp: datetime
    title: str
    culprit: str
    level: str
    platform: str
    release: str
    environment: str
    server_name: str
    sdk_name: str
    sdk_version: str
    user_ident: str
    tags: str
    """A JSON object of strings."""
    value: str
    grouping_version: str
    grouping_key: str


@lru_cache(maxsize=8192)
def grouping_id(project_id: int, key: str) -> UUID:
    """The id of a grouping, and of the issue it opens: computed, so that it survives a rebuild."""
    return uuid5(RUSTRAK, f"{project_id}/{key}")
