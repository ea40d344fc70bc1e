"""Channels as people set them up; what they are told is in `channels/`."""

from typing import Any, Final

import orjson
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from rustrak.alerts.channels import check_config, masked, merged, read_config, stored
from rustrak.alerts.rules import check_name
from rustrak.config import Settings
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Fault, Invalid, NotFound

MOST_CHANNELS: Final = 1000


async def list_channels(conn: Connection) -> list[DictRow]:
    """Every channel, newest first, with its configuration as stored."""
    return await fetch_all(conn, sql("alerts/list_channels"), id=None)


async def get_channel(conn: Connection, channel_id: int) -> DictRow:
    """One channel with its configuration as stored. Raises NotFound."""
    row = await fetch_one(conn, sql("alerts/list_channels"), id=channel_id)
    if row is None:
        raise _not_found(channel_id)
    return row


async def create_channel(
    conn: Connection,
    settings: Settings,
    *,
    name: str,
    kind: str,
    config: dict[str, Any],
    is_enabled: bool,
) -> DictRow:
    """A new channel. Raises Invalid for a wrong configuration, Conflict when the name is taken."""
    if len(await list_channels(conn)) >= MOST_CHANNELS:
        raise Invalid(f"there are at most {MOST_CHANNELS} channels")
    name, kept = check_name(name), stored(check_config(kind, config, settings))
    try:
        row = await fetch_one(
            conn,
            sql("alerts/create_channel"),
            name=name,
            channel_type=kind,
            config=orjson.dumps(kept).decode(),
            is_enabled=is_enabled,
        )
    except UniqueViolation:
        raise _taken(f"Channel '{name}' already exists") from None
    assert row is not None
    return row


async def change_channel(
    conn: Connection, settings: Settings, channel_id: int, changes: dict[str, Any]
) -> DictRow:
    """Change name, config or is_enabled; the type stays, and masked secrets stay what they are.

    Runs in a transaction. Raises NotFound, Invalid, and Conflict when the name is taken.
    """
    await execute(conn, sql("alerts/hold_channel"), id=channel_id)
    row = await get_channel(conn, channel_id)
    config, named = row["config"], {**row, **changes}
    if "config" in changes:
        config = stored(check_config(row["channel_type"], _merged(row, changes), settings))
    try:
        changed = await fetch_one(
            conn,
            sql("alerts/change_channel"),
            id=channel_id,
            name=check_name(named["name"]),
            config=orjson.dumps(config).decode(),
            is_enabled=named["is_enabled"],
        )
    except UniqueViolation:
        raise _taken("Channel name already exists") from None
    if changed is None:  # deleted since it was read
        raise _not_found(channel_id)
    return changed


async def delete_channel(conn: Connection, channel_id: int) -> None:
    """Remove a channel and its links to rules; the history keeps its name. Raises NotFound."""
    if not await execute(conn, sql("alerts/delete_channel"), id=channel_id):
        raise _not_found(channel_id)


def shown_config(row: DictRow) -> dict[str, Any]:
    """The configuration without its secrets; empty if this version cannot read it."""
    try:
        return masked(read_config(row["channel_type"], row["config"]))
    except Invalid:
        return {}


def _merged(row: DictRow, changes: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = changes["config"]
    try:
        return merged(read_config(row["channel_type"], row["config"]), given)
    except Invalid:  # nothing readable to merge with
        return given


def _not_found(channel_id: int) -> NotFound:
    return NotFound(f"Channel {channel_id} not found")


def _taken(message: str) -> Conflict:
    return Conflict(message, Fault("name", "taken", message))
