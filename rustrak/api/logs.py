"""Log lines: searched in the projection; one with its attributes, from the ledger."""

import re
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.accounts.settings import get_settings
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.filters import trace, window, word
from rustrak.api.old_messages import LARGEST_PAGE, number_in_path, number_in_query, reply
from rustrak.api.schemas import Reply
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.events.scrub import scrub
from rustrak.items.lines import LINE_READERS
from rustrak.ledger.envelopes import read_envelope
from rustrak.protocol.jsontext import parse_json

LIMIT = 100  # lines a page unless more are asked for

_LAST_POSITION, _LAST_NUMBER = 2**63 - 1, 2**31 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_ID = re.compile(r"([0-9]{1,18})-([0-9]{1,19})-([0-9]{1,10})-([0-9]{1,10})", re.ASCII)
_SPECIAL = re.compile(r"([\\%_])")


class Level(StrEnum):
    TRACE = "trace"
    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    FATAL = "fatal"


_SEVERITIES = {level: 1 + 4 * order for order, level in enumerate(Level)}
"""OpenTelemetry's first number of each level."""


class Log(Reply):
    """One line. `level` may be a client's own word, `severity` is 0 when unknown."""

    id: str
    timestamp: datetime
    level: str
    severity: int
    body: str
    trace_id: str | None
    span_id: str | None
    release: str
    environment: str


class LogDetail(Log):
    received_at: datetime
    attributes: dict[str, str] | None
    """None once retention has taken the envelope they are in."""


class LogPage(Reply):
    items: list[Log]
    next_cursor: str | None
    has_more: bool


@dataclass(frozen=True, slots=True, order=True)
class LogKey:
    """Where a line stands among those of its project; written out, its id and the cursor."""

    timestamp: datetime
    position: int
    item: int
    number: int

    @classmethod
    def of(cls, row: DictRow) -> "LogKey":
        return cls(row["timestamp"], row["position"], row["item"], row["number"])

    @classmethod
    def parse(cls, text: str) -> "LogKey | None":
        """The key an id stands for, None for what is no id."""
        match = _ID.fullmatch(text)
        if match is None:
            return None
        microseconds, position, item, number = map(int, match.groups())
        largest = max(item, number)
        if microseconds > _LAST_MICROSECOND or position > _LAST_POSITION or largest > _LAST_NUMBER:
            return None
        return cls(_EPOCH + microseconds * _MICROSECOND, position, item, number)

    def __str__(self) -> str:
        microseconds = (self.timestamp - _EPOCH) // _MICROSECOND
        return "-".join(map(str, (microseconds, *astuple(self)[1:])))


async def list_logs(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/logs?level&text&trace&release&environment&since&until
    &cursor&limit
    """
    project_id = number_in_path(request, "project_id")
    trace_id, (since, until) = trace(request, "trace"), window(request)
    limit = number_in_query(request, "limit", LIMIT, LARGEST_PAGE)
    wanted = {
        "since": since,
        **asdict(_before(request, until)),
        "severity": _severity(request),
        "pattern": _pattern(word(request, "text")),
        "release": word(request, "release"),
        "environment": word(request, "environment"),
        "limit": limit + 1,
    }
    query = sql("api/list_logs")
    if trace_id is not None:
        query = sql("api/list_logs_of_trace")
        wanted["trace_id"] = trace_id
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        rows = await fetch_all(conn, query, project_id=project_id, **wanted)
    return reply(_page(rows, limit))


async def get_log(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/logs/{log_id}: a line with its attributes."""
    project_id, log_id = number_in_path(request, "project_id"), request.match_info["log_id"]
    key = LogKey.parse(log_id)
    if key is None:
        raise NotFound(f"Log {log_id[:40]} not found")
    async with request.app[POOL].connection() as conn:
        row = await fetch_one(conn, sql("api/get_log"), project_id=project_id, **asdict(key))
        if row is None:
            raise NotFound(f"Log {log_id} not found")
        attributes = await _attributes(conn, row)
    return reply(LogDetail(**_shown(row), received_at=row["received_at"], attributes=attributes))


async def _attributes(conn: Connection, row: DictRow) -> dict[str, str] | None:
    """A line's attributes, opened from the ledger and scrubbed by the rules of now."""
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    if stored is None:
        return None
    envelope = stored.open()
    item = envelope.items[row["item"]]
    settings = await get_settings(conn, stored.project_id)
    document, _ = scrub(parse_json(item.payload), settings.scrubbing.rules)
    lines = LINE_READERS[item.type](document, envelope.headers, received_at=stored.received_at)
    return lines[row["number"]].attributes


def _page(rows: list[DictRow], limit: int) -> LogPage:
    has_more = len(rows) > limit
    rows = rows[:limit]
    return LogPage(
        items=[Log(**_shown(row)) for row in rows],
        next_cursor=str(LogKey.of(rows[-1])) if has_more else None,
        has_more=has_more,
    )


def _shown(row: DictRow) -> DictRow:
    kept = ("timestamp", "level", "severity", "body", "release", "environment")
    return {
        **{name: row[name] for name in kept},
        "id": str(LogKey.of(row)),
        "trace_id": row["trace_id"].hex if row["trace_id"].int else None,
        "span_id": row["span_id"] or None,
    }


def _before(request: web.Request, until: datetime) -> LogKey:
    """The line a page begins behind: the cursor's, or one after everything until `until`.

    One bound and not two: a scan of the index may start at either, and walk all the way from
    `until` to the cursor on every page.
    """
    end = LogKey(until, _LAST_POSITION, _LAST_NUMBER, _LAST_NUMBER)
    text = request.query.get("cursor")
    if text is None:
        return end
    cursor = LogKey.parse(text)
    if cursor is None:
        raise Invalid("Invalid cursor format")
    return min(cursor, end)


def _severity(request: web.Request) -> int | None:
    """The least severity wanted; lines of unknown severity have none."""
    text = request.query.get("level") or None
    if text is None:
        return None
    try:
        return _SEVERITIES[Level(text)]
    except ValueError:
        raise Invalid(f"level must be one of {', '.join(Level)}") from None


def _pattern(text: str | None) -> str | None:
    """A pattern for ILIKE that means the text itself, anywhere in a line."""
    return None if text is None else "%" + _SPECIAL.sub(r"\\\1", text) + "%"
