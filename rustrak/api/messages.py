"""Reading requests and writing replies, through the models of `rustrak.schemas`."""

from collections.abc import Mapping
from typing import Final, TypeVar

from aiohttp import web
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rustrak.errors import Fault, Invalid, TooLarge
from rustrak.schemas.base import Body, Query

LARGEST_BODY = 2 * 1024 * 1024  # bytes; the API takes names and settings, not payloads
MOST_FAULTS = 20  # told of at once; a body can have a hundred thousand

_CHOICE = "must be {expected}"
_NUMBER = "must be a whole number"
_BOOLEAN = "must be true or false"
_OBJECT = "must be an object"
_UUID = "must be a UUID"
_TIME = "must be a time such as 2026-01-31T12:00:00Z"

WORDS: Final[Mapping[str, str]] = {
    "bool_parsing": _BOOLEAN,
    "bool_type": _BOOLEAN,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "datetime_parsing": _TIME,
    "datetime_type": _TIME,
    "dict_type": _OBJECT,
    "enum": _CHOICE,
    "extra_forbidden": "is not known here",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": _NUMBER,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "int_type": _NUMBER,
    "json_invalid": "the body is not JSON: {error}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": _CHOICE,
    "missing": "is missing",
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be a text",
    "timezone_aware": "must say its offset from UTC, Z for none",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "uuid_parsing": _UUID,
    "uuid_type": _UUID,
}
"""What pydantic's errors are called here."""

BodyModel = TypeVar("BodyModel", bound=Body)
QueryModel = TypeVar("QueryModel", bound=Query)


async def read_body(request: web.Request, model: type[BodyModel]) -> BodyModel:
    """The request's JSON body as a model. Raises Invalid naming the wrong fields."""
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
    """The query string as a model. Raises Invalid naming the wrong parameters."""
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
    faults = [_fault(given) for given in error.errors(include_url=False, include_input=False)]
    first = faults[0]
    message = f"{first.field}: {first.message}" if first.field else first.message
    return Invalid(message, *faults[:MOST_FAULTS])


def _fault(given: ErrorDetails) -> Fault:
    """One of pydantic's errors in our words, without the value that was sent."""
    words = WORDS.get(given["type"])
    message = given["msg"] if words is None else words.format_map(given.get("ctx", {}))
    place = ".".join(str(part) for part in given["loc"])
    return Fault(place, given["type"], message.removeprefix("Value error, "))
