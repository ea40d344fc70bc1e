"""What the parts of the client are made of: a method is one line over these."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from rustrak.client.errors import UnexpectedAnswer
from rustrak.client.listing import Listing
from rustrak.client.transport import Transport, join_path
from rustrak.schemas.base import Body, CursorPage, Page, Query

Model = TypeVar("Model", bound=BaseModel)
Shape = TypeVar("Shape")

ROWS = 100  # a page, where the server lets the client choose


class Noun:
    """One noun of the API. `*parts` are those of a path, quoted here; None in a query is left out.

    Every method raises ApiError, ServerUnreachable and UnexpectedAnswer.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _get(self, model: type[Model], *parts: object, **query: Any) -> Model:
        content = await self._transport.request("GET", join_path(parts), query)
        return _read(TypeAdapter(model), content)

    async def _get_bytes(self, *parts: object) -> bytes:
        return await self._transport.request("GET", join_path(parts))

    async def _send(
        self, method: str, model: type[Model], *parts: object, body: Body | None = None
    ) -> Model:
        content = await self._transport.request(method, join_path(parts), body=_written(body))
        return _read(TypeAdapter(model), content)

    async def _do(self, method: str, *parts: object, body: Body | None = None) -> None:
        """For what is answered without content."""
        await self._transport.request(method, join_path(parts), body=_written(body))

    def _whole(self, model: type[Model], *parts: object, **query: Any) -> Listing[Model]:
        """A list that comes as one array."""

        async def rows() -> AsyncIterator[Model]:
            content = await self._transport.request("GET", join_path(parts), query)
            for row in _read(TypeAdapter(list[model]), content):  # type: ignore[valid-type]
                yield row

        return Listing(rows)

    def _numbered(self, model: type[Model], *parts: object, **query: Any) -> Listing[Model]:
        """A list in numbered pages."""

        async def rows() -> AsyncIterator[Model]:
            number = total = 1
            while number <= total:
                page = await self._get(Page[model], *parts, **query, page=number, per_page=ROWS)  # type: ignore[valid-type]
                for row in page.items:
                    yield row
                number, total = number + 1, page.total_pages

        return Listing(rows)

    def _by_cursor(self, model: type[Model], *parts: object, **query: Any) -> Listing[Model]:
        """A list in pages that a cursor leads through."""

        async def rows() -> AsyncIterator[Model]:
            page: CursorPage[Model] | None = None
            while page is None or page.next_cursor is not None:
                cursor = None if page is None else page.next_cursor
                page = await self._get(CursorPage[model], *parts, **query, cursor=cursor)  # type: ignore[valid-type]
                for row in page.items:
                    yield row

        return Listing(rows)


def given(query: Query | None) -> dict[str, Any]:
    """What was set of a query, as words of a query string; where to start is the listing's."""
    if query is None:
        return {}
    return query.model_dump(mode="json", exclude_unset=True, exclude={"cursor"})


def _read(shape: TypeAdapter[Shape], content: bytes) -> Shape:
    try:
        return shape.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnexpectedAnswer(
            f"the answer is not what this version expects ({place}: {first['msg']}); "
            "are client and server of one version?"
        ) from None


def _written(body: Body | None) -> bytes | None:
    return None if body is None else body.model_dump_json(exclude_unset=True).encode()
