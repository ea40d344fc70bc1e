"""Rebuilds of the read tables."""

from datetime import datetime

from rustrak.schemas.base import Body, Reply


class NewRebuild(Body):
    is_check: bool = False
    """Compare with the live tables and throw the new ones away."""


class Rebuild(Reply):
    id: int
    is_check: bool
    state: str
    """`running`, `done`, `failed` or `cancelled`."""
    done: int
    """Envelopes folded."""
    total: int
    differences: dict[str, int] | None
    """Of a check that is done: rows that differ, by table; none is what it should be."""
    error: str
    created_by: str
    created_at: datetime
    updated_at: datetime
