"""Channels once more, in the words of newer clients: integrations with credentials."""

from rustrak.api import alert_channels
from rustrak.api.call import Call
from rustrak.schemas.alerts import (
    Channel,
    ChannelChange,
    Integration,
    IntegrationChange,
    NewChannel,
    NewIntegration,
    Tested,
)


async def list_integrations(call: Call) -> list[Integration]:
    """The channels, as integrations."""
    return [as_integration(channel) for channel in await alert_channels.list_channels(call)]


async def create_integration(call: Call, body: NewIntegration) -> Integration:
    """A new channel."""
    wanted = NewChannel(
        name=body.name,
        channel_type=body.provider_type,
        config=body.credentials,
        is_enabled=body.is_enabled,
    )
    return as_integration(await alert_channels.create_channel(call, wanted))


async def get_integration(call: Call) -> Integration:
    """One channel, as an integration."""
    return as_integration(await alert_channels.get_channel(call))


async def change_integration(call: Call, body: IntegrationChange) -> Integration:
    """Change a channel."""
    wanted = ChannelChange(name=body.name, config=body.credentials, is_enabled=body.is_enabled)
    return as_integration(await alert_channels.change_channel(call, wanted))


async def delete_integration(call: Call) -> None:
    """Delete a channel."""
    await alert_channels.delete_channel(call)


async def test_integration(call: Call) -> Tested:
    """Really send a message."""
    return await alert_channels.test_channel(call)


def as_integration(channel: Channel) -> Integration:
    """The same under other names."""
    known = channel.model_dump()
    return Integration(
        provider_type=known.pop("channel_type"), credentials=known.pop("config"), **known
    )
