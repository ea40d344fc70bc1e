"""What an event is called in lists: type, value, title and where it happened.

Called by the digest for every event, and by whoever shows one.
"""

from dataclasses import dataclass

from rustrak.events.attributes import cut
from rustrak.events.certificates import certificate_message
from rustrak.events.crash import crash_frame, main_exception
from rustrak.events.event import Event, ExceptionValue, Frame

MAX_TYPE = 128
MAX_VALUE = 1024
MAX_TITLE = 256
MAX_CULPRIT = 200
MAX_LOCATION = 255

LOG_MESSAGE = "Log Message"
UNKNOWN = "Unknown"
UNLABELED = "<unlabeled event>"

_FUNCTION_FIRST = frozenset({"javascript", "node"})
_FUNCTION_ONLY = frozenset({"cocoa", "objc", "native", "swift", "c"})


@dataclass(slots=True)
class Title:
    """The names of one event; empty strings where it has nothing to say."""

    type: str
    value: str
    title: str
    culprit: str
    filename: str
    function: str
    module: str


def title(event: Event) -> Title:
    """Name an event.

    For an error the title is `Type: first line of the value`, for a message its first line. A
    message is named by its template, so that all events of an issue have one title. Source:
    Sentry protocol, title; the REST contract for `type` and `value`.
    """
    frame = crash_frame(event)
    exception = main_exception(event)
    if exception is not None and not _only_carries_a_stack(exception, event):
        kind, value, heading = _error_title(exception, frame)
    else:
        kind, value, heading = _message_title(event)
    return Title(
        kind,
        value,
        heading,
        _culprit(event, exception, frame),
        cut(frame.filename or "", MAX_LOCATION) if frame is not None else "",
        cut(frame.function or "", MAX_LOCATION) if frame is not None else "",
        cut(frame.module or "", MAX_LOCATION) if frame is not None else "",
    )


def _error_title(exception: ExceptionValue, frame: Frame | None) -> tuple[str, str, str]:
    """A synthetic exception was made up by the SDK: the function says more than its type."""
    function = frame.function if frame is not None else None
    value = cut(exception.value or "", MAX_VALUE)
    if function and (exception.synthetic or not (exception.type or value)):
        kind = cut(function, MAX_TYPE)
        return kind, value, kind
    kind = cut(exception.type or "Error", MAX_TYPE)
    line = first_line(value)
    return kind, value, cut(f"{kind}: {line}", MAX_TITLE) if line else kind


def _only_carries_a_stack(exception: ExceptionValue, event: Event) -> bool:
    """A message sent with its stack trace comes as a nameless exception of the SDK's making."""
    return exception.synthetic and not exception.type and bool(event.message)


def _message_title(event: Event) -> tuple[str, str, str]:
    line = first_line(event.message)
    if not line and event.certificate_report is not None:
        line = certificate_message(*event.certificate_report)
    if not line:
        return UNKNOWN, "", UNLABELED
    return LOG_MESSAGE, cut(line, MAX_VALUE), cut(line, MAX_TITLE)


def first_line(text: str) -> str:
    """The first line that says something, trimmed."""
    return text.strip().partition("\n")[0].rstrip()


def _culprit(event: Event, exception: ExceptionValue | None, frame: Frame | None) -> str:
    """What is to blame: the transaction, else the crash frame, else the requested URL."""
    if event.transaction:
        return event.transaction
    if event.csp is not None:
        return cut(event.csp.get("violated_directive", ""), MAX_CULPRIT)
    if exception is not None and exception.synthetic:
        return ""
    if frame is None and event.template is not None:
        return cut(event.template.filename or "", MAX_CULPRIT)
    if frame is None:
        return cut(event.request_url, MAX_CULPRIT)
    return cut(_frame_culprit(event.platform, frame), MAX_CULPRIT)


def _frame_culprit(platform: str, frame: Frame) -> str:
    place, function = frame.module or frame.filename or "?", frame.function or "?"
    platform = frame.platform or platform
    if platform in _FUNCTION_ONLY:
        return function
    if platform in _FUNCTION_FIRST:
        return f"{function}({place})"
    return f"{place} in {function}"
