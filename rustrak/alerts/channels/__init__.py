"""Channels: one file for each way out, and the one place that knows them all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from rustrak.alerts.channels import apprise, discord, email, slack, teams, webhook
from rustrak.alerts.channels.config import ChannelConfig, masked, merged, stored
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import Notice
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed, Invalid

__all__ = [
    "CHANNELS",
    "Channel",
    "check_config",
    "masked",
    "merged",
    "read_config",
    "send",
    "stored",
]

Config = TypeVar("Config", bound=ChannelConfig)


@dataclass(frozen=True, slots=True)
class Channel(Generic[Config]):
    """A way out: what it has to be told once, and how a notice leaves by it."""

    config: type[Config]
    send: Callable[[Config, Notice, Context], Awaitable[Delivered]]


CHANNELS: Final[dict[str, Channel[Any]]] = {
    "webhook": Channel(webhook.WebhookConfig, webhook.send),
    "email": Channel(email.EmailConfig, email.send),
    "slack": Channel(slack.SlackConfig, slack.send),
    "discord": Channel(discord.DiscordConfig, discord.send),
    "teams": Channel(teams.TeamsConfig, teams.send),
    "apprise": Channel(apprise.AppriseConfig, apprise.send),
}


def read_config(kind: str, given: Any) -> ChannelConfig:
    """A channel's configuration, from a person or from the database.

    Raises Invalid naming the first wrong member. Whether this installation can send with it is
    another question: `config.obstacle(settings)`.
    """
    if kind not in CHANNELS:
        raise Invalid(f"channel_type must be one of {', '.join(CHANNELS)}")
    try:
        config: ChannelConfig = CHANNELS[kind].config.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part != "[key]")[:100]
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"{place}: {reason}" if place else reason) from None
    return config


def check_config(kind: str, given: Any, settings: Settings) -> ChannelConfig:
    """A configuration to be saved. Raises Invalid, also if it cannot be used here."""
    config = read_config(kind, given)
    if obstacle := config.obstacle(settings):
        raise Invalid(obstacle)
    return config


async def send(kind: str, config: ChannelConfig, notice: Notice, context: Context) -> Delivered:
    """Tell a notice through a channel. Raises DeliveryFailed."""
    if obstacle := config.obstacle(context.settings):
        raise DeliveryFailed(obstacle, retry=False)
    return await CHANNELS[kind].send(config, notice, context)
