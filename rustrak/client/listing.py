"""Lists that come in pages, read as they are needed."""

from collections.abc import AsyncIterator, Callable, Generator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Row = TypeVar("Row", bound=BaseModel)


class Listing(Generic[Row]):
    """Rows of all pages: `async for row in listing`, or `await listing` for a list of them all.

    Each use asks anew. A numbered list that grows meanwhile may show a row twice.
    """

    def __init__(self, rows: Callable[[], AsyncIterator[Row]]) -> None:
        self._rows = rows

    def __aiter__(self) -> AsyncIterator[Row]:
        return self._rows()

    def __await__(self) -> Generator[Any, None, list[Row]]:
        return self._collect().__await__()

    async def first(self, count: int) -> list[Row]:
        """So many rows at most; pages beyond are not asked for."""
        found: list[Row] = []
        async for row in self:
            if len(found) >= count:
                break
            found.append(row)
        return found

    async def _collect(self) -> list[Row]:
        return [row async for row in self]
