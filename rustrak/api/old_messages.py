"""Reading requests and writing replies: bodies through pydantic, path ids and query values by
name."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from rustrak.errors import Invalid, NotFound, TooLarge
from rustrak.schemas.base import Body as Request
from rustrak.schemas.base import Page

LARGEST_BODY = 2 * 1024 * 1024  # bytes; the API takes names and settings, not payloads
LARGEST_ID = 2**31 - 1
LONGEST_NUMBER = 10  # digits of the largest id; Python refuses to convert more than 4,300
LARGEST_PAGE = 1000
"""Rows a page; more belongs on several pages."""
LARGEST_LIMIT = 100
"""Rows a page of long texts."""

Body = TypeVar("Body", bound=Request)
Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item", bound=BaseModel)


async def read(request: web.Request, model: type[Body]) -> Body:
    """The request's JSON body as a model. Raises Invalid naming the first wrong field."""
    body = await request.content.read(LARGEST_BODY + 1)
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"the body has more than {LARGEST_BODY} bytes")
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{place}: {first['msg']}" if place else first["msg"]) from None


def reply(model: BaseModel, status: int = 200) -> web.Response:
    """A model as compact JSON."""
    return _json(model.model_dump_json().encode(), status)


def reply_list(models: Sequence[BaseModel]) -> web.Response:
    """A bare array."""
    return _json(b"[" + b",".join(m.model_dump_json().encode() for m in models) + b"]", 200)


def reply_page(items: list[Item], total: int, page: int, per_page: int) -> web.Response:
    """One numbered page."""
    pages = -(-total // per_page)
    return reply(
        Page(items=items, total_count=total, page=page, per_page=per_page, total_pages=pages)
    )


def reply_object(value: object) -> web.Response:
    """Plain data as compact JSON."""
    return _json(orjson.dumps(value), 200)


def number_in_path(request: web.Request, name: str) -> int:
    """An id from the path; what is no number is nobody's id."""
    text = request.match_info[name]
    if not _is_number(text) or int(text) > LARGEST_ID:
        raise NotFound(f"{name.removesuffix('_id').capitalize()} with id {text[:40]} not found")
    return int(text)


def uuid_in_path(request: web.Request, name: str) -> UUID:
    """A UUID from the path, in any spelling."""
    text = request.match_info[name]
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"{name.removesuffix('_id').capitalize()} {text[:40]} not found") from None


def paging(request: web.Request) -> tuple[int, int]:
    """`page` and `per_page`, 1 and 20 unless given."""
    return number_in_query(request, "page", 1, 2**31), number_in_query(
        request, "per_page", 20, LARGEST_PAGE
    )


def page_limit(request: web.Request) -> int:
    """`limit`, the rows of a page that ends with a cursor; 20 unless given."""
    return number_in_query(request, "limit", 20, LARGEST_LIMIT)


def choice(request: web.Request, name: str, default: Choice) -> Choice:
    """A query parameter that knows a few words."""
    text = request.query.get(name, default.value)
    try:
        return type(default)(text)
    except ValueError:
        words = ", ".join(type(default))
        raise Invalid(f"{name} must be one of {words}") from None


def number_in_query(request: web.Request, name: str, default: int, largest: int) -> int:
    """A query parameter from 1 to `largest`."""
    text = request.query.get(name)
    if text is None:
        return default
    if not _is_number(text) or not 1 <= int(text) <= largest:
        raise Invalid(f"{name} must be a number from 1 to {largest}")
    return int(text)


def _is_number(text: str) -> bool:
    """Whether these are digits, and few enough of them to convert."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def _json(body: bytes, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)
