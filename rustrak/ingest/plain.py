"""Reading the requests that SDKs send all day: bytes to a PlainRequest, or the word that they are
something else.

Pure. Takes `POST /api/N/envelope/` with a short body of known length and well-formed headers, and
nothing else: whatever is missing, repeated or unusual is left to the full HTTP parser, so this one
never has to judge. Source: RFC 9112, sections 3 to 6.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

LARGEST_HEAD: Final = 16 * 1024
"""Bytes of request line and headers; more is for the full parser to refuse."""
LARGEST_BODY: Final = 64 * 1024
"""Bytes; larger bodies are read by the full parser and opened in a thread."""

_START = re.compile(rb"[A-Z]{1,16}(?: |\Z)")
_HEAD = re.compile(
    rb"POST /api/([1-9]\d{0,8})/envelope/ HTTP/1\.1\r\n"
    rb"((?>(?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[\t\x20-\x7e]*+\r\n)+))\r\n"
)
_FIELD = re.compile(r"([^:]++):([^\r]*+)\r\n")
_UNUSUAL = frozenset({"Transfer-Encoding", "Expect", "Upgrade", "Trailer"})


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A whole request. Header names are in title case; `size` counts the bytes it takes up."""

    project_id: int
    headers: Mapping[str, str]
    body: bytes
    size: int
    keep_alive: bool


class Verdict(Enum):
    """What else the bytes received so far can be."""

    INCOMPLETE = "more bytes are needed to tell"
    OTHER = "something for the full parser"


def read_plain(
    data: bytes,
) -> PlainRequest | Literal[Verdict.INCOMPLETE, Verdict.OTHER]:
    """The first request in `data`.

    INCOMPLETE also for other kinds of request whose head is not complete, so that one clock watches
    over all slow heads.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        is_other = len(data) > LARGEST_HEAD or (data and not _START.match(data))
        return Verdict.OTHER if is_other else Verdict.INCOMPLETE
    head = _HEAD.match(data)
    if head is None or head.end() != end + 4:
        return Verdict.OTHER
    fields = _FIELD.findall(head[2].decode("ascii"))
    headers = {name.title(): value.strip(" \t") for name, value in fields}
    length = headers.get("Content-Length", "")
    if len(headers) != len(fields) or not _UNUSUAL.isdisjoint(headers) or "Host" not in headers:
        return Verdict.OTHER
    if not headers.get("X-Sentry-Auth") or not (length.isdigit() and len(length) <= 5):
        return Verdict.OTHER
    connection = headers.get("Connection", "keep-alive").lower()
    if not 0 < int(length) <= LARGEST_BODY or connection not in ("keep-alive", "close"):
        return Verdict.OTHER
    size = head.end() + int(length)
    if len(data) < size:
        return Verdict.INCOMPLETE
    body = data[head.end() : size]
    return PlainRequest(int(head[1]), headers, body, size, connection == "keep-alive")
