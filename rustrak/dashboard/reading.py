"""What an event says, ready to be shown: from any JSON an SDK may have sent to plain texts.

Nothing here trusts a type: what is not what it should be is shown as JSON, or left out. Everything
is capped, so that one event cannot make a page that no browser opens.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rustrak.dashboard.values import as_json, cut, text

MOST_FRAMES: Final = 250
MOST_ROWS: Final = 200
MOST_CRUMBS: Final = 100
MOST_THREADS: Final = 100
LONGEST_LINE: Final = 400  # characters of a line of code

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    number: str
    code: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    function: str
    module: str
    place: str
    """File, line and column."""
    in_app: bool
    lines: list[Line]
    variables: Pairs

    @property
    def has_more(self) -> bool:
        return bool(self.lines or self.variables)


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception, the innermost cause last."""

    type: str
    value: str
    module: str
    mechanism: str
    is_handled: bool | None
    frames: list[Frame]
    """The call that raised it first."""
    left_out: int
    is_group: bool = False
    """It stands for several, which follow."""
    member: str = ""
    """Of a group: its place there, such as `exceptions[0]`."""

    @property
    def has_app_frames(self) -> bool:
        return any(frame.in_app for frame in self.frames)


@dataclass(frozen=True, slots=True)
class Thread:
    name: str
    is_crashed: bool
    is_current: bool
    frames: list[Frame]


@dataclass(frozen=True, slots=True)
class Crumb:
    time: str
    kind: str
    level: str
    message: str
    data: Pairs


@dataclass(frozen=True, slots=True)
class RequestSaid:
    method: str
    url: str
    query: Pairs
    headers: Pairs
    cookies: Pairs
    env: Pairs
    data: str


@dataclass(frozen=True, slots=True)
class Said:
    """An event in parts."""

    message: str
    exceptions: list[Raised]
    threads: list[Thread]
    crumbs: list[Crumb]
    request: RequestSaid | None
    user: Pairs
    contexts: list[tuple[str, Pairs]]
    extra: Pairs
    modules: Pairs
    sdk: Pairs
    others: list[tuple[str, str]] = field(default_factory=list)
    """Parts that are shown as JSON: reports of browsers and the like."""


def read(data: Any) -> Said:
    """The parts of an event's own JSON; total on anything."""
    event = data if isinstance(data, dict) else {}
    return Said(
        message=_message(event),
        exceptions=list(reversed([_raised(one) for one in _values(event, "exception")])),
        threads=[_thread(one) for one in _values(event, "threads")[:MOST_THREADS]],
        crumbs=[_crumb(one) for one in _values(event, "breadcrumbs")[-MOST_CRUMBS:]],
        request=_request(_interface(event, "request")),
        user=_pairs(_interface(event, "user")),
        contexts=[
            (name, _pairs(context))
            for name, context in _mapping(_interface(event, "contexts")).items()
            if _pairs(context)
        ][:MOST_ROWS],
        extra=_pairs(event.get("extra")),
        modules=_pairs(event.get("modules")),
        sdk=_pairs(_interface(event, "sdk")),
        others=[
            (name, as_json(said))
            for name in ("csp", "hpkp", "expectct", "expectstaple", "nel", "template")
            if (said := _interface(event, name))
        ],
    )


_LONG_NAMES: Final = {
    "exception": "sentry.interfaces.Exception",
    "threads": "sentry.interfaces.Threads",
    "breadcrumbs": "sentry.interfaces.Breadcrumbs",
    "request": "sentry.interfaces.Http",
    "user": "sentry.interfaces.User",
    "contexts": "sentry.interfaces.Contexts",
    "logentry": "sentry.interfaces.Message",
    "csp": "sentry.interfaces.Csp",
    "template": "sentry.interfaces.Template",
}


def _interface(event: Mapping[str, Any], name: str) -> Any:
    found = event.get(name)
    return found if found is not None else event.get(_LONG_NAMES.get(name, ""))


