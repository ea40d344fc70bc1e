"""Log lines."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from rustrak.items.values import hex_id
from rustrak.schemas.base import LARGEST_PAGE, CursorQuery, Environments, Reply, Word
from rustrak.schemas.times import WindowQuery


class Level(StrEnum):
    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    FATAL = "fatal"


def _trace(value: Any) -> UUID:
    found = hex_id(value, 32)
    if not found:
        raise ValueError("must be 32 hexadecimal digits")
    return UUID(found)


TraceId = Annotated[
    UUID,
    BeforeValidator(_trace),
    WithJsonSchema({"type": "string", "pattern": "^[0-9a-fA-F]{32}$"}),
]


class LogsQuery(CursorQuery, WindowQuery):
    level: Level | None = None
    """This level and those above it; one we do not know is below all of them."""
    text: Word | None = None
    """Found anywhere in a line, in upper or lower case."""
    trace: TraceId | None = None
    release: Word | None = None
    environment: Environments = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100


class Log(Reply):
    """One line."""

    id: str
    timestamp: datetime
    level: str
    """May be a word of the client's own."""
    severity: int
    """OpenTelemetry's number, 0 when unknown."""
    body: str
    trace_id: str | None
    span_id: str | None
    release: str
    environment: str


class LogDetail(Log):
    received_at: datetime
    attributes: dict[str, str] | None
    """Null once retention has taken the envelope they are in."""
