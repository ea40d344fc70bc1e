"""Bearer tokens."""

from aiohttp import web

from rustrak.accounts import tokens
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.messages import number_in_path, read, reply, reply_list
from rustrak.api.schemas import CreatedToken, NewToken, Token
from rustrak.errors import Invalid

LONGEST_DESCRIPTION = 255  # characters


async def list_tokens(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/tokens"""
    async with request.app[POOL].connection() as conn:
        rows = await tokens.list_tokens(conn)
    return reply_list([as_token(row) for row in rows])


async def create_token(request: web.Request, actor: Actor) -> web.Response:
    """POST /api/tokens; the answer is the only place the token is ever shown."""
    wanted = await read(request, NewToken)
    description = checked_description(wanted.description)
    async with request.app[POOL].connection() as conn:
        token, row = await tokens.create_token(conn, description, user_id=actor.user_id)
    return reply(CreatedToken(**row, token=token), 201)


async def get_token(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/tokens/{token_id}, masked as in the list."""
    async with request.app[POOL].connection() as conn:
        return reply(as_token(await tokens.get_token(conn, number_in_path(request, "token_id"))))


async def delete_token(request: web.Request, _actor: Actor) -> web.Response:
    """DELETE /api/tokens/{token_id}; it stops working at once."""
    async with request.app[POOL].connection() as conn:
        await tokens.delete_token(conn, number_in_path(request, "token_id"))
    return web.Response(status=204)


def as_token(row: dict[str, object]) -> Token:
    """A row as lists show it."""
    return Token.model_validate({**row, "token_prefix": f"{row['token_prefix']}..."})


def checked_description(text: str | None) -> str | None:
    """A description that fits. Raises Invalid."""
    if text is not None and (len(text) > LONGEST_DESCRIPTION or "\0" in text):
        raise Invalid(f"description cannot exceed {LONGEST_DESCRIPTION} characters or contain NUL")
    return text
