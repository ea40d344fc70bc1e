"""What a matcher may look at, by the names the field uses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rustrak.events.event import Event, Frame
from rustrak.grouping.rules.globs import Match, glob

FAMILIES: Final = {
    "javascript": "javascript", "node": "javascript",
    "c": "native", "native": "native", "cocoa": "native", "objc": "native", "swift": "native",
    "rust": "native",
}  # fmt: skip
TAG: Final = "tags."


def family(platform: str) -> str:
    """`javascript`, `native` or `other`."""
    return FAMILIES.get(platform, "other")


@dataclass(frozen=True, slots=True)
class Subject:
    """Texts of an event or a frame, and the pattern they are held against."""

    of_event: Callable[[Event], list[str]]
    of_frame: Callable[[Frame, str], list[str]]
    matches: Match


def _exceptions(read: str) -> Callable[[Event], list[str]]:
    return lambda event: [getattr(found, read) or "" for found in event.exceptions]


def _one(read: str) -> Callable[[Event], list[str]]:
    return lambda event: [getattr(event, read)]


def _message(event: Event) -> list[str]:
    return [event.message, event.formatted, *(found.value or "" for found in event.exceptions)]


EVENT_SUBJECTS: Final[dict[str, Callable[[Event], list[str]]]] = {
    "type": _exceptions("type"),
    "value": _exceptions("value"),
    "mechanism": _exceptions("mechanism_type"),
    "message": _message,
    "logger": _one("logger"),
    "level": _one("level"),
    "transaction": _one("transaction"),
    "release": _one("release"),
    "environment": _one("environment"),
    "platform": _one("platform"),
    "sdk": lambda event: [event.sdk.name],
    "family": lambda event: [family(event.platform)],
}
FRAME_SUBJECTS: Final[dict[str, Callable[[Frame, str], list[str]]]] = {
    "path": lambda frame, _: [frame.abs_path or "", frame.filename or ""],
    "module": lambda frame, _: [frame.module or ""],
    "function": lambda frame, _: [frame.function or ""],
    "package": lambda frame, _: [frame.package or ""],
    "app": lambda frame, _: ["yes" if frame.in_app else "no"],
}
ALIASES: Final = {
    "error.type": "type",
    "error.value": "value",
    "error.mechanism": "mechanism",
    "sdk.name": "sdk",
    "stack.abs_path": "path",
    "stack.filename": "path",
    "stack.module": "module",
    "stack.function": "function",
    "stack.package": "package",
    "in_app": "app",
}
_PATHS: Final = frozenset({"path", "package"})
_ANY_CASE: Final = frozenset({"message", "value", "path", "package", "app"})
_YES: Final = {"1": "yes", "true": "yes", "0": "no", "false": "no"}


def subject_of(key: str, pattern: str) -> Subject | None:
    """What `key:pattern` looks at; None for an unknown key. `key` is no alias."""
    if key == "app":
        pattern = _YES.get(pattern.lower(), pattern)
    matches = glob(pattern, is_path=key in _PATHS, any_case=key in _ANY_CASE)
    if key.startswith(TAG) and len(key) > len(TAG):
        tag = key.removeprefix(TAG)
        return Subject(lambda event: [event.tags.get(tag, "")], _nothing, matches)
    if key in FRAME_SUBJECTS:
        return Subject(lambda _: [], FRAME_SUBJECTS[key], matches)
    if key in EVENT_SUBJECTS:
        return Subject(EVENT_SUBJECTS[key], _nothing, matches)
    return None


def _nothing(_frame: Frame, _platform: str) -> list[str]:
    return []
