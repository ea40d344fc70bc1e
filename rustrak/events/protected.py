"""Where scrubbing must not reach: what the product finds, groups and shows events by.

Used by `scrub`. Source: Sentry protocol, event payload, sessions, check-ins, spans.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rustrak.events.document import LONG_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The known members of an object; whatever else it has is ANYTHING. A list passes its shape on.

    The shapes without members are told apart by identity.
    """

    members: Mapping[str, "Shape"] = field(default_factory=dict)


ANYTHING: Final = Shape()
"""What the application put in: names and texts are searched."""
KEPT: Final = Shape()
"""An identifier: a text or number stays as it is. An object does not belong here: ANYTHING."""
SOURCE: Final = Shape()
"""Lines of source code: `token = read()` gives nothing away, a private key does."""
LABELS: Final = Shape()
"""Tags: ANYTHING whose keys stay as they are."""
ANNOTATIONS: Final = Shape()
"""`_meta`: its objects are called like the attributes they speak of, and are no secrets."""


def _kept(*names: str) -> dict[str, Shape]:
    return dict.fromkeys(names, KEPT)


def _values(members: Mapping[str, Shape]) -> Shape:
    """The shape of one, of a list, and of `{"values": […]}`."""
    return Shape({**members, "values": Shape(members)})


def _with_long_names(members: dict[str, Shape], names: Iterable[str]) -> dict[str, Shape]:
    return members | {LONG_NAMES[name]: members[name] for name in names}


_FRAME = Shape(
    _kept("function", "raw_function", "symbol", "module", "package", "filename", "platform")
    | _kept("image_addr", "instruction_addr", "symbol_addr", "function_id")
    | dict.fromkeys(("pre_context", "context_line", "post_context"), SOURCE)
)
_STACKTRACE = Shape({"frames": _FRAME, "registers": Shape()})
_STACKTRACES = {
    "stacktrace": _STACKTRACE,
    "raw_stacktrace": _STACKTRACE,
    LONG_NAMES["stacktrace"]: _STACKTRACE,
}
_TRACE = _kept("trace_id", "span_id", "parent_span_id", "op", "status", "origin")
_IMAGE = Shape(
    _kept("type", "code_id", "code_file", "debug_id", "debug_file", "id", "name", "uuid")
    | _kept("image_addr", "image_size", "image_vmaddr", "debug_checksum")
)
_SDK = Shape(
    _kept("name", "version", "integrations", "features", "settings")
    | {"packages": Shape(_kept("name", "version"))}
)

_LINE = Shape(_TRACE | _kept("timestamp", "start_timestamp", "end_timestamp", "level"))
_OTLP_RECORD = Shape(
    _kept("traceId", "spanId", "parentSpanId", "severityText", "timeUnixNano")
    | _kept("observedTimeUnixNano", "startTimeUnixNano", "endTimeUnixNano")
)

DOCUMENT: Final = Shape(
    _kept("event_id", "type", "platform", "level", "release", "dist", "environment")
    | _kept("fingerprint", "checksum", "timestamp", "start_timestamp", "received")
    | _kept("sid", "did", "seq", "started", "check_in_id", "monitor_slug", "replay_id")
    | _kept("trace_id", "span_id", "parent_span_id", "end_timestamp")
    | _with_long_names(
        {
            "exception": _values({**_kept("type", "module", "thread_id"), **_STACKTRACES}),
            "threads": _values({**_kept("id"), **_STACKTRACES}),
            "stacktrace": _STACKTRACE,
            "user": Shape(_kept("id")),
            "contexts": Shape({"trace": Shape(_TRACE)}),
        },
        ("exception", "threads", "stacktrace", "user", "contexts"),
    )
    | {
        "sdk": _SDK,
        "tags": LABELS,
        "debug_meta": Shape({"images": _IMAGE}),
        "breadcrumbs": _values(_kept("timestamp", "type", "level", "event_id")),
        "spans": Shape(_TRACE | _kept("timestamp", "start_timestamp")),
        "items": _LINE,
        "resourceLogs": Shape({"scopeLogs": Shape({"logRecords": _OTLP_RECORD})}),
        "resourceSpans": Shape({"scopeSpans": Shape({"spans": _OTLP_RECORD})}),
        "attrs": Shape(_kept("release", "environment")),
        "_meta": ANNOTATIONS,
    }
)
"""An event, and what the other items call by the same names."""
