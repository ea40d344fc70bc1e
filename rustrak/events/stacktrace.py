"""Stack traces and threads: raw frames to Frame objects, the last 250 of each stack.

Used by `normalise` and `exceptions`. The hottest loop of the room: once per frame of every event.
"""

from typing import Any
from urllib.parse import urlsplit

from rustrak.events.attributes import Errors, boolean, entries, integer, label, mapping, text
from rustrak.events.event import Frame, Thread

MAX_FRAMES = 250  # per stack trace; the crashing end is kept
MAX_THREADS = 256

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
_SHORT = 256  # nearly every text of nearly every frame, so nothing needs cutting
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
    texts: list[Any] = [
        get("function"),
        get("raw_function"),
        get("module"),
        get("package"),
        get("filename"),
        get("abs_path"),
        get("context_line"),
        get("platform"),
    ]
    for value in texts:
        if value is not None and (type(value) is not str or len(value) > _SHORT):
            texts = _cut_texts(raw, errors)
            break
    frame = Frame(*texts)
    if (lineno := get("lineno")) is not None:
        frame.lineno = integer(lineno, "frame.lineno", errors)
    if (colno := get("colno")) is not None:
        frame.colno = integer(colno, "frame.colno", errors)
    if (in_app := get("in_app")) is not None:
        frame.in_app = boolean(in_app, "frame.in_app", errors)
    if data := get("data"):
        frame.source_mapped = bool(mapping(data, "frame.data", errors).get("sourcemap"))
    if frame.abs_path is None:
        frame.abs_path = frame.filename
    elif frame.filename is None:
        frame.filename = _path_of(frame.abs_path)
    return frame


def _cut_texts(raw: dict[str, Any], errors: Errors) -> list[Any]:
    return [
        text(raw.get(name), limit, f"frame.{name}", errors) for name, limit in _TEXT_LIMITS.items()
    ]


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
