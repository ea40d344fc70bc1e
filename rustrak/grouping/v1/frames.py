"""What a stack trace says about an event's identity: module or file, function and source line.

Part of grouping version 1. Line numbers never count. Source: Sentry protocol, grouping, frames.
"""

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from rustrak.events.event import Frame
from rustrak.grouping.trail import Part, Parts, Trail
from rustrak.grouping.v1.platforms import PLAIN, PLATFORMS, Platform

REMEMBERED = 4096  # frames whose parts are kept for the next event, about a kilobyte each

_MAX_CONTEXT_LINE = 120  # minified code is one long line that changes with every build
_NO_FILE = frozenset({"<anonymous>", "[native code]"})
_SERVED = ("http:", "https:", "applewebdata:", "blob:")  # names change with every deployment


class Variant(Enum):
    """Which frames count in an event."""

    APP = "app"  # only those of the application itself
    SYSTEM = "system"  # all, because none of the application's contributes
    NONE = "none"  # no frame says anything


Stack = list[tuple[Frame, Parts]]


def read_stack(frames: list[Frame], platform: str) -> Stack:
    """The frames of one stack trace, oldest call first, each with what it says."""
    alone = len(frames) == 1
    return [(frame, frame_parts(frame, platform, alone=alone)) for frame in frames]


def variant_of(stacks: Iterable[Stack]) -> Variant:
    """Decide for all stack traces of an event together which frames count."""
    variant = Variant.NONE
    for stack in stacks:
        for frame, parts in stack:
            if parts.taken:
                if frame.in_app:
                    return Variant.APP
                variant = Variant.SYSTEM
    return variant


def take_frames(stack: Stack, variant: Variant, trail: Trail) -> None:
    """Write the contributing frames of one stack trace to the trail.

    A frame that repeats the one before it (recursion) counts once, whatever its line.
    """
    previous: Parts | None = None
    for frame, parts in stack:
        if variant is Variant.APP and not frame.in_app:
            trail.leave("frame", parts.description, "not in-app")
        elif previous is not None and parts.listed == previous.listed:
            trail.leave("frame", parts.description, "repeats the frame before it")
        else:
            trail.add(parts)
            previous = parts


@lru_cache(maxsize=REMEMBERED)
def frame_parts(frame: Frame, platform: str, *, alone: bool) -> Parts:
    """The values of one frame in the order of the key.

    `platform` is the event's; a frame may name its own. `alone` says that the stack trace has no
    other frame. Remembered, because events share frames.
    """
    description = f"{frame.module or frame.filename or '?'} {frame.function or '?'}"
    rules = PLATFORMS.get(frame.platform or platform, PLAIN)
    if rules.is_script and (reason := _muted_script(frame, rules, alone=alone)):
        return Parts(description, (("frame", description, reason),))
    context = _context_line(frame, rules)
    mapped_line = context is not None and not context[2] and frame.source_mapped
    location = _module(frame, rules) or _filename(frame)
    function = _function(frame, rules, mapped_line=mapped_line)
    return Parts(
        description, tuple(part for part in (location, function, context) if part is not None)
    )


def _muted_script(frame: Frame, rules: Platform, *, alone: bool) -> str:
    """Why a whole frame of JavaScript does not count, or nothing."""
    if frame.abs_path in rules.muted_paths:
        return "evaluated or native code"
    if alone and not frame.function and _is_url(frame.abs_path):
        return "a single frame without a function"
    return ""


def _module(frame: Frame, rules: Platform) -> Part | None:
    module = frame.module
    if module and rules.is_script and "/" in module and (frame.abs_path or "").endswith(module):
        return None  # a path in disguise; the file name says the same without the directories
    if module and rules.clean_module is not None:
        module = rules.clean_module(module)
    return ("module", module, "") if module else None


def _filename(frame: Frame) -> Part | None:
    path = frame.filename
    if not path:
        return None
    if path in _NO_FILE:
        return "filename", path, "not a file"
    if frame.abs_path is not None and frame.abs_path.startswith(_SERVED):
        return "filename", path, "a URL changes with every deployment"
    path = path.replace("\\", "/").partition("?")[0]
    return "filename", path.rpartition("/")[2].lower(), ""


def _function(frame: Frame, rules: Platform, *, mapped_line: bool) -> Part | None:
    function = (frame.raw_function if rules.raw_function else None) or frame.function
    if not function:
        return None
    if rules.is_script and mapped_line:
        return "function", function, "the mapped source line is more reliable"
    cleaned = function if rules.clean_function is None else rules.clean_function(function)
    if cleaned in rules.anonymous:
        return "function", function, "anonymous"
    return "function", cleaned, ""


def _context_line(frame: Frame, rules: Platform) -> Part | None:
    line = frame.context_line
    if not line or not rules.context_line:
        return None
    if len(line) > _MAX_CONTEXT_LINE:
        return "context_line", line, "longer than 120 characters"
    if rules.is_script and not frame.function and _is_url(frame.abs_path):
        return "context_line", line, "a page's script without a function"
    line = " ".join(line.split())
    return ("context_line", line, "") if line else None


def _is_url(abs_path: str | None) -> bool:
    return abs_path is not None and abs_path.startswith((*_SERVED, "file:"))