def _values(event: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list in any of its forms: {"values": […]}, […], or one alone."""
    raw = _interface(event, name)
    if isinstance(raw, dict) and "values" in raw:
        raw = raw["values"]
    rows = raw if isinstance(raw, list) else [raw]
    return [row for row in rows if isinstance(row, dict)]


def _mapping(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _pairs(raw: Any) -> Pairs:
    """Names and values of an object, or of a list of pairs."""
    return [(cut(name, 200), text(value)) for name, value in _items(raw) if value is not None][
        :MOST_ROWS
    ]


def _items(raw: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(raw, dict):
        for name, value in raw.items():
            if name != "type":
                yield str(name), value
    elif isinstance(raw, list):
        for one in raw:
            if isinstance(one, list) and len(one) == 2:
                yield text(one[0]), one[1]


def _message(event: Mapping[str, Any]) -> str:
    entry = _interface(event, "logentry")
    if isinstance(entry, dict):
        return text(entry.get("formatted") or entry.get("message"))
    return text(entry or event.get("message"))


def _raised(raw: Mapping[str, Any]) -> Raised:
    frames, left_out = _frames(raw.get("stacktrace") or raw.get("raw_stacktrace"))
    mechanism = _mapping(raw.get("mechanism"))
    handled = mechanism.get("handled")
    return Raised(
        type=cut(text(raw.get("type")), 500),
        value=text(raw.get("value")),
        module=cut(text(raw.get("module")), 500),
        mechanism=cut(text(mechanism.get("type")), 100),
        is_handled=handled if isinstance(handled, bool) else None,
        frames=frames,
        left_out=left_out,
        is_group=mechanism.get("is_exception_group") is True,
        member=_member(mechanism),
    )


def _member(mechanism: Mapping[str, Any]) -> str:
    """Source: Sentry protocol, mechanism: `source` says by which attribute the parent has it."""
    source = cut(text(mechanism.get("source")), 100)
    return source if mechanism.get("parent_id") is not None and "[" in source else ""


def _thread(raw: Mapping[str, Any]) -> Thread:
    name = text(raw.get("name")) or f"Thread {text(raw.get('id'))}"
    frames, _ = _frames(raw.get("stacktrace"))
    return Thread(cut(name, 200), raw.get("crashed") is True, raw.get("current") is True, frames)


def _frames(raw: Any) -> tuple[list[Frame], int]:
    """The call nearest to the fault first, and how many were left out."""
    listed = _mapping(raw).get("frames")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    shown = rows[-MOST_FRAMES:]
    return [_frame(row) for row in reversed(shown)], len(rows) - len(shown)


def _frame(raw: Mapping[str, Any]) -> Frame:
    number = raw.get("lineno")
    place = text(raw.get("filename") or raw.get("abs_path") or raw.get("package"))
    for part in (number, raw.get("colno")):
        if isinstance(part, int) and not isinstance(part, bool):
            place += f":{part}"
    function = text(raw.get("function")) or text(raw.get("instruction_addr")) or "?"
    return Frame(
        function=cut(function, 500),
        module=cut(text(raw.get("module")), 500),
        place=cut(place, 1000),
        in_app=raw.get("in_app") is True,
        lines=_lines(raw, number if isinstance(number, int) else None),
        variables=_pairs(raw.get("vars")),
    )


def _lines(raw: Mapping[str, Any], number: int | None) -> list[Line]:
    current = raw.get("context_line")
    if not isinstance(current, str):
        return []
    before, after = (
        [line for line in raw.get(name) or () if isinstance(line, str)][:20]
        if isinstance(raw.get(name), list)
        else []
        for name in ("pre_context", "post_context")
    )
    lines = [*before, current, *after]
    first = None if number is None else number - len(before)
    return [
        Line(
            "" if first is None else str(first + at),
            cut(line.rstrip("\r\n"), LONGEST_LINE),
            at == len(before),
        )
        for at, line in enumerate(lines)
    ]


def _crumb(raw: Mapping[str, Any]) -> Crumb:
    return Crumb(
        time=cut(text(raw.get("timestamp")), 40),
        kind=cut(text(raw.get("category") or raw.get("type")), 100),
        level=cut(text(raw.get("level")), 20),
        message=text(raw.get("message")),
        data=_pairs(raw.get("data")),
    )


def _request(raw: Any) -> RequestSaid | None:
    if not isinstance(raw, dict) or not raw:
        return None
    query = raw.get("query_string")
    return RequestSaid(
        method=cut(text(raw.get("method")), 20),
        url=text(raw.get("url")),
        query=[("", text(query))] if isinstance(query, str) and query else _pairs(query),
        headers=_pairs(raw.get("headers")),
        cookies=_pairs(raw.get("cookies")),
        env=_pairs(raw.get("env")),
        data=text(raw.get("data")),
    )
