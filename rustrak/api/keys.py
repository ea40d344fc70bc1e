"""DSN keys of a project."""

from psycopg.rows import DictRow

from rustrak.accounts import keys
from rustrak.api.call import Call
from rustrak.protocol.dsn import format_dsn
from rustrak.schemas.keys import Key, KeyChange, NewKey


async def list_keys(call: Call) -> list[Key]:
    """The DSN keys of a project, in the order they were made."""
    async with call.connection() as conn:
        rows = await keys.list_keys(conn, call.project_id)
    return [_as_key(call, row) for row in rows]


async def create_key(call: Call, body: NewKey) -> Key:
    """Another DSN for a project; it works at once, beside the others."""
    async with call.connection() as conn, conn.transaction():
        row = await keys.create_key(conn, call.project_id, body.label)
    return _as_key(call, row)


async def change_key(call: Call, body: KeyChange) -> Key:
    """Name a key, or switch it off or on; the last active one stays on."""
    async with call.connection() as conn, conn.transaction():
        row = await keys.change_key(
            conn, call.project_id, call.number("key_id"), body.label, body.is_active
        )
    return _as_key(call, row)


async def delete_key(call: Call) -> None:
    """Take a key away for good; the last active one stays."""
    async with call.connection() as conn, conn.transaction():
        await keys.delete_key(conn, call.project_id, call.number("key_id"))


def _as_key(call: Call, row: DictRow) -> Key:
    dsn = format_dsn(call.settings.url, row["public_key"].hex, call.project_id)
    return Key.model_validate({**row, "dsn": dsn, "is_active": row["revoked_at"] is None})
