"""Reading requests and writing replies, through the models of `rustrak.schemas`."""

from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from rustrak.errors import Invalid, TooLarge
from rustrak.schemas.base import Body, Query

LARGEST_BODY = 2 * 1024 * 1024  # bytes; the API takes names and settings, not payloads

BodyModel = TypeVar("BodyModel", bound=Body)
QueryModel = TypeVar("QueryModel", bound=Query)


async def read_body(request: web.Request, model: type[BodyModel]) -> BodyModel:
    """The request's JSON body as a model. Raises Invalid naming the first wrong field."""
    body = await request.content.read(LARGEST_BODY + 1)
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"the body has more than {LARGEST_BODY} bytes")
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise _invalid(error) from None


def read_query(request: web.Request, model: type[QueryModel]) -> QueryModel:
    """The query string as a model. Raises Invalid naming the first wrong parameter."""
    given = {name: value for name, value in request.query.items() if value}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _invalid(error) from None


def json_reply(body: bytes, status: int) -> web.Response:
    """JSON that nobody may keep."""
    headers = {"Cache-Control": "no-store"}
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def _invalid(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return Invalid(f"{place}: {reason}" if place else reason)
