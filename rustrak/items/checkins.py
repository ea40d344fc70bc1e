"""Cron check-ins, from `check_in` items and from the cron endpoint.

Source: Sentry protocol, check-ins.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rustrak.errors import Invalid, Malformed
from rustrak.items.clock import MAX_DURATION
from rustrak.items.schedules import MonitorConfig, read_monitor_config
from rustrak.items.values import document, read_environment, read_release, seconds, text, uuid
from rustrak.protocol.event_id import parse_event_id

MAX_SLUG: Final = 50
"""Characters of a monitor's name."""
UNKNOWN: Final = "unknown"
"""The status of a check-in that says nothing we know; `missed` and `timeout` are ours to say."""

DEFAULT_ENVIRONMENT: Final = "production"

_STATUSES = ("in_progress", "ok", "error")
_MAX_RAW_SLUG = 256  # characters
_NOT_IN_SLUGS = re.compile(r"[^\w-]++")


@dataclass(slots=True, frozen=True)
class CheckIn:
    """One sign of life of a job, at the time of receipt.

    `status` is in_progress, ok, error or unknown. An empty `check_in_id` means the latest
    unfinished check-in of the monitor and environment, or a new one. `duration` is in seconds.
    """

    monitor_slug: str
    check_in_id: str
    status: str
    environment: str
    timestamp: datetime
    release: str = ""
    duration: float | None = None
    config: MonitorConfig | None = None


def read_check_in(
    payload: object, _headers: Mapping[str, Any], *, received_at: datetime
) -> CheckIn:
    """A check-in as SDKs send it. Raises Malformed without a monitor.

    A duration or config that is unusable is left out, and so is an id: both halves of a run then
    lack it and find each other as the latest.
    """
    raw = document(payload)
    slug = read_slug(raw.get("monitor_slug"))
    if not slug:
        raise Malformed("the check-in names no monitor")
    status = raw.get("status")
    return CheckIn(
        slug,
        uuid(raw.get("check_in_id")),
        str(status) if status in _STATUSES else UNKNOWN,
        read_environment(raw.get("environment")) or DEFAULT_ENVIRONMENT,
        received_at,
        read_release(raw.get("release")),
        seconds(raw.get("duration"), MAX_DURATION.total_seconds()),
        read_monitor_config(raw.get("monitor_config"), received_at),
    )


def read_check_in_request(
    slug: str, parameters: Mapping[str, Any], *, received_at: datetime
) -> CheckIn:
    """A check-in by GET or POST: the query, or the JSON object of the body.

    The slug of the path wins. Raises Malformed without a monitor and Invalid for another wrong
    value, because here a person reads the answer. Source: Sentry protocol, check-ins (HTTP form).
    """
    status, duration = parameters.get("status"), parameters.get("duration")
    if status not in _STATUSES:
        raise Invalid("status must be one of in_progress, ok and error")
    if duration is not None and seconds(duration, MAX_DURATION.total_seconds()) is None:
        raise Invalid("duration must be a number of seconds, from 0 to 30 days")
    if parameters.get("check_in_id") is not None:
        _check_id(parameters["check_in_id"])
    return read_check_in({**parameters, "monitor_slug": slug}, {}, received_at=received_at)


def _check_id(value: object) -> None:
    try:
        parse_event_id(value)
    except Malformed:
        raise Invalid("check_in_id must be a UUID") from None


def read_slug(value: object) -> str:
    """A monitor's name in lower case: letters and digits of any script, `-` and `_`."""
    return _NOT_IN_SLUGS.sub("-", text(value, _MAX_RAW_SLUG).lower()).strip("-")[:MAX_SLUG]
