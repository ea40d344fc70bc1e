"""`multipart/form-data` bodies, as crash uploaders write them.

For ingest, once the body is whole and decoded: the journal needs it in one piece anyway, and a
crash dump may hold a form inside. Sources: RFC 7578, RFC 2046 section 5.1.
"""

import re
from email.message import Message
from email.parser import HeaderParser
from typing import Final

from rustrak.errors import Malformed, TooLarge
from rustrak.protocol.minidump import MAX_PARTS, FormPart

MAX_PART_HEAD_BYTES: Final = 4 * 1024
"""Bytes of the headers of one part: two or three lines."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,200})"|([^\s;,"]{1,200}))', re.IGNORECASE)
_PARSER = HeaderParser()


def boundary_of(content_type: str) -> bytes:
    """The boundary a Content-Type names. Raises Malformed when it names none."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Malformed("the Content-Type of the form names no boundary")
    return (found[1] or found[2]).encode("utf-8", "replace")


def read_form(body: bytes, boundary: bytes) -> list[FormPart]:
    """The parts in order; what stands before the first and after the last is passed over.

    Raises Malformed for a form that is cut off or whose parts have no names, TooLarge for more
    than MAX_PARTS.
    """
    mark = b"--" + boundary
    at = 0 if body.startswith(mark) else body.find(b"\r\n" + mark) + 2
    if at == 1:
        raise Malformed("the form does not contain its boundary")
    parts: list[FormPart] = []
    at += len(mark)
    while not body.startswith(b"--", at):
        start = body.find(b"\r\n", at)
        end = body.find(b"\r\n" + mark, start)
        if start < 0 or end < 0:
            raise Malformed("the form is cut off: its last boundary is missing")
        if len(parts) == MAX_PARTS:
            raise TooLarge(f"the form has more than {MAX_PARTS} parts")
        parts.append(_part(body, start + 2, end))
        at = end + 2 + len(mark)
    return parts


def _part(body: bytes, start: int, end: int) -> FormPart:
    stop = body.find(b"\r\n\r\n", start, min(end, start + MAX_PART_HEAD_BYTES))
    if stop < 0:
        raise Malformed("a part of the form has no headers, or too many")
    head = _PARSER.parsestr(body[start:stop].decode("utf-8", "replace"))
    name = _parameter(head, "name")
    if not name:
        raise Malformed("a part of the form has no name")
    kind = head.get("Content-Type")
    return name, _parameter(head, "filename"), kind and str(kind), body[stop + 4 : end]


def _parameter(head: Message, name: str) -> str | None:
    """A parameter of Content-Disposition; a name in another charset is a triple to the library."""
    value = head.get_param(name, header="Content-Disposition")
    if isinstance(value, tuple):
        charset, _, text = value
        try:
            return text.encode("latin-1", "replace").decode(charset or "ascii", "replace")
        except LookupError:
            return text
    return None if value is None else str(value)
