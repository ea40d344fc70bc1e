"""An event in words for elsewhere: as Markdown for an issue tracker, its request as a curl line."""

import shlex
from typing import Any, Final

from rustrak.dashboard.reading import Frame, Raised, RequestSaid, Said

MOST_FRAMES: Final = 30  # of one exception
_UNSAID: Final = frozenset({"host", "content-length", "connection", "accept-encoding"})


def as_markdown(event: Any, said: Said, url: str) -> str:
    """The event: what, where, in which release, with its stack traces and last breadcrumbs."""
    lines = [f"## {_plain(event['title'])}", ""]
    facts = (
        ("Link", url),
        ("Event", event["event_id"]),
        ("When", event["timestamp"]),
        ("Level", event["level"]),
        ("Release", event["release"]),
        ("Environment", event["environment"]),
        ("Where", event["culprit"]),
        ("User", event["user"]),
    )
    lines += [f"- **{name}:** {_plain(value)}" for name, value in facts if value]
    if said.message:
        lines += ["", *_fenced(said.message)]
    for raised in said.exceptions:
        lines += ["", f"### {_plain(raised.type)}: {_plain(raised.value)}", ""]
        lines += _fenced("\n".join(_stack(raised)))
    if said.crumbs:
        lines += ["", "### Before it", ""]
        lines += [
            f"- {_plain(crumb.time)} {_plain(crumb.kind)}: {_plain(crumb.message)[:300]}"
            for crumb in said.crumbs[-10:]
        ]
    return "\n".join(lines) + "\n"


def _stack(raised: Raised) -> list[str]:
    shown = [_call(frame) for frame in raised.frames[:MOST_FRAMES]]
    left = len(raised.frames) - len(shown) + raised.left_out
    return [*shown, f"… {left} more"] if left else shown


def _call(frame: Frame) -> str:
    mark = "*" if frame.in_app else " "
    code = next((f"\n      {line.code.strip()}" for line in frame.lines if line.is_current), "")
    return f"{mark} {frame.function} in {frame.place or frame.module}{code}"


def _fenced(text: str) -> list[str]:
    """A block of code that the text cannot end."""
    longest = max((len(run) for run in _runs_of_ticks(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, text, fence]


def _runs_of_ticks(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]


def _plain(value: Any) -> str:
    """One line in which nothing is Markdown."""
    line = " ".join(str(value).split())
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|!" else c for c in line)


def as_curl(request: RequestSaid) -> str:
    """The request as a command; what was scrubbed stays so."""
    words = ["curl", "-X", request.method or "GET", request.url]
    for name, value in request.headers:
        if name.lower() not in _UNSAID:
            words += ["-H", f"{name}: {value}"]
    if request.data:
        words += ["--data-raw", request.data]
    return " ".join(shlex.quote(word) for word in words)
