"""The stack traces of an event together: whose frames count, and what repeats. Part of grouping
version 2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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

Noted = tuple[Parts, str]
"""What a frame says, and why it does not count."""


@dataclass(slots=True)
class Stack:
    """One stack trace, oldest call first."""

    noted: list[Noted] = field(default_factory=list)
    identifies: bool = False
    """Whether its frames suffice without the exception's value."""

    def take(self, trail: Trail) -> None:
        """Write the frames to the trail."""
        for parts, reason in self.noted:
            if reason:
                trail.leave("frame", parts.description, reason)
            else:
                trail.add(parts)


@dataclass(slots=True)
class Stacks:
    """All stack traces of an event."""

    variant: Variant
    each: list[Stack]


def read_stacks(traces: Sequence[list[Frame]], platform: str) -> Stacks:
    """Decide for all stack traces together which frames count."""
    said = any(frame.in_app is not None for frames in traces for frame in frames)
    script = is_script(platform)
    named = not script or _has_names(traces, platform)
    read = [
        [
            (frame, frame_parts(frame, platform, with_minified=not named))
            for frame in (_since_await(frames) if platform == "javascript" else frames)
        ]
        for frames in traces
    ]
    variant = Variant.NONE
    own: list[list[bool]] = []
    for trace in read:
        own.append([_is_own(frame, platform, said=said) for frame, _ in trace])
        for (_, parts), is_own in zip(trace, own[-1], strict=True):
            if parts.taken and variant is not Variant.APP:
                variant = Variant.APP if is_own else Variant.SYSTEM
    each = [
        _stack(trace, mine, variant, script=script) for trace, mine in zip(read, own, strict=True)
    ]
    return Stacks(variant, each)


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
    trace: list[tuple[Frame, Parts]], own: list[bool], variant: Variant, *, script: bool
) -> Stack:
    stack = Stack()
    kept: list[list[str]] = []  # what the frames that count say
    places: list[int] = []  # of these in `noted`
    for (_, parts), is_own in zip(trace, own, strict=True):
        if variant is Variant.APP and not is_own:
            stack.noted.append((parts, "not in-app"))
            continue
        stack.noted.append((parts, ""))
        if parts.taken:
            kept.append(parts.taken)
            places.append(len(stack.noted) - 1)
            if repeated := _cycle(kept):
                for place in places[-repeated:]:
                    stack.noted[place] = (stack.noted[place][0], "repeats the frames before it")
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
