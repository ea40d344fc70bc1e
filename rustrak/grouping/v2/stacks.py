"""The stack traces of an event together: whose frames count, and what repeats. Part of grouping
version 2."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from rustrak.events.event import Frame
from rustrak.grouping.trail import Parts, Trail
from rustrak.grouping.v1.frames import Variant
from rustrak.grouping.v2 import scripts
from rustrak.grouping.v2.browsers import is_script
from rustrak.grouping.v2.frames import frame_parts, function_of
from rustrak.grouping.v2.platforms import is_library

LONGEST_CYCLE: Final = 5
"""Frames of functions that call each other and count once."""

Reader = Callable[[Frame], Parts]
"""Tells what a frame says."""

Noted = tuple[Frame, Parts | None, str]
"""A frame and what it says, or None and why that does not count."""


@dataclass(slots=True)
class Stack:
    """One stack trace, oldest call first."""

    read: Reader
    noted: list[Noted] = field(default_factory=list)
    identifies: bool = False
    """Whether its frames suffice without the exception's value."""

    def take(self, trail: Trail) -> None:
        """Write the frames to the trail."""
        for frame, parts, reason in self.noted:
            if parts is not None:
                trail.add(parts)
            elif trail.explains:
                trail.leave("frame", self.read(frame).description, reason)


@dataclass(slots=True)
class Stacks:
    """All stack traces of an event."""

    variant: Variant
    each: list[Stack]


def read_stacks(traces: Sequence[list[Frame]], platform: str) -> Stacks:
    """Decide for all stack traces together which frames count.

    Performance: where the application's frames count, the others, most of a trace, are not read:
    half the time for a stack of 40 with 4 of the application.
    """
    said = any(frame.in_app is not None for frames in traces for frame in frames)
    script = is_script(platform)
    named = not script or _has_names(traces, platform)
    read = partial(frame_parts, platform=platform, with_minified=not named)
    if platform == "javascript":
        traces = [_since_await(frames) for frames in traces]
    own = [[_is_own(frame, platform, said=said) for frame in frames] for frames in traces]
    parts = [
        [read(frame) if is_own else None for frame, is_own in zip(frames, mine, strict=True)]
        for frames, mine in zip(traces, own, strict=True)
    ]
    variant = Variant.APP
    if not _says_something(parts):
        parts = [[read(frame) for frame in frames] for frames in traces]
        variant = Variant.SYSTEM if _says_something(parts) else Variant.NONE
    each = [
        _stack(frames, mine, read, script=script)
        for frames, mine in zip(traces, parts, strict=True)
    ]
    return Stacks(variant, each)


def _says_something(parts: Iterable[Iterable[Parts | None]]) -> bool:
    return any(found is not None and found.taken for mine in parts for found in mine)


def _has_names(traces: Iterable[list[Frame]], platform: str) -> bool:
    """Whether any function has a name that somebody wrote."""
    return any(
        (name := function_of(frame, platform)) and not scripts.is_minified(name)
        for frames in traces
        for frame in frames
    )


def _since_await(frames: list[Frame]) -> list[Frame]:
    """Without what waited for a promise: Chrome and Firefox remember it, Safari does not."""
    for place in range(len(frames) - 1, -1, -1):
        if scripts.is_async(frames[place].function) and place + 1 < len(frames):
            return frames[place + 1 :]
    return frames


def _is_own(frame: Frame, platform: str, *, said: bool) -> bool:
    return frame.in_app is True if said else not is_library(frame, platform)


def _stack(
    frames: list[Frame], parts: Sequence[Parts | None], read: Reader, *, script: bool
) -> Stack:
    """The trace without the frames whose parts are None, and without repetitions."""
    stack = Stack(read)
    kept: list[list[str]] = []  # what the frames that count say
    places: list[int] = []  # of these in `noted`
    for frame, found in zip(frames, parts, strict=True):
        if found is None:
            stack.noted.append((frame, None, "not in-app"))
            continue
        stack.noted.append((frame, found, ""))
        if found.taken:
            kept.append(found.taken)
            places.append(len(stack.noted) - 1)
            if repeated := _cycle(kept):
                for place in places[-repeated:]:
                    again = stack.noted[place][0]
                    stack.noted[place] = (again, None, "repeats the frames before it")
                del kept[-repeated:], places[-repeated:]
    stack.identifies = any(map(_names_code, kept)) if script else bool(kept)
    return stack


def _names_code(taken: list[str]) -> bool:
    return any(name != "filename" for name in taken[::2])


def _cycle(kept: list[list[str]]) -> int:
    """How many of the last frames repeat those before them."""
    last = kept[-1]
    for length in range(1, min(LONGEST_CYCLE, len(kept) // 2) + 1):
        if kept[-1 - length] == last and kept[-2 * length : -length] == kept[-length:]:
            return length
    return 0
