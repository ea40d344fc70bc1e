"""Slack: Block Kit messages, by incoming webhook or by bot token."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

import orjson
from pydantic import AfterValidator, Field, model_validator

from rustrak.alerts import words
from rustrak.alerts.channels.config import (
    ChannelConfig,
    Hidden,
    HiddenAddress,
    Line,
    service_address,
)
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import AlertType, Notice
from rustrak.alerts.post import Answer, post_json
from rustrak.errors import DeliveryFailed

POST_MESSAGE: Final = "https://slack.com/api/chat.postMessage"
LARGEST_ANSWER: Final = 128 * 1024  # bytes; it repeats the message, and `ok` may come last
MAX_HEADER: Final = 150  # characters, Slack's limits
MAX_SECTION: Final = 3000
_MEND_THEMSELVES = (
    "fatal_error",
    "internal_error",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
)
_LEVELS = {
    "fatal": ":rotating_light:",
    "error": ":x:",
    "warning": ":warning:",
    "info": ":information_source:",
    "debug": ":mag:",
}
_KINDS = {
    AlertType.NEW_ISSUE: ":new:",
    AlertType.REGRESSION: ":repeat:",
    AlertType.UNMUTE: ":loud_sound:",
}


class SlackConfig(ChannelConfig):
    """Either `webhook_url`, or `bot_token` and the `channel` it posts to.

    `username` and `icon_emoji` are for webhooks; a bot has its own.
    """

    destination: ClassVar = ("webhook_url",)

    webhook_url: Annotated[
        HiddenAddress | None,
        AfterValidator(lambda value: value and service_address(value, "hooks.slack.com")),
    ] = None
    bot_token: Hidden | None = None
    channel: Line | None = None
    username: Annotated[Line, Field(max_length=80)] = "Rustrak"
    icon_emoji: Annotated[Line, Field(pattern=r"^:[a-z0-9_+'-]{1,100}:$")] = ":bug:"

    @model_validator(mode="after")
    def _one_way(self) -> "SlackConfig":
        if (self.webhook_url is None) == (self.bot_token is None):
            raise ValueError("webhook_url is required, or else bot_token (one of them)")
        if self.bot_token is not None and self.channel is None:
            raise ValueError("channel is required with bot_token")
        return self


async def send(config: SlackConfig, notice: Notice, context: Context) -> Delivered:
    """Post the notice as a message. Raises DeliveryFailed."""
    message = _message(notice)
    if config.channel is not None:
        message["channel"] = config.channel
    if config.webhook_url is not None:
        message |= {"username": config.username, "icon_emoji": config.icon_emoji}
        answer = await post_json(context, config.webhook_url.get_secret_value(), message)
        return Delivered(answer.status)
    assert config.bot_token is not None
    headers = {"Authorization": f"Bearer {config.bot_token.get_secret_value()}"}
    answer = await post_json(context, POST_MESSAGE, message, headers, limit=LARGEST_ANSWER)
    _check(answer)
    return Delivered(answer.status)


def _check(answer: Answer) -> None:
    """Slack says 200 to everything; whether it worked is in `ok`."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        said = None
    if isinstance(said, dict) and said.get("ok") is True:
        return
    reason = str(said.get("error", "unknown error")) if isinstance(said, dict) else "no JSON"
    raise DeliveryFailed(
        f"Slack refused the message: {words.one_line(reason, 100)}",
        retry=reason in _MEND_THEMSELVES or said is None,
        http_status=answer.status,
    )


def _message(notice: Notice) -> dict[str, Any]:
    blocks = [_header(notice), _section(notice), *_context(notice)]
    listed = words.others(notice)
    for other in listed:
        blocks.append(_text_block(f"{_link(other.url, other.short_id)} {escaped(other.title)}"))
    if rest := words.rest(notice, len(listed)):
        blocks.append(_text_block(rest))
    blocks.append(_button(notice))
    fallback = f"{words.headline(notice)}: {words.title(notice)}"
    return {"text": escaped(fallback), "blocks": blocks, "unfurl_links": False}


def _header(notice: Notice) -> dict[str, Any]:
    emoji = _KINDS.get(notice.alert_type, ":bell:")
    text = words.one_line(f"{emoji} {words.headline(notice)}", MAX_HEADER)
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": True}}


def _section(notice: Notice) -> dict[str, Any]:
    emoji = _LEVELS.get(words.level(notice), ":grey_question:")
    link = _link(notice.issue_url, words.name(notice))
    return _text_block(f"{emoji} *{link}*\n{escaped(words.title(notice))}")


def _context(notice: Notice) -> list[dict[str, Any]]:
    dates = {}
    if notice.issue is not None:
        dates["First seen"] = _date(notice.issue.first_seen)
        dates["Last seen"] = _date(notice.issue.last_seen)
    elements = [
        f"*{label}:* {dates.get(label) or escaped(value)}" for label, value in words.facts(notice)
    ]
    if not elements:
        return []
    return [{"type": "context", "elements": [_mrkdwn(element) for element in elements[:10]]}]


def _button(notice: Notice) -> dict[str, Any]:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "View Issue"},
        "url": notice.issue_url,
        "action_id": "view_issue",
    }
    return {"type": "actions", "elements": [button]}


def _text_block(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    # verbatim: no names, channels or addresses are made into links
    assert len(text) <= MAX_SECTION
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _link(url: str, text: str) -> str:
    return f"<{escaped(url).replace('|', '%7C')}|{escaped(text)}>" if url else escaped(text)


def _date(moment: datetime) -> str:
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{words.when(moment)}>"


def escaped(text: str) -> str:
    """Text in which nothing is a link, a mention or a command to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
