"""The read tables made again from the ledger, asked for here and done by a worker."""

from typing import Final

from rustrak.api.call import Call
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound
from rustrak.jobs import REBUILD, REGROUP, defer
from rustrak.schemas.rebuilds import NewRebuild, Rebuild

MOST_LISTED: Final = 50


async def list_rebuilds(call: Call) -> list[Rebuild]:
    """The latest rebuilds, at most 50."""
    async with call.connection() as conn:
        rows = await fetch_all(conn, sql("api/list_rebuilds"), id=None, limit=MOST_LISTED)
    return [Rebuild.model_validate(row) for row in rows]


async def get_rebuild(call: Call) -> Rebuild:
    """How far a rebuild has come, or what it found."""
    number = call.number("rebuild_id")
    async with call.connection() as conn:
        row = await fetch_one(conn, sql("api/list_rebuilds"), id=number, limit=1)
    if row is None:
        raise NotFound(f"Rebuild {number} not found")
    return Rebuild.model_validate(row)


async def start_rebuild(call: Call, body: NewRebuild) -> Rebuild:
    """Make all read tables again beside the live ones and switch to them, or only compare."""
    async with call.connection() as conn, conn.transaction():
        row = await fetch_one(
            conn,
            sql("api/create_rebuild"),
            is_check=body.is_check,
            created_by=call.actor.name,
        )
        if row is None:
            raise Conflict("A rebuild is running; wait for it, or cancel it")
        await defer(conn, REBUILD, REGROUP)
    return Rebuild.model_validate(row)


async def cancel_rebuild(call: Call) -> Rebuild:
    """Stop a rebuild; the live tables are as they were."""
    number = call.number("rebuild_id")
    async with call.connection() as conn, conn.transaction():
        row = await fetch_one(conn, sql("api/cancel_rebuild"), id=number)
        if row is None:
            known = await fetch_one(conn, sql("api/list_rebuilds"), id=number, limit=1)
            if known is None:
                raise NotFound(f"Rebuild {number} not found")
            raise Conflict(f"Rebuild {number} is {known['state']}")
        await defer(conn, REBUILD, REGROUP)
    return Rebuild.model_validate(row)
