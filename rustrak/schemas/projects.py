"""Projects."""

from datetime import datetime
from uuid import UUID

from rustrak.schemas.base import Body, Order, PageQuery, Reply


class ProjectsQuery(PageQuery):
    order: Order = Order.DESC
    """By when they were made."""


class Project(Reply):
    id: int
    name: str
    slug: str
    sentry_key: UUID
    dsn: str
    stored_event_count: int
    digested_event_count: int
    created_at: datetime
    updated_at: datetime


class NewProject(Body):
    name: str
    slug: str | None = None


class ProjectChange(Body):
    name: str | None = None
