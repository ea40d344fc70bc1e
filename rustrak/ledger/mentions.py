"""Whom or what an erasure is about, and whether a text, a document or an envelope speaks of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from rustrak.errors import Invalid, Malformed
from rustrak.protocol.envelope import Envelope, Item
from rustrak.protocol.event_id import parse_event_id
from rustrak.protocol.jsontext import dumps, parse_json

SHORTEST_TEXT: Final = 6
"""Characters; the id of a user that is shorter, such as 42, is only looked for where users are
named, because as text it could be anything."""
ERASED: Final = "[erased]"
"""What stands in the place of the person in texts that stay."""
_USER_KEYS: Final = frozenset({"user_id", "userid", "user.id", "enduser.id", "did"})
_USERS: Final = frozenset({"user", "enduser"})
_BEFORE: Final = r"(?<![A-Za-z0-9_.+-])"
_AFTER: Final = r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
_ESCAPE: Final = b"\\u"


class By(StrEnum):
    """What is given to find them."""

    USER_ID = "user_id"
    EMAIL = "email"
    EVENT_ID = "event_id"


@dataclass(frozen=True)
class Subject:
    """A person by their id or e-mail address, or one event."""

    by: By
    value: str

    @classmethod
    def of(cls, by: By, value: str) -> "Subject":
        """Checked. Raises Invalid for an empty value, or what is no address or no event id."""
        value = value.strip()
        if not value:
            raise Invalid(f"{by}: it is empty")
        if by is By.EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
            raise Invalid("email: not an e-mail address")
        if by is By.EVENT_ID:
            try:
                value = parse_event_id(value)
            except Malformed as error:
                raise Invalid(f"event_id: {error}") from None
        return cls(by, value)

    @cached_property
    def text(self) -> str | None:
        """A regular expression, for Python and PostgreSQL alike, that finds it in text; None where
        it is too short for that."""
        if self.by is By.EVENT_ID:
            parts = (self.value[:8], self.value[8:12], self.value[12:16], self.value[16:20])
            return "-?".join([*parts, self.value[20:]])
        if self.by is By.USER_ID and len(self.value) < SHORTEST_TEXT:
            return None
        return _BEFORE + re.escape(self.value) + _AFTER

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return None if self.text is None else re.compile(self.text, re.IGNORECASE)

    def is_in_text(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None

    def is_in_bytes(self, data: bytes) -> bool:
        """Whether bytes have it as text, in any encoding that is likely."""
        if self._pattern is None:
            return False
        encodings = ("utf-8", "utf-16-le", "utf-16-be") if b"\0" in data else ("utf-8",)
        return any(self.is_in_text(data.decode(name, "replace")) for name in encodings)

    def is_in_document(self, document: Any) -> bool:
        """Whether JSON has it: in a text or a name, or, as the id of a user, where users are."""
        if any(self.is_in_text(text) for text in _texts(document)):
            return True
        return self.by is By.USER_ID and self.value in _user_ids(document)

    def is_in_headers(self, envelope: Envelope) -> bool:
        return self.is_in_document(envelope.headers)

    def is_in_item(self, item: Item) -> bool:
        """Whether an item has it in its header or its payload."""
        if self.is_in_document(item.headers) or self.is_in_bytes(item.payload):
            return True
        if self.by is not By.USER_ID and _ESCAPE not in item.payload:
            return False
        try:
            document = parse_json(item.payload)
        except Malformed:
            return False
        return self.is_in_document(document)

    def redact(self, document: Any) -> Any:
        """The same JSON without it."""
        if isinstance(document, str):
            return document if self._pattern is None else self._pattern.sub(ERASED, document)
        if isinstance(document, list):
            return [self.redact(part) for part in document]
        if isinstance(document, dict):
            return {self.redact(name): self.redact(part) for name, part in document.items()}
        return document

    def may_be_in(self, data: bytes) -> bool:
        """A quick look at a whole body, to spare most of them the rest; True too often, never too
        seldom."""
        if self.is_in_bytes(data) or _ESCAPE in data:
            return True
        return self.by is By.USER_ID and dumps(self.value)[1:-1] in data


def _texts(document: Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            yield from part
            waiting += part.values()


def _user_ids(document: Any) -> Iterator[str]:
    """Every value that names a user: `user.id`, `did`, and attributes of logs and spans."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            for name, value in part.items():
                if name in _USERS and isinstance(value, dict):
                    yield from _plain(value.get("id"))
                elif name.lower() in _USER_KEYS:
                    yield from _plain(value)
            if isinstance(part.get("key"), str) and part["key"].lower() in _USER_KEYS:
                yield from _plain(part.get("value"))  # OpenTelemetry's attributes


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _plain(inner)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)
