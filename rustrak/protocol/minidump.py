"""Crash dumps: a minidump and the form it came in become one event and its attachments.

For ingest (a multipart form, parsed by whoever read the request) and for digest (an envelope that
brings a dump but no event). Source: Sentry protocol, crash dumps.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from rustrak.errors import Malformed
from rustrak.protocol.encoding import inflate
from rustrak.protocol.envelope import Item
from rustrak.protocol.jsontext import clean_text, parse_json
from rustrak.protocol.minidump_streams import read_exception_code, written_at

__all__ = [
    "attachment_item",
    "crash_event",
    "is_minidump",
    "read_exception_code",
    "read_minidump_form",
]

FormPart = tuple[str, str | None, str | None, bytes]
"""Name, file name (None for a text field), content type, contents."""

DUMP_FIELD: Final = "upload_file_minidump"
MAX_PARTS: Final = 1000
"""Parts of a form that are read; a chunked event of 128 KiB has about as many."""
MAX_EVENT_BYTES: Final = 1024 * 1024
"""Bytes of the event in the form, in one piece or in chunks together."""
MAX_FIELDS: Final = 100
"""`sentry[…]` fields, and as many other text fields; Crashpad sends a handful."""
MAX_FIELD_BYTES: Final = 8 * 1024
"""Bytes kept of each."""
MAX_NAME_CHARS: Final = 200
"""Characters kept of the name of a field or a file."""
MAX_ATTACHMENTS: Final = 30
"""Files of one crash, the dump among them; as many as an envelope may bring."""

_MAGIC = (b"MDMP", b"PMDM")  # the second from machines with the other byte order
_CODINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}  # by the first two bytes
_CHUNK = re.compile(r"sentry__(\d{1,4})", re.ASCII)
_NESTED = re.compile(r"sentry((?>(?:\[[^\[\]]{1,200}+\]){1,8}))")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,64}+/[\w.+-]{1,64}+", re.ASCII)
_ATTACHMENT_TYPES = {
    DUMP_FIELD: "event.minidump",
    "__sentry-event": "event.payload",
    "__sentry-breadcrumb1": "event.breadcrumbs",
    "__sentry-breadcrumb2": "event.breadcrumbs",
    "view-hierarchy.json": "event.view_hierarchy",
}


def is_minidump(data: bytes) -> bool:
    """Whether bytes start like a minidump; says nothing about the rest."""
    return data.startswith(_MAGIC)


def read_minidump_form(
    parts: Sequence[FormPart], *, limit: int
) -> tuple[dict[str, Any], list[Item]]:
    """The event document and its `attachment` items, the dump first.

    A body that is the dump itself is a form of one part. A dump in gzip or zstd is inflated to at
    most `limit` bytes. The event is what the client says of it in `sentry` fields, its exception
    what the dump says. An unreadable `sentry` field is noted in `errors`, and the crash kept.
    Raises Malformed without a dump, TooLarge beyond the limit.
    """
    parts = parts[:MAX_PARTS]
    found = next((part for part in parts if part[0] == DUMP_FIELD), None)
    if found is None:
        raise Malformed(f"missing minidump: send a file named {DUMP_FIELD}")
    _, filename, content_type, contents = found
    dump = _inflated(contents, limit)
    others = [part for part in parts if part is not found and not _is_of_the_event(part[0])]
    files = [part for part in others if part[1] is not None][: MAX_ATTACHMENTS - 1]
    attachments = [
        attachment_item(part) for part in [(DUMP_FIELD, filename, content_type, dump), *files]
    ]
    document = _client_event([part for part in parts if _is_of_the_event(part[0])])
    extra = _extra([part for part in others if part[1] is None])
    if extra:
        document["extra"] = _object(document.get("extra")) | extra
    return _with_crash(document, dump), attachments


def crash_event(dump: bytes = b"") -> dict[str, Any]:
    """The document of a crash that came without an event: fatal, native, unhandled.

    The exception is the dump's own, with one frame; it is synthetic when the dump does not say.
    """
    crash = read_exception_code(dump)
    exception: dict[str, Any] = {
        "type": crash.get("type", "Minidump"),
        "value": crash.get("value", "the dump names no exception"),
        "mechanism": {"type": "minidump", "handled": False, "synthetic": not crash},
    }
    document: dict[str, Any] = {"platform": "native", "level": "fatal"}
    if crash:
        exception["thread_id"] = crash["thread_id"]
        exception["stacktrace"] = {"frames": [crash["frame"]]}
        document["contexts"] = {"os": crash["os"], "device": {"arch": crash["cpu"]}}
    if (moment := written_at(dump)) is not None:
        document["timestamp"] = moment
    return document | {"exception": {"values": [exception]}}


def _with_crash(client: dict[str, Any], dump: bytes) -> dict[str, Any]:
    """What the client says wins, except for the exception, which it cannot know better."""
    document = crash_event(dump)
    contexts = _object(document.get("contexts")) | _object(client.get("contexts"))
    said = {name: value for name, value in client.items() if value is not None}
    crash = {"type": "error", "exception": document["exception"], "contexts": contexts}
    return document | said | crash


def _is_of_the_event(name: str) -> bool:
    return name == "sentry" or bool(_CHUNK.fullmatch(name) or _NESTED.fullmatch(name))


def _client_event(parts: Sequence[FormPart]) -> dict[str, Any]:
    """The `sentry` fields as one document; the more specific ones win."""
    document: dict[str, Any] = {}
    unreadable = []
    for name, contents in _event_texts(parts):
        try:
            document |= _event(contents)
        except Malformed:
            unreadable.append({"type": "invalid_data", "name": name})
    nested = [(path[1], part[3]) for part in parts if (path := _NESTED.fullmatch(part[0]))]
    for brackets, contents in nested[:MAX_FIELDS]:
        _put(document, brackets[1:-1].split("]["), _text(contents))
    if unreadable:
        noted = document.get("errors")
        document["errors"] = [*(noted if isinstance(noted, list) else []), *unreadable]
    return document


def _extra(parts: Sequence[FormPart]) -> dict[str, str]:
    """Other text fields: Crashpad's annotations, or whatever the application adds."""
    return {
        clean_text(name[:MAX_NAME_CHARS]): _text(contents)
        for name, _, _, contents in parts[:MAX_FIELDS]
    }


