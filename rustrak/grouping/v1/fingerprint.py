"""Client fingerprints: the default placeholder and the variables a part may stand for.

Part of grouping version 1. Source: Sentry protocol, grouping, precedence.
"""

from collections.abc import Callable

from rustrak.events.crash import crash_frame, main_exception
from rustrak.events.event import Event, Frame
from rustrak.grouping.v1.messages import parameterise


def is_default(fingerprint: list[str]) -> bool:
    """Whether a fingerprint asks for nothing but default grouping."""
    return not fingerprint or (len(fingerprint) == 1 and is_default_part(fingerprint[0]))


def is_default_part(part: str) -> bool:
    """Whether a part stands for the values of default grouping."""
    return _variable(part) == "default"


def resolve(part: str, event: Event, read_text: Callable[[str], str] = parameterise) -> str:
    """The text a fingerprint part stands for; `read_text` takes the parameters out of a text.

    A literal that repeats the event's message or an exception's value is treated like it: ids
    and numbers in it are parameters. An unknown variable says so, or every typo would open issues
    of its own kind.
    """
    name = _variable(part)
    if name is None:
        repeated = part == event.message or any(part == e.value for e in event.exceptions)
        return read_text(part) if repeated else part
    if name.startswith("tags."):
        tag = name.removeprefix("tags.")
        return event.tags.get(tag) or f"<no-value-for-tag-{tag}>"
    if name not in _VARIABLES:
        return f"<unrecognized-variable-{name}>"
    read, missing = _VARIABLES[name]
    return read(event) or missing


def _variable(part: str) -> str | None:
    """The name in `{{ name }}`, blanks optional, or None for a literal."""
    if not part.startswith("{{") or not part.endswith("}}") or len(part) < 5:
        return None
    return part[2:-2].strip()


def _type(event: Event) -> str:
    exception = main_exception(event)
    return (exception.type or "") if exception is not None else ""


def _value(event: Event) -> str:
    exception = main_exception(event)
    return parameterise(exception.value or "") if exception is not None else ""


def _message(event: Event) -> str:
    return parameterise(event.message) or _value(event)


def _of_frame(read: Callable[[Frame], str | None]) -> Callable[[Event], str]:
    def of_crash_frame(event: Event) -> str:
        frame = crash_frame(event)
        return (read(frame) or "") if frame is not None else ""

    return of_crash_frame


def _package(frame: Frame) -> str:
    return (frame.package or "").replace("\\", "/").rpartition("/")[2]


Variable = tuple[Callable[[Event], str], str]
_TYPE: Variable = (_type, "<no-type>")
_VALUE: Variable = (_value, "<no-value>")
_FUNCTION: Variable = (_of_frame(lambda frame: frame.function), "<no-function>")
_PATH: Variable = (_of_frame(lambda frame: frame.abs_path), "<no-filename>")
_FILENAME: Variable = (_of_frame(lambda frame: frame.filename), "<no-filename>")
_MODULE: Variable = (_of_frame(lambda frame: frame.module), "<no-module>")
_PACKAGE: Variable = (_of_frame(_package), "<no-package>")

# How to read a variable, and its text when the event has no such thing.
_VARIABLES: dict[str, Variable] = {
    "transaction": (lambda event: event.transaction, "<no-transaction>"),
    "message": (_message, "<no-message>"),
    "type": _TYPE,
    "error.type": _TYPE,
    "value": _VALUE,
    "error.value": _VALUE,
    "function": _FUNCTION,
    "stack.function": _FUNCTION,
    "path": _PATH,
    "stack.abs_path": _PATH,
    "stack.filename": _FILENAME,
    "module": _MODULE,
    "stack.module": _MODULE,
    "package": _PACKAGE,
    "stack.package": _PACKAGE,
    "level": (lambda event: event.level, "<no-level>"),
    "logger": (lambda event: event.logger, "<no-logger>"),
}
