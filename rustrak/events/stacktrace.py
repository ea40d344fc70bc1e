"""Stack traces and threads: raw frames to Frame objects, the last 250 of each stack.

Used by `normalise` and `exceptions`. The hottest loop of the room: once per frame of every event.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from rustrak.events.attributes import Errors, boolean, entries, integer, label, mapping, text
from rustrak.events.event import Frame, FrameData, Thread

MAX_FRAMES = 250  # per stack trace; the crashing end is kept
MAX_THREADS = 256

# In the order of Frame's first fields, with the most characters kept.
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
    if type(frames) is list and (decoded := [raw for raw in frames if type(raw) is Frame]):
        return [
            frame if frame.abs_path is not None and frame.filename is not None else _placed(frame)
            for frame in decoded[-MAX_FRAMES:]
        ]
    return [
        _placed(read_frame(raw, errors))
        for raw in entries(frames, MAX_FRAMES, "stacktrace.frames", errors)
    ]


def read_frame(raw: Mapping[str, Any], errors: Errors) -> Frame:
    """One frame that did not fit, attribute by attribute."""
    function, raw_function, module, package, filename, abs_path, context_line, platform = (
        text(raw.get(name), limit, f"frame.{name}", errors) for name, limit in _TEXT_LIMITS.items()
    )
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
        _data(raw.get("data"), errors),
    )


def read_template(raw: Any, errors: Errors) -> Frame | None:
    """The place in a template at which its engine failed; None if it names no file."""
    if raw is None:
        return None
    frame = raw if type(raw) is Frame else read_frame(mapping(raw, "template", errors), errors)
    placed = _placed(frame)
    return placed if placed.filename else None


def _data(raw: Any, errors: Errors) -> FrameData | None:
    if raw is None:
        return None
    sourcemap = mapping(raw, "frame.data", errors).get("sourcemap")
    return FrameData(bool(sourcemap) if isinstance(sourcemap, dict | list) else sourcemap)


def _placed(frame: Frame) -> Frame:
    """A missing `abs_path` is taken from `filename` and the other way round."""
    if frame.abs_path is None:
        return replace(frame, abs_path=frame.filename)
    return (
        frame if frame.filename is not None else replace(frame, filename=_path_of(frame.abs_path))
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
