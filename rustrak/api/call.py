"""What a handler is given: the request, who is asking, and the things it works with."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web
from multidict import CIMultiDict

from rustrak.accounts.access import Actor, Role
from rustrak.api.context import POOL, SETTINGS
from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.errors import NotFound
from rustrak.protocol.forwarded import client_address
from rustrak.protocol.jsontext import clean_text, find_unstorable

LARGEST_ID = 2**31 - 1
LONGEST_AGENT = 200  # characters
LONGEST_NUMBER = 10  # digits of the largest id; Python refuses to convert more than 4,300


@dataclass(slots=True)
class Call:
    """One call of a route, let in by its `needs`."""

    request: web.Request
    actor: Actor
    role: Role | None = None
    """The actor's role in the project of the path, None outside projects."""
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    """Headers of the reply, beside those every reply has."""

    @property
    def settings(self) -> Settings:
        return self.request.app[SETTINGS]

    @property
    def remote_addr(self) -> str:
        """The client's address, as far as the proxies in between are trusted."""
        forwarded = ",".join(self.request.headers.getall("X-Forwarded-For", ()))
        return client_address(self.request.remote or "", forwarded, self.settings.trusted_proxies)

    @property
    def user_agent(self) -> str:
        """What the client calls itself: one line, cut."""
        text = clean_text(self.request.headers.get("User-Agent", "")[:LONGEST_AGENT])
        return "".join(char if char.isprintable() else " " for char in text)

    @property
    def project_id(self) -> int:
        return self.number("project_id")

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """A connection from the pool."""
        return self.request.app[POOL].connection()

    def number(self, name: str) -> int:
        """An id from the path; what is no number is nobody's id. Raises NotFound."""
        return number_in_path(self.request, name)

    def uuid(self, name: str) -> UUID:
        """A UUID from the path, in any spelling. Raises NotFound."""
        text = self.request.match_info[name]
        try:
            return UUID(text)
        except ValueError:
            raise NotFound(f"{_noun(name)} {text[:40]} not found") from None

    def text(self, name: str) -> str:
        """A name from the path; one that PostgreSQL cannot hold is nobody's. Raises NotFound."""
        text = self.request.match_info[name]
        if find_unstorable(text) is not None:
            raise NotFound(f"{_noun(name)} not found")
        return text


def number_in_path(request: web.Request, name: str) -> int:
    """An id from the path. Raises NotFound for what is no number, or too large a one."""
    text = request.match_info[name]
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    if not is_number or int(text) > LARGEST_ID:
        raise NotFound(f"{_noun(name)} with id {text[:40]} not found")
    return int(text)


def _noun(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()
