"""Bearer tokens: everybody sees and makes their own."""

from datetime import UTC, datetime

from rustrak.accounts import tokens
from rustrak.accounts.access import Actor, includes
from rustrak.api.call import Call
from rustrak.database.pool import Connection
from rustrak.errors import Forbidden, Invalid
from rustrak.schemas.tokens import CreatedToken, NewToken, Token


async def list_tokens(call: Call) -> list[Token]:
    """One's own tokens, newest first, masked."""
    async with call.connection() as conn:
        rows = await tokens.list_tokens(conn, call.actor.user_id)
    return [as_token(row) for row in rows]


async def create_token(call: Call, body: NewToken) -> CreatedToken:
    """A new token; the answer is the only place it is ever shown.

    A token makes no token that may do more than itself, or lives longer.
    """
    scopes = call.actor.scopes if body.scopes is None else frozenset(body.scopes)
    if not includes(call.actor.scopes, scopes):
        raise Forbidden("a token cannot make one that may do more than itself")
    wanted = _checked_expiry(body.expires_at)
    async with call.connection() as conn:
        token, row = await tokens.create_token(
            conn,
            body.description,
            user_id=call.actor.user_id,
            scopes=scopes,
            expires_at=await _expiry(conn, call.actor, wanted),
        )
    return CreatedToken.model_validate({**row, "token": token})


async def get_token(call: Call) -> Token:
    """One of one's own tokens, masked as in the list."""
    async with call.connection() as conn:
        row = await tokens.get_token(conn, call.actor.user_id, call.number("token_id"))
    return as_token(row)


async def delete_token(call: Call) -> None:
    """Revoke a token; it stops working at once."""
    async with call.connection() as conn:
        await tokens.delete_token(conn, call.actor.user_id, call.number("token_id"))


def _checked_expiry(wanted: datetime | None) -> datetime | None:
    """In UTC, where a time that PostgreSQL stores can be past all that Python reads."""
    if wanted is None:
        return None
    if wanted <= datetime.now(UTC):
        raise Invalid("expires_at: must be in the future")
    try:
        return wanted.astimezone(UTC)
    except OverflowError:
        raise Invalid("expires_at: must be before the year 10000") from None


async def _expiry(conn: Connection, actor: Actor, wanted: datetime | None) -> datetime | None:
    """What was wanted, or else the maker's own expiry. Raises Forbidden for a later one."""
    if actor.token_id is None:
        return wanted
    own = await tokens.get_token(conn, actor.user_id, actor.token_id)
    limit: datetime | None = own["expires_at"]
    if limit is not None and wanted is not None and wanted > limit:
        raise Forbidden("a token cannot make one that lives longer than itself")
    return wanted or limit


def as_token(row: dict[str, object]) -> Token:
    """A row as lists show it."""
    return Token.model_validate({**row, "token_prefix": f"{row['token_prefix']}..."})
