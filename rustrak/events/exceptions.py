"""The exception chain, oldest cause first, with what its mechanisms say about handling.

Used by `normalise`. Source: Sentry protocol, exceptions.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rustrak.events.attributes import (
    Errors,
    boolean,
    cut,
    entries,
    integer,
    json_text,
    mapping,
    text,
)
from rustrak.events.event import ExceptionValue, Frame
from rustrak.events.stacktrace import read_frames

MAX_EXCEPTIONS = 50  # the reported end of the chain is kept
_MAX_VALUE = 8192
_BARE = ("type", "value", "stacktrace")


def read_exceptions(raw: Any, errors: Errors) -> list[ExceptionValue]:
    """Exceptions from a list, `{"values": […]}` or one bare object.

    An entry that has neither a type, a value nor a stack trace is dropped and noted.
    """
    if isinstance(raw, dict):
        if "values" in raw:
            raw = raw["values"]
        else:
            raw = [raw] if any(name in raw for name in _BARE) else []
    chain = []
    for entry in entries(raw, MAX_EXCEPTIONS, "exception", errors):
        exception = _read_exception(entry, errors)
        if exception.type or exception.value or exception.frames:
            chain.append(exception)
        else:
            errors.note("missing_attribute", "exception.type")
    return chain


def _read_exception(raw: dict[str, Any], errors: Errors) -> ExceptionValue:
    stacktrace = raw.get("stacktrace")
    if stacktrace is None:
        stacktrace = raw.get("sentry.interfaces.Stacktrace")
    value = json_text(raw.get("value"))
    exception = ExceptionValue(
        text(raw.get("type"), 256, "exception.type", errors),
        value if value is None else cut(value, _MAX_VALUE),
        text(raw.get("module"), 256, "exception.module", errors),
        read_frames(stacktrace, errors),
    )
    if not exception.type and exception.value:
        _split_type(exception)
    if raw.get("mechanism") is not None:
        _read_mechanism(mapping(raw["mechanism"], "mechanism", errors), exception, errors)
    return exception


def _split_type(exception: ExceptionValue) -> None:
    """`ValueError: bad` sent as the value alone: the word before the colon is the type."""
    name, colon, rest = (exception.value or "").partition(":")
    if colon and len(name) <= 256 and name.isidentifier():
        exception.type, exception.value = name, rest.strip()


def _read_mechanism(raw: Mapping[str, Any], exception: ExceptionValue, errors: Errors) -> None:
    for name, value in raw.items():
        if value is not None and name in _MECHANISM:
            field, read = _MECHANISM[name]
            setattr(exception, field, read(value, f"mechanism.{name}", errors))


def _name(value: Any, attribute: str, errors: Errors) -> str | None:
    return text(value, 256, attribute, errors)


def _flag(value: Any, attribute: str, errors: Errors) -> bool:
    return boolean(value, attribute, errors) is True


def _ns_error(value: Any, attribute: str, errors: Errors) -> tuple[str, int] | None:
    """Apple's (domain, code) in `meta.ns_error`; the code is a signed number."""
    raw = mapping(value, attribute, errors).get("ns_error")
    if raw is None:
        return None
    raw = mapping(raw, f"{attribute}.ns_error", errors)
    domain, code = raw.get("domain"), raw.get("code")
    if type(domain) is str and type(code) is int:
        return cut(domain, 256), code
    errors.invalid(f"{attribute}.ns_error")
    return None


# Attribute of a mechanism: the field it becomes, and its reader.
_MECHANISM: dict[str, tuple[str, Callable[[Any, str, Errors], object]]] = {
    "type": ("mechanism_type", _name),
    "handled": ("handled", boolean),
    "synthetic": ("synthetic", _flag),
    "exception_id": ("exception_id", integer),
    "parent_id": ("parent_id", integer),
    "is_exception_group": ("is_group", _flag),
    "source": ("source", _name),
    "meta": ("ns_error", _ns_error),
}


def adopt_stacktrace(chain: list[ExceptionValue], frames: list[Frame]) -> list[Frame]:
    """Old SDKs put the stack trace of a single exception beside it: move it in.

    Returns the frames that stay at the top of the event.
    """
    if frames and len(chain) == 1 and not chain[0].frames:
        chain[0].frames = frames
        return []
    return frames


def handled_by(chain: list[ExceptionValue]) -> bool | None:
    """False when any exception went unhandled (the event is a crash), None when nobody says."""
    answers = {exception.handled for exception in chain} - {None}
    return None if not answers else False not in answers
