"""The short names of an event: level, platform, logger, release, dist, environment, fingerprint.

Used by `normalise`. Each function returns a valid name, or the default and a note.
"""

from typing import Any

from rustrak.events.attributes import Errors, label
from rustrak.protocol.names import is_environment, is_release

_LEVELS = {
    "debug": "debug",
    "info": "info",
    "log": "info",
    "warning": "warning",
    "warn": "warning",
    "error": "error",
    "fatal": "fatal",
    "critical": "fatal",
    10: "debug",  # Python's logging scale
    20: "info",
    30: "warning",
    40: "error",
    50: "fatal",
}
_DIST_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_STATED_TYPES = frozenset({"transaction", "feedback", "userreportv2", "replay_event"})


def read_level(value: Any, default: str, errors: Errors) -> str:
    """One of debug, info, warning, error, fatal. Source: Sentry protocol, level."""
    if value is None:
        return default
    key = value.lower() if type(value) is str else value
    level = _LEVELS.get(key) if type(key) in (str, int) else None
    if level is None:
        errors.invalid("level")
        return default
    return level


def read_type(stated: Any, *, has_exceptions: bool, report: str) -> str:
    """What kind of event it is; inferred from its contents unless it says something special.

    `report` is the kind of the browser's report that it is, "" for none.
    """
    if type(stated) is str and stated in _STATED_TYPES:
        return stated
    if has_exceptions:
        return "error"
    return report or "default"


def read_logger(value: Any, errors: Errors) -> str:
    """At most 64 characters of a dotted name; a longer one loses segments on the left for `*`."""
    logger = label(value, 1024, "logger", errors)
    if "\n" in logger or "\r" in logger:
        errors.invalid("logger")
        return ""
    if len(logger) <= 64:
        return logger
    tail = logger[-63:]
    return "*" + (tail[tail.index(".") :] if "." in tail else tail)


def read_release(value: Any, errors: Errors) -> str:
    """A release name of at most 200 characters. A cut one would be another release: refused."""
    release = label(value, 1024, "release", errors)
    if not is_release(release):
        errors.invalid("release")
        return ""
    return release


def read_dist(value: Any, release: str, errors: Errors) -> str:
    """A build of a release, at most 64 of letters, digits, `_`, `.` and `-`."""
    dist = label(value, 1024, "dist", errors)
    if dist and (not release or len(dist) > 64 or dist.strip(_DIST_CHARACTERS)):
        errors.invalid("dist")
        return ""
    return dist


def read_environment(value: Any, errors: Errors) -> str:
    """At most 64 characters without blanks, newlines and slashes; the text `None` is refused."""
    environment = label(value, 1024, "environment", errors)
    if not is_environment(environment):
        errors.invalid("environment")
        return ""
    return environment


def read_fingerprint(value: Any, errors: Errors) -> list[str]:
    """The parts of a client's fingerprint as texts; whole numbers for floats, null parts dropped.

    A bare string is invalid: old SDKs meant different things by it.
    """
    if value is None:
        return []
    if type(value) is not list:
        errors.invalid("fingerprint")
        return []
    parts = [_fingerprint_part(part) for part in value]
    if None in parts:
        errors.invalid("fingerprint")
    return [part for part in parts if part is not None]


def _fingerprint_part(part: Any) -> str | None:
    if type(part) is str:
        return part
    if isinstance(part, (bool, int)):
        return str(part)
    if isinstance(part, float) and part - part == 0:  # finite
        return str(int(part))
    return None
