"""Whom pages ask: the REST API, in this process or at another address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from multidict import CIMultiDict

from rustrak.errors import RustrakError


class Refused(RustrakError):
    """The API did not do what it was asked; says why in its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    body: bytes
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)

    def json(self) -> Any:
        """Its JSON; None where it has no content. Raises Refused for a refusal."""
        if self.status >= 400:
            raise Refused(self.status, self._message())
        return orjson.loads(self.body) if self.body else None

    def _message(self) -> str:
        try:
            return str(orjson.loads(self.body)["error"]["message"])
        except (ValueError, KeyError, TypeError):
            return f"The server answers {self.status}"


class Backend(Protocol):
    """Asks on behalf of one browser: with its cookie, and as coming from its address."""

    async def ask(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Ask the API. Raises Refused where it cannot be reached."""
        ...
