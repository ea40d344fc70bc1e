"""What a monitor's failure is told as: an event of our own, appended to the ledger like any other.

Its id is computed from what failed, so that telling twice is telling once.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from rustrak import __version__
from rustrak.events.decode import decode_event
from rustrak.events.normalise import normalise
from rustrak.grouping import FIRST, group
from rustrak.grouping.timeline import OWN_SDK
from rustrak.items.monitoring import Sign, Status
from rustrak.items.schedules import MonitorConfig, write_monitor_config
from rustrak.ledger.envelopes import ENVELOPE, Arrival
from rustrak.projections.event_row import RUSTRAK, grouping_id
from rustrak.projections.monitors import Environment
from rustrak.protocol.envelope import Item, write_envelope

CLIENT: Final = "rustrak/monitors"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_CACHED = 8192  # groupings; every monitor asks for its own every minute


def alarm_id(monitor: Environment, sign: Sign) -> UUID:
    """The id of the event about a failure: of the run, or of the time that was missed."""
    about = sign.expected_at.isoformat() if sign.run is None else sign.run.check_in_id.hex
    name = (str(monitor.project_id), monitor.slug, monitor.environment, sign.status, about)
    return uuid5(RUSTRAK, "/".join(("monitor", *name)))


def alarm(monitor: Environment, sign: Sign) -> Arrival:
    """The envelope that tells of a failure."""
    event_id = alarm_id(monitor, sign).hex
    payload = orjson.dumps(_event(monitor, sign, event_id))
    body = write_envelope({"event_id": event_id}, [Item("event", {"type": "event"}, payload)])
    return Arrival(
        project_id=monitor.project_id,
        event_id=event_id,
        form=ENVELOPE,
        encoding="",
        items=1,
        client=CLIENT,
        remote_addr="",
        body=body,
    )


@lru_cache(maxsize=_CACHED)
def alarm_grouping(project_id: int, slug: str, environment: str) -> UUID:
    """The grouping of a monitor's alarms, as the digest will find it: all versions take a
    fingerprint as it is, and rules are not for events of our own."""
    document = decode_event(orjson.dumps({"fingerprint": _fingerprint(slug, environment)}))
    sign = normalise(document, event_id="0" * 32, received_at=_ANY_TIME)
    return grouping_id(project_id, group(sign, FIRST).key)


def _event(monitor: Environment, sign: Sign, event_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {"status": sign.status, "slug": monitor.slug}
    if sign.run is None:
        found["expected_at"] = sign.expected_at.isoformat()
    else:
        found["check_in_id"] = sign.run.check_in_id.hex
        found["started_at"] = sign.run.started_at.isoformat()
    if monitor.config is not None:
        found["config"] = write_monitor_config(monitor.config)
        found["schedule"] = found["config"].pop("schedule")
    return {
        "event_id": event_id,
        "timestamp": sign.known_at.isoformat(),
        "level": "error",
        "platform": "other",
        "logger": "monitors",
        "message": _message(monitor.slug, monitor.config, sign),
        "fingerprint": _fingerprint(monitor.slug, monitor.environment),
        "environment": monitor.environment,
        "release": (sign.run.release if sign.run else "") or None,
        "tags": {"monitor.slug": monitor.slug, "monitor.status": sign.status},
        "contexts": {"monitor": found},
        "sdk": {"name": OWN_SDK, "version": __version__},
    }


def _fingerprint(slug: str, environment: str) -> list[str]:
    """An environment may be called anything, but stands for no variable of the event."""
    return ["monitor", slug, environment.replace("{{", "{")]


def _message(slug: str, config: MonitorConfig | None, sign: Sign) -> str:
    if sign.status is Status.MISSED:
        return f"Monitor {slug} missed its check-in at {sign.expected_at:%H:%M} UTC"
    if sign.status is Status.TIMEOUT and config is not None:
        minutes = "a minute" if config.max_runtime == 1 else f"{config.max_runtime} minutes"
        return f"Monitor {slug} did not finish within {minutes}"
    return f"Monitor {slug} reported a failure"