def _event_texts(parts: Sequence[FormPart]) -> list[tuple[str, bytes]]:
    """The JSON of the event: whole fields, then the chunks (Crashpad caps a value) joined."""
    texts = [(name, contents) for name, _, _, contents in parts if name == "sentry"]
    chunks = [
        (int(chunk[1]), contents)
        for name, _, _, contents in parts
        if (chunk := _CHUNK.fullmatch(name))
    ]
    if chunks:
        chunks.sort(key=lambda chunk: chunk[0])
        texts.append(("sentry__1", b"".join(contents for _, contents in chunks)))
    return texts


def _event(text: bytes) -> dict[str, Any]:
    document = parse_json(text) if len(text) <= MAX_EVENT_BYTES else None
    if not isinstance(document, dict):
        raise Malformed(f"the event is no JSON object of at most {MAX_EVENT_BYTES} bytes")
    return document


def _put(document: dict[str, Any], path: list[str], value: str) -> None:
    """`sentry[tags][kind]`: a value at a path; what is no object on the way gives place to one."""
    *parents, name = (clean_text(step) for step in path)
    for parent in parents:
        if not isinstance(document.get(parent), dict):
            document[parent] = {}
        document = document[parent]
    document[name] = value


def _inflated(contents: bytes, limit: int) -> bytes:
    dump = inflate(contents, _CODINGS.get(contents[:2], ""), limit=limit)
    if not is_minidump(dump):
        raise Malformed("invalid minidump: it starts with MDMP, alone or in gzip or zstd")
    return dump


def attachment_item(part: FormPart) -> Item:
    """A file of the form as an item; its name is only ever shown, never used as a path."""
    name, filename, content_type, contents = part
    base = (filename or name).replace("\\", "/").rpartition("/")[2]
    media_type = _MEDIA_TYPE.match(content_type or "")
    headers = {
        "type": "attachment",
        "length": len(contents),
        "filename": clean_text(base[-MAX_NAME_CHARS:]),
        "content_type": media_type[0] if media_type else "application/octet-stream",
        "attachment_type": _ATTACHMENT_TYPES.get(name)
        or _ATTACHMENT_TYPES.get(base, "event.attachment"),
    }
    return Item("attachment", headers, contents)


def _text(contents: bytes) -> str:
    return clean_text(contents[:MAX_FIELD_BYTES].decode("utf-8", "replace"))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
