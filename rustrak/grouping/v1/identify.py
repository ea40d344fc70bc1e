"""Grouping, version 1: checksum, fingerprint, exceptions, thread, stack trace, CSP, message.

Frozen: its keys are in every installation's database. Reached through `algorithm` only.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from rustrak.events.crash import main_thread
from rustrak.events.event import Event, ExceptionValue, Frame
from rustrak.grouping.trail import Trail
from rustrak.grouping.v1.fingerprint import is_default, is_default_part, resolve
from rustrak.grouping.v1.frames import Stack, Variant, read_stack, take_frames, variant_of
from rustrak.grouping.v1.groups import relevant_exceptions
from rustrak.grouping.v1.messages import parameterise

Strategy = tuple[str, Callable[[Event], Any], Callable[[Event, Trail], bool]]
"""A name, what it looks at, and how that is written to the trail; False if it says nothing."""


def identify(event: Event, trail: Trail) -> str:
    """Write what identifies the event to the trail; return the name of the deciding strategy.

    Source: Sentry protocol, grouping, precedence.
    """
    if event.checksum:
        trail.take("checksum", event.checksum)
        return "checksum"
    if is_default(event.fingerprint):
        return _take_default(event, trail)
    for part in event.fingerprint:
        if is_default_part(part):
            _take_default(event, trail)
        else:
            trail.take("fingerprint", resolve(part, event))
    return "fingerprint"


def _take_default(event: Event, trail: Trail) -> str:
    return take_first(event, trail, _STRATEGIES)


def take_first(event: Event, trail: Trail, strategies: Iterable[Strategy]) -> str:
    """The first strategy that contributes wins; the data of the others is left out."""
    winner = ""
    for name, subject, take in strategies:
        if not subject(event):
            continue
        if winner:
            trail.leave(name, "", f"the {winner} already identifies the event")
        elif take(event, trail):
            winner = name
    if not winner:
        trail.take("fallback", "")
    return winner or "fallback"


def _take_exceptions(event: Event, trail: Trail) -> bool:
    """Every relevant exception of the chain, cause first: type, stack trace, sometimes value."""
    chain = relevant_exceptions(event.exceptions)
    stacks = [read_stack(exception.frames, event.platform) for exception in chain]
    variant = variant_of(stacks)
    before = len(trail.values)
    for exception, stack in zip(chain, stacks, strict=True):
        _take_exception(exception, stack, variant, trail)
    return len(trail.values) > before


def _take_exception(
    exception: ExceptionValue, stack: Stack, variant: Variant, trail: Trail
) -> None:
    if exception.type:
        if exception.synthetic:
            trail.leave("type", exception.type, "the SDK made the type up")
        else:
            trail.take("type", exception.type)
    if exception.ns_error is not None:
        domain, code = exception.ns_error
        trail.take("ns_error", f"{domain} {code}")
    take_frames(stack, variant, trail)
    if not exception.value:
        return
    if exception.ns_error is not None:
        trail.leave("value", exception.value, "the error code identifies it")
    elif exception.frames and variant is not Variant.NONE:
        trail.leave("value", exception.value, "the stack trace identifies it")
    else:
        trail.take("value", parameterise(exception.value))


def _take_thread(event: Event, trail: Trail) -> bool:
    """The thread that crashed, else the current one, else the only one."""
    thread = main_thread(event)
    if thread is None:
        trail.leave("thread", "", "no single thread crashed or was current")
        return False
    return _take_stack(event, thread.frames, trail)


def _take_stacktrace(event: Event, trail: Trail) -> bool:
    return _take_stack(event, event.frames, trail)


def _take_stack(event: Event, frames: list[Frame], trail: Trail) -> bool:
    stack = read_stack(frames, event.platform)
    variant = variant_of([stack])
    take_frames(stack, variant, trail)
    return variant is not Variant.NONE


def take_csp(event: Event, trail: Trail) -> bool:
    """What was blocked by which directive."""
    report = event.csp or {}
    trail.take("directive", report.get("effective_directive", ""))
    trail.take("blocked", report.get("blocked", ""))
    return True


def _take_message(event: Event, trail: Trail) -> bool:
    text = parameterise(event.message)
    if text:
        trail.take("message", text)
    return bool(text)


_STRATEGIES: tuple[Strategy, ...] = (
    ("exception", attrgetter("exceptions"), _take_exceptions),
    ("thread", attrgetter("threads"), _take_thread),
    ("stacktrace", attrgetter("frames"), _take_stacktrace),
    ("csp", attrgetter("csp"), take_csp),
    ("message", attrgetter("message"), _take_message),
)
