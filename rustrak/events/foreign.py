"""Events as the web APIs of Sentry and GlitchTip export them, turned back into what an SDK sends.

The exports name things for browsers: `entries` by type, camelCase in frames, tags as a list, pairs
instead of objects. Whatever is not known here is left out. An event in an SDK's own form, as
`/events/{id}/json/` gives it, is taken as it is.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from rustrak.errors import Malformed
from rustrak.events.certificates import FAILURES
from rustrak.protocol.event_id import parse_event_id
from rustrak.protocol.timestamps import parse_timestamp

Json = Mapping[str, Any]

_FRAME: Final = {
    "absPath": "abs_path",
    "colNo": "colno",
    "filename": "filename",
    "function": "function",
    "inApp": "in_app",
    "instructionAddr": "instruction_addr",
    "lineNo": "lineno",
    "module": "module",
    "package": "package",
    "platform": "platform",
    "rawFunction": "raw_function",
    "symbolAddr": "symbol_addr",
    "vars": "vars",
}
_EXCEPTION: Final = ("type", "value", "module", "mechanism")
_THREAD: Final = ("id", "name", "crashed", "current")
_REQUEST: Final = ("method", "url", "data", "env", "fragment")
_SAME: Final = ("platform", "culprit", "contexts", "user", "sdk", "fingerprint", "level", "logger")
_KEPT_OUT: Final = ("groupID", "nextEventID", "previousEventID", "_meta", "errors")
"""Of an event in an SDK's form: what only the other server knows."""


def read_exported(exported: Any) -> tuple[dict[str, Any], datetime | None]:
    """An event in an SDK's form, and when it was received. Raises Malformed for what is none."""
    if not isinstance(exported, dict):
        raise Malformed("not a JSON object")
    found = exported.get("eventID") or exported.get("event_id") or exported.get("id")
    event_id = parse_event_id(found)
    if isinstance(exported.get("entries"), list):
        event = _from_entries(exported)
    elif any(name in exported for name in ("exception", "logentry", "message", "stacktrace")):
        event = {name: value for name, value in exported.items() if name not in _KEPT_OUT}
    else:
        raise Malformed("neither entries nor an exception nor a message; export events in full")
    return {**event, "event_id": event_id}, _received(exported)


def _received(exported: Json) -> datetime | None:
    for name in ("dateReceived", "received", "dateCreated", "timestamp"):
        moment = parse_timestamp(exported.get(name))
        if moment is not None:
            return min(moment, datetime.now(UTC))
    return None


def _from_entries(exported: Json) -> dict[str, Any]:
    event: dict[str, Any] = {name: exported[name] for name in _SAME if exported.get(name)}
    event["timestamp"] = exported.get("dateCreated") or exported.get("dateReceived")
    event["tags"] = _tags(exported.get("tags"))
    event["extra"] = exported.get("context") or {}
    event["modules"] = exported.get("packages") or {}
    for name in ("environment", "level", "server_name", "logger"):
        if name in event["tags"]:
            event.setdefault(name, event["tags"][name])
    event["release"] = _release(exported, event["tags"])
    for entry in exported["entries"]:
        if isinstance(entry, dict) and isinstance(entry.get("data"), dict):
            read = _ENTRIES.get(str(entry.get("type")))
            if read is not None:
                event.update(read(entry["data"]))
    if not event.keys() & {"exception", "logentry", "stacktrace"} and exported.get("message"):
        event["message"] = exported["message"]
    return event


def _tags(raw: Any) -> dict[str, Any]:
    """A list of {key, value}, or of pairs, or already an object."""
    if isinstance(raw, dict):
        return raw
    tags = {}
    for one in raw if isinstance(raw, list) else ():
        if isinstance(one, dict) and "key" in one:
            tags[str(one["key"])] = one.get("value")
        elif isinstance(one, list) and len(one) == 2:
            tags[str(one[0])] = one[1]
    return tags


def _release(exported: Json, tags: Json) -> Any:
    release = exported.get("release")
    if isinstance(release, dict):
        return release.get("version")
    return release or tags.get("sentry:release") or tags.get("release")


def _exceptions(data: Json) -> dict[str, Any]:
    return {"exception": {"values": [_exception(one) for one in _values(data)]}}


def _exception(raw: Json) -> dict[str, Any]:
    exception = {name: raw[name] for name in _EXCEPTION if raw.get(name) is not None}
    if raw.get("threadId") is not None:
        exception["thread_id"] = raw["threadId"]
    return _with_stacktrace(exception, raw)


def _threads(data: Json) -> dict[str, Any]:
    threads = [
        _with_stacktrace({name: one[name] for name in _THREAD if name in one}, one)
        for one in _values(data)
    ]
    return {"threads": {"values": threads}}


def _with_stacktrace(value: dict[str, Any], raw: Json) -> dict[str, Any]:
    if isinstance(raw.get("stacktrace"), dict):
        value["stacktrace"] = {"frames": _frames(raw["stacktrace"])}
    return value


def _stacktrace(data: Json) -> dict[str, Any]:
    return {"stacktrace": {"frames": _frames(data)}}


def _frames(data: Json) -> list[dict[str, Any]]:
    raw = data.get("frames")
    return [_frame(one) for one in raw or () if isinstance(one, dict)]


def _frame(raw: Json) -> dict[str, Any]:
    frame = {name: raw[old] for old, name in _FRAME.items() if raw.get(old) is not None}
    lines = {
        one[0]: one[1]
        for one in raw.get("context") or ()
        if isinstance(one, list) and len(one) == 2 and isinstance(one[0], int)
    }
    number = raw.get("lineNo")
    if number in lines:
        frame["context_line"] = lines[number]
        frame["pre_context"] = [lines[at] for at in sorted(lines) if at < number]
        frame["post_context"] = [lines[at] for at in sorted(lines) if at > number]
    return frame


def _breadcrumbs(data: Json) -> dict[str, Any]:
    return {"breadcrumbs": {"values": _values(data)}}


def _message(data: Json) -> dict[str, Any]:
    names = {"formatted": "formatted", "message": "message", "params": "params"}
    return {"logentry": {new: data[old] for old, new in names.items() if data.get(old)}}


def _request(data: Json) -> dict[str, Any]:
    request = {name: data[name] for name in _REQUEST if data.get(name)}
    for old, name in (("headers", "headers"), ("cookies", "cookies"), ("query", "query_string")):
        if data.get(old):
            request[name] = data[old]
    return {"request": request}


def _csp(data: Json) -> dict[str, Any]:
    return {"csp": dict(data), "type": "csp"}


def _template(data: Json) -> dict[str, Any]:
    return {"template": _frame(data)}


def _certificate(kind: str, data: Json) -> dict[str, Any]:
    return {kind: dict(data), "type": kind}


def _debug_images(data: Json) -> dict[str, Any]:
    return {"debug_meta": dict(data)}


def _values(data: Json) -> list[dict[str, Any]]:
    raw = data.get("values")
    return [one for one in raw or () if isinstance(one, dict)]


_ENTRIES: Final[Mapping[str, Callable[[Json], dict[str, Any]]]] = {
    "exception": _exceptions,
    "threads": _threads,
    "stacktrace": _stacktrace,
    "breadcrumbs": _breadcrumbs,
    "message": _message,
    "request": _request,
    "csp": _csp,
    "template": _template,
    **{kind: partial(_certificate, kind) for kind in FAILURES},
    "debugmeta": _debug_images,
}
