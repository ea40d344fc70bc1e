"""Grouping, version 2: as a person would sort, whatever the browser, the build or the compiler.

Frozen once released. Reached through `algorithm` only. Where it takes exactly the values that
version 1 takes, the key is the same and issues go on.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from rustrak.events.crash import main_thread
from rustrak.events.event import Event, ExceptionValue, Frame
from rustrak.grouping.trail import Trail
from rustrak.grouping.v1.fingerprint import is_default, is_default_part, resolve
from rustrak.grouping.v1.groups import relevant_exceptions
from rustrak.grouping.v1.identify import Strategy, take_csp, take_first
from rustrak.grouping.v2.browsers import CHUNK, is_script, native_error
from rustrak.grouping.v2.exceptions import exception_type
from rustrak.grouping.v2.messages import parameterise
from rustrak.grouping.v2.stacks import Stack, read_stacks


def identify(event: Event, trail: Trail) -> str:
    """Write what identifies the event to the trail; return the name of the deciding strategy.

    Source: Sentry protocol, grouping, precedence.
    """
    return identify_by(STRATEGIES, event, trail)


def identify_by(strategies: Sequence[Strategy], event: Event, trail: Trail) -> str:
    """The same, with these strategies for what the client's checksum or fingerprint leaves open."""
    if event.checksum:
        trail.take("checksum", event.checksum)
        return "checksum"
    if is_default(event.fingerprint):
        return take_first(event, trail, strategies)
    for part in event.fingerprint:
        if is_default_part(part):
            take_first(event, trail, strategies)
        else:
            trail.take("fingerprint", resolve(part, event, parameterise))
    return "fingerprint"


def _take_chunk(event: Event, trail: Trail) -> bool:
    """A part of a page that could not be loaded, whichever part and wherever it was wanted."""
    if not is_script(event.platform):
        return False
    for exception in event.exceptions:
        if native_error(exception.type or "", exception.value or "")[1] == CHUNK:
            trail.take("well_known", CHUNK)
            return True
    return False


def _take_exceptions(event: Event, trail: Trail) -> bool:
    """Every relevant exception of the chain, cause first: type, stack trace, sometimes value."""
    chain = relevant_exceptions(event.exceptions)
    stacks = read_stacks([exception.frames for exception in chain], event.platform)
    trail.variant = stacks.variant.value
    before = len(trail.values)
    for exception, stack in zip(chain, stacks.each, strict=True):
        _take_exception(event.platform, exception, stack, trail)
    return len(trail.values) > before


def _take_exception(platform: str, exception: ExceptionValue, stack: Stack, trail: Trail) -> None:
    kind, value = exception_type(exception.type or ""), exception.value or ""
    if is_script(platform):
        kind, value = native_error(kind, value)
    if kind:
        if exception.synthetic:
            trail.leave("type", kind, "the SDK made the type up")
        else:
            trail.take("type", kind)
    if exception.ns_error is not None:
        domain, code = exception.ns_error
        trail.take("ns_error", f"{domain} {code}")
    stack.take(trail)
    if not value:
        return
    if exception.ns_error is not None:
        trail.leave("value", value, "the error code identifies it")
    elif stack.identifies:
        trail.leave("value", value, "the stack trace identifies it")
    else:
        trail.take("value", parameterise(value))


def _take_thread(event: Event, trail: Trail) -> bool:
    """The thread that crashed, else the current one, else the only one."""
    thread = main_thread(event)
    if thread is None:
        trail.leave("thread", "", "no single thread crashed or was current")
        return False
    return _take_frames(event, thread.frames, trail)


def _take_stacktrace(event: Event, trail: Trail) -> bool:
    return _take_frames(event, event.frames, trail)


def _take_frames(event: Event, frames: list[Frame], trail: Trail) -> bool:
    stacks = read_stacks([frames], event.platform)
    before = len(trail.values)
    stacks.each[0].take(trail)
    trail.variant = stacks.variant.value
    return len(trail.values) > before


def _take_message(event: Event, trail: Trail) -> bool:
    text = parameterise(event.message)
    if text:
        trail.take("message", text)
    return bool(text)


STRATEGIES: Final[tuple[Strategy, ...]] = (
    ("chunk", attrgetter("exceptions"), _take_chunk),
    ("exception", attrgetter("exceptions"), _take_exceptions),
    ("thread", attrgetter("threads"), _take_thread),
    ("stacktrace", attrgetter("frames"), _take_stacktrace),
    ("csp", attrgetter("csp"), take_csp),
    ("message", attrgetter("message"), _take_message),
)
