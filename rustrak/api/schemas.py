"""Every JSON shape of the API. Fields keep the original's names, so that its clients run unchanged;
nullable fields are always present, dates end in Z."""

from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Row = TypeVar("Row", bound=BaseModel)


class Request(BaseModel):
    """A request body; unknown fields are ignored, and null means absent."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Reply(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Page(Reply, Generic[Row]):
    """A numbered page of a list."""

    items: list[Row]
    total_count: int
    page: int
    per_page: int
    total_pages: int


class User(Reply):
    id: int
    email: str
    is_admin: bool


class LoggedIn(Reply):
    user: User


class Login(Request):
    email: str
    password: str


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


class NewProject(Request):
    name: str
    slug: str | None = None


class ProjectChange(Request):
    name: str | None = None


class Issue(Reply):
    id: UUID
    project_id: int
    short_id: str
    title: str
    value: str
    culprit: str
    first_seen: datetime
    last_seen: datetime
    event_count: int
    level: str | None
    platform: str | None
    is_resolved: bool
    is_muted: bool


class IssueChange(Request):
    is_resolved: bool | None = None
    is_muted: bool | None = None


class Event(Reply):
    id: UUID
    event_id: UUID
    issue_id: UUID
    title: str
    timestamp: datetime
    level: str
    platform: str
    release: str
    environment: str


class Remark(Reply):
    rule: str
    kind: str
    start: int | None
    end: int | None


class Annotation(Reply):
    path: str
    """Of the attribute, dotted; "" for the event itself."""
    remarks: list[Remark]
    errors: list[str]
    length: int | None
    """Before it was shortened."""


class EventDetail(Event):
    ingested_at: datetime
    culprit: str
    server_name: str
    sdk_name: str
    sdk_version: str
    user: str
    """Who was affected, as kind and value: 'id:42', 'email:…', '' for nobody."""
    tags: dict[str, str]
    data: dict[str, Any]
    """The event as it was received, scrubbed, with the address of its user filled in."""
    annotations: list[Annotation]
    """What the SDK, or a relay on the way, removed, shortened or could not read (`_meta`)."""


class Token(Reply):
    id: int
    token_prefix: str
    description: str | None
    created_at: datetime
    last_used_at: datetime | None


class NewToken(Request):
    description: str | None = None


class CreatedToken(Reply):
    id: int
    token: str
    """Shown this one time."""
    description: str | None
    created_at: datetime
