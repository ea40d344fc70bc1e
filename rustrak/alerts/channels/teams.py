"""Microsoft Teams: an Adaptive Card through a workflow that "posts when a webhook is received"."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator
from yarl import URL

from rustrak.alerts import words
from rustrak.alerts.channels.config import ChannelConfig, HiddenAddress
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import Notice
from rustrak.alerts.post import post_json

LARGEST_CARD: Final = 28 * 1024  # bytes, the limit of Teams; bounded texts stay below it
_COLOURS = {"fatal": "attention", "error": "attention", "warning": "warning", "info": "accent"}


def _https(value: HiddenAddress) -> HiddenAddress:
    if URL(value.get_secret_value()).scheme != "https":
        raise ValueError("must start with https://")
    return value


class TeamsConfig(ChannelConfig):
    """`webhook_url` as the workflow shows it; its host depends on the region and the tenant."""

    destination: ClassVar = ("webhook_url",)

    webhook_url: Annotated[HiddenAddress, AfterValidator(_https)]


async def send(config: TeamsConfig, notice: Notice, context: Context) -> Delivered:
    """Post the notice as a card. Raises DeliveryFailed."""
    message = {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": _card(notice),
            }
        ],
    }
    answer = await post_json(context, config.webhook_url.get_secret_value(), message)
    return Delivered(answer.status)


def _card(notice: Notice) -> dict[str, Any]:
    colour = _COLOURS.get(words.level(notice), "default")
    listed = words.others(notice)
    lines = [
        _line(_run(words.headline(notice), size="large", weight="bolder", color=colour)),
        _line(_run(f"{words.name(notice)}  ", weight="bolder"), _run(words.title(notice))),
        *(
            _line(_run(f"{name}: ", isSubtle=True), _run(value))
            for name, value in words.facts(notice)
        ),
        *(
            _line(_run(f"{other.short_id}  ", **_opens(other.url)), _run(other.title))
            for other in listed
        ),
    ]
    if rest := words.rest(notice, len(listed)):
        lines.append(_line(_run(rest, isSubtle=True)))
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
        "actions": [{"type": "Action.OpenUrl", "title": "View Issue", "url": notice.issue_url}],
        "msteams": {"width": "Full"},
    }


def _line(*runs: dict[str, Any]) -> dict[str, Any]:
    # not a TextBlock or a FactSet: those read Markdown, a run of rich text never does
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _opens(url: str) -> dict[str, Any]:
    return {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
