"""Log lines: searched in the projection; one with its attributes, from the ledger."""

import asyncio
import re
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import DictRow

from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.events.scrub import ScrubRules, scrub
from rustrak.items.lines import LINE_READERS
from rustrak.ledger.envelopes import StoredEnvelope, read_envelope
from rustrak.protocol.jsontext import parse_json
from rustrak.schemas.base import CursorPage
from rustrak.schemas.logs import Level, Log, LogDetail, LogsQuery

_LAST_POSITION, _LAST_NUMBER = 2**63 - 1, 2**31 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_MICROSECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_ID = re.compile(r"([0-9]{1,18})-([0-9]{1,19})-([0-9]{1,10})-([0-9]{1,10})", re.ASCII)
_SPECIAL = re.compile(r"([\\%_])")


_SEVERITIES = {level: 1 + 4 * order for order, level in enumerate(Level)}
"""OpenTelemetry's first number of each level."""


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


async def list_logs(call: Call, query: LogsQuery) -> CursorPage[Log]:
    """Log lines, newest first."""
    since, until = query.window()
    wanted = {
        "since": since,
        **asdict(_before(query.cursor, until)),
        "severity": None if query.level is None else _SEVERITIES[query.level],
        "pattern": _pattern(query.text),
        "release": query.release,
        "environments": query.environment,
        "limit": query.limit + 1,
    }
    statement = sql("api/list_logs")
    if query.trace is not None:
        statement = sql("api/list_logs_of_trace")
        wanted["trace_id"] = query.trace
    async with call.connection() as conn:
        rows = await fetch_all(conn, statement, project_id=call.project_id, **wanted)
    shown = rows[: query.limit]
    cursor = str(LogKey.of(shown[-1])) if len(rows) > query.limit else None
    return CursorPage[Log].of([Log(**_shown(row)) for row in shown], cursor)


async def get_log(call: Call) -> LogDetail:
    """One line with its attributes."""
    log_id = call.text("log_id")
    key = LogKey.parse(log_id)
    if key is None:
        raise NotFound(f"Log {log_id[:40]} not found")
    async with call.connection() as conn:
        row = await fetch_one(conn, sql("api/get_log"), project_id=call.project_id, **asdict(key))
        if row is None:
            raise NotFound(f"Log {log_id} not found")
        attributes = await _attributes(conn, row)
    return LogDetail(**_shown(row), received_at=row["received_at"], attributes=attributes)


async def _attributes(conn: Connection, row: DictRow) -> dict[str, str] | None:
    """A line's attributes, opened from the ledger and scrubbed by the rules of now."""
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    if stored is None:
        return None
    settings = await get_settings(conn, stored.project_id)
    return await asyncio.to_thread(_opened, stored, row, settings.scrubbing.rules)


def _opened(stored: StoredEnvelope, row: DictRow, rules: ScrubRules) -> dict[str, str]:
    """In a thread: a batch of ten thousand lines would hold everybody up."""
    envelope = stored.open()
    item = envelope.items[row["item"]]
    document, _ = scrub(parse_json(item.payload), rules)
    lines = LINE_READERS[item.type](document, envelope.headers, received_at=stored.received_at)
    return lines[row["number"]].attributes


def _shown(row: DictRow) -> DictRow:
    kept = ("timestamp", "level", "severity", "body", "release", "environment")
    return {
        **{name: row[name] for name in kept},
        "id": str(LogKey.of(row)),
        "trace_id": row["trace_id"].hex if row["trace_id"].int else None,
        "span_id": row["span_id"] or None,
    }


def _before(cursor: str | None, until: datetime) -> LogKey:
    """The line a page begins behind: the cursor's, or one after everything until `until`.

    One bound and not two: a scan of the index may start at either, and walk all the way from
    `until` to the cursor on every page.
    """
    end = LogKey(until, _LAST_POSITION, _LAST_NUMBER, _LAST_NUMBER)
    if cursor is None:
        return end
    key = LogKey.parse(cursor)
    if key is None:
        raise Invalid("Invalid cursor format")
    return min(key, end)


def _pattern(text: str | None) -> str | None:
    """A pattern for ILIKE that means the text itself, anywhere in a line."""
    return None if text is None else "%" + _SPECIAL.sub(r"\\\1", text) + "%"
