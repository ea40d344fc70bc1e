"""Structured logs: events from a closed vocabulary with fields, never payloads, keys or sentences.

Every room logs through `log`; only the command line calls `configure_logging`.
"""

import logging
import sys
from enum import StrEnum
from typing import Any, TextIO

import structlog

from rustrak.config import Settings

LONGEST_VALUE = 1024  # characters; a hostile value must not fill the log


class Note(StrEnum):
    """Everything the program may say in its log."""

    SERVER_STARTED = "server_started"
    SERVER_STOPPING = "server_stopping"
    SERVER_STOPPED = "server_stopped"
    WORKER_STARTED = "worker_started"
    WORKER_STOPPED = "worker_stopped"
    WORKER_RESTARTED = "worker_restarted"
    CHILD_STARTED = "child_started"
    CHILD_DIED = "child_died"
    EMBEDDED_REVIVED = "embedded_revived"
    EMBEDDED_DEAD = "embedded_dead"
    MIGRATION_APPLIED = "migration_applied"
    MIGRATION_WAITS = "migration_waits"
    PARTITION_MADE = "partition_made"
    PARTITION_TRIMMED = "partition_trimmed"
    REBUILD_FAILED = "rebuild_failed"
    RETENTION_PUT_OFF = "retention_put_off"
    REQUEST_FAILED = "request_failed"
    ENVELOPE_REFUSED = "envelope_refused"
    JOURNAL_HOLDS = "journal_holds"
    JOURNAL_RECOVERED = "journal_recovered"
    KEYS_STALE = "keys_stale"
    SETTINGS_UNREADABLE = "settings_unreadable"
    QUOTAS_STALE = "quotas_stale"
    INTAKE_CLOSED = "intake_closed"
    INTAKE_OPENED = "intake_opened"
    WAKE_UP_FAILED = "wake_up_failed"
    BATCH_DIGESTED = "batch_digested"
    BATCH_FAILED = "batch_failed"
    BATCH_SPLIT = "batch_split"
    ENVELOPE_PARKED = "envelope_parked"
    DIGEST_INTERRUPTED = "digest_interrupted"
    DIGEST_STALLED = "digest_stalled"
    STALLED_JOBS_SWEPT = "stalled_jobs_swept"
    MONITORS_WATCHED = "monitors_watched"
    ALERT_SENT = "alert_sent"
    ALERT_FAILED = "alert_failed"
    ALERT_RULE_SLOW = "alert_rule_slow"
    LOGIN_PROVIDER_FAILED = "login_provider_failed"
    INVITATION_NOT_MAILED = "invitation_not_mailed"
    MUTES_ENDED = "mutes_ended"


log: structlog.stdlib.BoundLogger = structlog.get_logger("rustrak")


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send our events and the libraries' warnings to `stream` (default stderr) in one format."""
    stream = stream or sys.stderr
    as_json = (settings.log_format or ("console" if stream.isatty() else "json")) == "json"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _cut_long_values,
    ]
    final: list[Any] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    if not as_json:
        final = [
            structlog.dev.ConsoleRenderer(
                colors=stream.isatty(),
                exception_formatter=structlog.dev.plain_traceback,  # rich shows locals: passwords
            )
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # libraries: warnings only
    logging.getLogger("rustrak").setLevel(settings.log_level.upper())


def _cut_long_values(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            event[name] = value[:LONGEST_VALUE] + "…"
    return event
