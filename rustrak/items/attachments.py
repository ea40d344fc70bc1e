"""What an attachment says of itself; its bytes stay in the ledger.

Source: Sentry protocol, attachments.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rustrak.items.values import text

MAX_FILENAME: Final = 200
"""Characters; a longer name loses its middle, not its extension."""
UNNAMED: Final = "Unnamed Attachment"
OCTETS: Final = "application/octet-stream"

_MAX_RAW = 4096  # characters looked at
_MAX_EXTENSION = 40  # characters kept of the end of a long name
_KINDS = frozenset(
    {
        "event.attachment",
        "event.minidump",
        "event.applecrashreport",
        "event.payload",
        "event.breadcrumbs",
        "event.view_hierarchy",
        "unreal.context",
        "unreal.logs",
        "playstation.prosperodump",
        "nswitch.dying_message",
    }
)
# Controls, quotes and separators would end the header; marks of direction hide an extension.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\"';%<>|:*?\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]"
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}")


@dataclass(slots=True, frozen=True)
class Attachment:
    """A file beside an event. `size` is in bytes.

    The type is what the client claims: serve the file as a download and with `nosniff` only.
    """

    filename: str
    content_type: str
    attachment_type: str
    size: int


def read_attachment(item_headers: Mapping[str, Any], size: int) -> Attachment:
    """Describes an attachment by the headers of its item; unknown kinds are plain files."""
    kind = text(item_headers.get("attachment_type"), 64)
    return Attachment(
        safe_filename(item_headers.get("filename")),
        _media_type(item_headers.get("content_type")),
        kind if kind in _KINDS else "event.attachment",
        size,
    )


def safe_filename(value: object) -> str:
    """The last segment of a path, fit for a Content-Disposition header; never a path itself."""
    raw = value[-_MAX_RAW:] if isinstance(value, str) else ""
    name = text(raw.replace("\\", "/").rpartition("/")[2], _MAX_RAW)
    name = _UNSAFE.sub("_", name).strip(" .")
    if len(name) > MAX_FILENAME:
        name = name[: MAX_FILENAME - _MAX_EXTENSION] + name[-_MAX_EXTENSION:]
    return name if name.strip("_") else UNNAMED


def _media_type(value: object) -> str:
    """A media type in lower case without its parameters."""
    found = text(value, 256).partition(";")[0].strip().lower()
    return found if _MEDIA_TYPE.fullmatch(found) else OCTETS
