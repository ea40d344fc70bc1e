"""Channels: everybody sees where alerts go, administrators of the installation say where."""

import asyncio
from typing import Final

from psycopg.rows import DictRow

from rustrak.alerts import destinations
from rustrak.alerts.send import Sender
from rustrak.api.call import Call
from rustrak.api.context import POOL
from rustrak.errors import DeliveryFailed
from rustrak.schemas.alerts import Channel, ChannelChange, NewChannel, Tested

LONGEST_TEST: Final = 25  # seconds; a server that stops waits a little longer for requests


async def list_channels(call: Call) -> list[Channel]:
    """The channels, newest first; their configuration, with secrets masked, only to those who may
    change it."""
    async with call.connection() as conn:
        return [as_channel(call, row) for row in await destinations.list_channels(conn)]


async def create_channel(call: Call, body: NewChannel) -> Channel:
    """A new channel; what `config` holds depends on `channel_type`."""
    async with call.connection() as conn:
        row = await destinations.create_channel(
            conn,
            call.settings,
            name=body.name,
            kind=body.channel_type,
            config=body.config,
            is_enabled=body.is_enabled is not False,
        )
    return as_channel(call, row)


async def get_channel(call: Call) -> Channel:
    """One channel, as in the list."""
    async with call.connection() as conn:
        return as_channel(call, await destinations.get_channel(conn, call.number("channel_id")))


async def change_channel(call: Call, body: ChannelChange) -> Channel:
    """Rename, configure anew, enable or disable a channel; its type stays."""
    async with call.connection() as conn, conn.transaction():
        row = await destinations.change_channel(
            conn, call.settings, call.number("channel_id"), body.model_dump(exclude_none=True)
        )
    return as_channel(call, row)


async def delete_channel(call: Call) -> None:
    """Delete a channel; rules tell it no more."""
    async with call.connection() as conn:
        await destinations.delete_channel(conn, call.number("channel_id"))


async def test_channel(call: Call) -> Tested:
    """Really send a message; counters and history know nothing of it."""
    async with call.connection() as conn:
        row = await destinations.get_channel(conn, call.number("channel_id"))
    return await send_test(call, row)


async def send_test(call: Call, row: DictRow) -> Tested:
    """Send the test message to a channel, and say how it went."""
    sender = Sender(call.request.app[POOL], call.settings)
    try:
        async with asyncio.timeout(LONGEST_TEST):
            await sender.test(row["channel_type"], row["config"])
    except TimeoutError:
        return Tested(success=False, message=f"It takes longer than {LONGEST_TEST} s")
    except DeliveryFailed as error:
        return Tested(success=False, message=str(error))
    return Tested(success=True, message="Test notification sent successfully")


def as_channel(call: Call, row: DictRow) -> Channel:
    """A row as the API shows it; an address alone can be all it takes to write to a channel."""
    config = destinations.shown_config(row) if call.actor.is_admin else {}
    return Channel.model_validate({**row, "config": config})
