"""Stack traces and threads: raw frames to Frame objects, the last 250 of each stack.

Used by `normalise` and `exceptions`. The hottest loop of the room: once per frame of every event.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from rustrak.events.attributes import Errors, boolean, entries, integer, label, mapping, text
from rustrak.events.event import Frame, Thread

MAX_FRAMES = 250  # per stack trace; the crashing end is kept
MAX_THREADS = 256
REMEMBERED = 4096  # frames kept for the next event that runs through them, about a kilobyte each

# In the order of Frame's first fields, with the most characters kept. Longer names only occur in
# generated code; a context line is compared, never shown from here.
_TEXT_LIMITS = {
    "function": 512,
    "raw_function": 512,
    "module": 256,
    "package": 256,
    "filename": 256,
    "abs_path": 2048,
    "context_line": 256,
    "platform": 256,
}
_URL_SCHEMES = ("http:", "https:", "file:", "applewebdata:")


def read_frames(stacktrace: Any, errors: Errors) -> list[Frame]:
    """The frames of a stack trace object, oldest call first; null frames are skipped."""
    if stacktrace is None:
        return []
    frames = mapping(stacktrace, "stacktrace", errors).get("frames")
    return [
        read_frame(raw, errors) for raw in entries(frames, MAX_FRAMES, "stacktrace.frames", errors)
    ]


def read_frame(raw: dict[str, Any], errors: Errors) -> Frame:
    """One frame. A missing `abs_path` is taken from `filename` and the other way round."""
    get = raw.get
    types = type(get("lineno")), type(get("colno")), type(get("in_app"))
    try:
        return _faultless_frame(tuple(raw.items()), types)
    except (TypeError, ValueError):  # something in it is no plain value, or not as it should be
        return _frame(raw, errors)


@lru_cache(maxsize=REMEMBERED)
def _faultless_frame(items: tuple[tuple[str, Any], ...], _types: tuple[type, ...]) -> Frame:
    """A frame of plain values, remembered: the same lines crash again and again.

    The types are part of what is remembered, because True equals 1. Raises ValueError when
    anything is wrong with the frame.
    """
    errors = Errors()
    frame = _frame(dict(items), errors)
    if errors.listed():
        raise ValueError(errors)
    return frame


def _frame(raw: dict[str, Any], errors: Errors) -> Frame:
    texts = [
        text(raw.get(name), limit, f"frame.{name}", errors) for name, limit in _TEXT_LIMITS.items()
    ]
    function, raw_function, module, package, filename, abs_path, context_line, platform = texts
    if abs_path is None:
        abs_path = filename
    elif filename is None:
        filename = _path_of(abs_path)
    return Frame(
        function,
        raw_function,
        module,
        package,
        filename,
        abs_path,
        context_line,
        platform,
        integer(raw.get("lineno"), "frame.lineno", errors),
        integer(raw.get("colno"), "frame.colno", errors),
        boolean(raw.get("in_app"), "frame.in_app", errors),
        source_mapped=bool(mapping(raw.get("data"), "frame.data", errors).get("sourcemap")),
    )


def _path_of(abs_path: str) -> str:
    """The path alone when `abs_path` is the URL of a script."""
    if not abs_path.startswith(_URL_SCHEMES):
        return abs_path[:256]
    try:
        return urlsplit(abs_path).path[:256] or abs_path[:256]
    except ValueError:  # an unbalanced bracket in the host
        return abs_path[:256]


def read_threads(raw: Any, errors: Errors) -> list[Thread]:
    """The threads of the process, from a list or `{"values": […]}`."""
    if isinstance(raw, dict):
        raw = raw.get("values")
    return [
        Thread(
            id=label(thread.get("id"), 64, "threads.id", errors),
            name=text(thread.get("name"), 256, "threads.name", errors),
            crashed=boolean(thread.get("crashed"), "threads.crashed", errors) is True,
            current=boolean(thread.get("current"), "threads.current", errors) is True,
            frames=read_frames(thread.get("stacktrace"), errors),
        )
        for thread in entries(raw, MAX_THREADS, "threads", errors)
    ]
