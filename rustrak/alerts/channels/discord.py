"""Discord: an embed through a channel's webhook."""

import re
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator
from yarl import URL

from rustrak.alerts import words
from rustrak.alerts.channels.config import ChannelConfig, HiddenAddress, service_address
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import Notice
from rustrak.alerts.post import post_json

HOSTS: Final = ("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com")
MAX_TITLE: Final = 256  # characters, Discord's limits; 6000 for the whole embed
MAX_DESCRIPTION: Final = 3000  # of 4096, so that title and fields fit as well
_MARKUP = re.compile(r"[\\*_~`|<>\[\]()#:@+-]")


def _webhook(value: HiddenAddress) -> HiddenAddress:
    service_address(value, *HOSTS)
    if not URL(value.get_secret_value()).path.startswith("/api/"):
        raise ValueError("must start with https://discord.com/api/webhooks/")
    return value


class DiscordConfig(ChannelConfig):
    """`webhook_url` as Discord shows it under Integrations; it may name a thread."""

    destination: ClassVar = ("webhook_url",)

    webhook_url: Annotated[HiddenAddress, AfterValidator(_webhook)]


async def send(config: DiscordConfig, notice: Notice, context: Context) -> Delivered:
    """Post the notice as an embed that mentions nobody. Raises DeliveryFailed."""
    # wait: the answer tells whether the message was made, not whether it was queued
    url = URL(config.webhook_url.get_secret_value()).update_query(wait="true")
    message = {"embeds": [_embed(notice)], "allowed_mentions": {"parse": []}}
    answer = await post_json(context, str(url), message)
    return Delivered(answer.status)


def _embed(notice: Notice) -> dict[str, Any]:
    return {
        "title": words.one_line(words.headline(notice), MAX_TITLE),
        "url": notice.issue_url,
        "description": _description(notice),
        "color": words.colour(notice),
        "fields": [
            {"name": name, "value": escaped(value)[:1024], "inline": len(value) <= 40}
            for name, value in words.facts(notice)
        ],
        "timestamp": notice.triggered_at.isoformat(),
        "footer": {"text": words.one_line(notice.actor, 80)},
    }


def _description(notice: Notice) -> str:
    first = f"**{escaped(words.name(notice))}** {escaped(words.title(notice))}"
    lines = [f"{_link(other)} {escaped(other.title)}" for other in words.others(notice)]
    kept = words.fitting(lines, MAX_DESCRIPTION - len(first))
    return "\n".join(filter(None, [first, *kept, words.rest(notice, len(kept))]))


def _link(other: words.Other) -> str:
    text = escaped(other.short_id)
    return f"[{text}](<{other.url}>)" if other.url else text


def escaped(text: str) -> str:
    """Text in which nothing is markup, a mention or a link to Discord."""
    return _MARKUP.sub(r"\\\g<0>", text)
