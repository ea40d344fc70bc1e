"""Rules applied to an event: the event as the algorithm is to see it, and what was done to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from msgspec.structs import replace as replace_struct

from rustrak.events.event import Event, Frame
from rustrak.grouping.rules.rule import FingerprintRule, Rules, StackRule
from rustrak.grouping.v2.platforms import is_library

REMEMBERED: Final = 4096  # frames whose matching rules are kept for the next event


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule did: its line, and to what."""

    line: int
    source: str
    effect: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """The event that the algorithm sees; the same object where no rule matched."""

    event: Event
    notes: tuple[Note, ...] = ()
    title: str = ""
    """'' unless a rule gave the event one."""


def apply_rules(rules: Rules, event: Event) -> Ruled:
    """Mark and leave out frames, then set the fingerprint. The event itself stays as it is."""
    notes: list[Note] = []
    if rules.stack:
        event = _mark(rules, event, notes)
    for rule in rules.fingerprint:
        if _matches(rule, event):
            found = ", ".join(rule.fingerprint)
            notes.append(Note(rule.line, rule.source, f"sets the fingerprint to {found}"))
            event = replace(event, fingerprint=list(rule.fingerprint), checksum="")
            return Ruled(event, tuple(notes), rule.title)
    return Ruled(event, tuple(notes))


def _matches(rule: FingerprintRule, event: Event) -> bool:
    """Everything about the event, and everything about frames of one and the same frame."""
    about_frames = []
    for matcher in rule.matchers:
        if matcher.is_about_frames:
            about_frames.append(matcher)
        elif not matcher.holds(matcher.subject.of_event(event)):
            return False
    return not about_frames or any(
        all(found.holds(found.subject.of_frame(frame, event.platform)) for found in about_frames)
        for frame in _frames(event)
    )


def _frames(event: Event) -> Iterable[Frame]:
    for exception in event.exceptions:
        yield from exception.frames
    for thread in event.threads:
        yield from thread.frames
    yield from event.frames


def _mark(rules: Rules, event: Event, notes: list[Note]) -> Event:
    """The event with its frames marked; the same one if no rule is about it."""
    wanted = [
        number
        for number, rule in enumerate(rules.stack)
        if all(
            matcher.is_about_frames or matcher.holds(matcher.subject.of_event(event))
            for matcher in rule.matchers
        )
    ]
    frames = list(_frames(event))
    found = {number for frame in frames for number in _rules_of(rules, frame, event.platform)}
    wanted = [number for number in wanted if number in found]
    if not wanted:
        return event
    silent = all(frame.in_app is None for frame in frames)

    def marked(frames: list[Frame]) -> list[Frame]:
        return _mark_stack(rules, wanted, frames, event.platform, notes, silent=silent)

    return replace(
        event,
        exceptions=[replace(found, frames=marked(found.frames)) for found in event.exceptions],
        threads=[replace(found, frames=marked(found.frames)) for found in event.threads],
        frames=marked(event.frames),
    )


@lru_cache(maxsize=REMEMBERED)
def _rules_of(rules: Rules, frame: Frame, platform: str) -> frozenset[int]:
    """The stack rules all of whose matchers about frames hold."""
    return frozenset(
        number
        for number, rule in enumerate(rules.stack)
        if all(
            not matcher.is_about_frames or matcher.holds(matcher.subject.of_frame(frame, platform))
            for matcher in rule.matchers
        )
    )


def _mark_stack(
    rules: Rules,
    wanted: list[int],
    frames: list[Frame],
    platform: str,
    notes: list[Note],
    *,
    silent: bool,
) -> list[Frame]:
    """One stack trace; `silent` where the SDK never says which frames are the application's."""
    own = [not is_library(f, platform) if silent else f.in_app is True for f in frames]
    counts = [True] * len(frames)
    least, most = 0, len(frames)
    for number in wanted:
        rule = rules.stack[number]
        places = [
            place
            for place, frame in enumerate(frames)
            if number in _rules_of(rules, frame, platform)
        ]
        if not places:
            continue
        _act(rule, places, own, counts)
        least, most = rule.min_frames or least, rule.max_frames or most
        notes += [Note(rule.line, rule.source, _effect(rule, frames[place])) for place in places]
    kept = [
        frame if frame.in_app == mine else replace_struct(frame, in_app=mine)
        for frame, mine, counts_too in zip(frames, own, counts, strict=True)
        if counts_too
    ]
    return kept[-most:] if len(kept) >= least else []


def _act(rule: StackRule, places: list[int], own: list[bool], counts: list[bool]) -> None:
    for action in rule.actions:
        column = own if action.attribute == "app" else counts
        for place in places:
            reach = {
                "": range(place, place + 1),
                "^": range(place),
                "v": range(place + 1, len(column)),
            }[action.direction]
            for reached in reach:
                column[reached] = action.value


def _effect(rule: StackRule, frame: Frame) -> str:
    place = f"{frame.module or frame.filename or '?'} {frame.function or '?'}"
    done = [
        f"{action.direction}{'+' if action.value else '-'}{action.attribute}"
        for action in rule.actions
    ]
    if rule.max_frames is not None:
        done.append(f"at most {rule.max_frames} frames")
    if rule.min_frames is not None:
        done.append(f"at least {rule.min_frames} frames")
    return f"{place}: {', '.join(done)}"
