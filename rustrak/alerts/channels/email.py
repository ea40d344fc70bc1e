"""E-mail: one message a recipient, as text and as HTML."""

from dataclasses import replace
from html import escape
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field, model_validator

from rustrak.alerts import words
from rustrak.alerts.channels.config import ChannelConfig, Hidden, HostName, Line
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.letters import Letter, is_address
from rustrak.alerts.mail import SUBMISSION, MailServer, deliver, operators_server
from rustrak.alerts.notice import Notice
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed

MAX_RECIPIENTS: Final = 50
_PAGE = """<!doctype html>
<html><body style="font-family:sans-serif;color:#222">
<div style="border-left:4px solid {colour};padding:0 12px">
<p style="color:#666;margin:0">{headline}</p>
<h2 style="margin:4px 0"><a href="{url}" style="color:{colour}">{name}</a> {title}</h2>
<table>{facts}</table>
{others}
<p><a href="{url}">View Issue</a></p>
</div></body></html>
"""


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError("is not an e-mail address")
    return value


Address = Annotated[str, AfterValidator(_address)]


class EmailConfig(ChannelConfig):
    """Without `smtp_host` the operator's server sends; with it, everything about it is said here.

    So the operator's password never reaches a server that somebody else named.
    """

    destination: ClassVar = ("smtp_host", "smtp_port")

    recipients: Annotated[list[Address], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    smtp_host: HostName | None = None
    smtp_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    smtp_username: Line | None = None
    smtp_password: Hidden | None = None
    from_address: Address | None = None

    @model_validator(mode="after")
    def _whole_server(self) -> "EmailConfig":
        if self.smtp_host is None:
            for name in ("smtp_port", "smtp_username", "smtp_password"):
                if getattr(self, name) is not None:
                    raise ValueError(f"{name} needs smtp_host beside it")
        return self

    def obstacle(self, settings: Settings) -> str | None:
        """No server, neither here nor in SMTP_HOST."""
        if self.smtp_host is None and settings.smtp_host is None:
            return "smtp_host is required, because this installation has no SMTP_HOST"
        return None


async def send(config: EmailConfig, notice: Notice, context: Context) -> Delivered:
    """Send a mail to every recipient. Raises DeliveryFailed."""
    subject, text, html = words.subject(notice), words.text(notice), page(notice)
    letters = [Letter(to, subject, text, html, context.key) for to in config.recipients]
    await deliver(_server(config, context.settings), letters, seconds=context.timeout)
    return Delivered()


def _server(config: EmailConfig, settings: Settings) -> MailServer:
    sender = config.from_address or settings.sender
    if config.smtp_host is not None:
        return MailServer(
            host=config.smtp_host,
            port=config.smtp_port or SUBMISSION,
            sender=sender,
            hostname=settings.hostname,
            allowed=settings.alert_allowed_networks,
            username=config.smtp_username,
            password=config.smtp_password.get_secret_value() if config.smtp_password else None,
        )
    server = operators_server(settings)
    if server is None:
        raise DeliveryFailed("no mail server is set: SMTP_HOST", retry=False)
    return replace(server, sender=sender)


def page(notice: Notice) -> str:
    """The notice as HTML; whatever it says is text."""
    listed = words.others(notice)
    return _PAGE.format(
        colour=f"#{words.colour(notice):06x}",
        url=escape(notice.issue_url),
        headline=escape(words.headline(notice)),
        name=escape(words.name(notice)),
        title=escape(words.title(notice)),
        facts="".join(_row(label, value) for label, value in words.facts(notice)),
        others="".join(map(_other, listed)) + _paragraph(words.rest(notice, len(listed))),
    )


def _row(label: str, value: str) -> str:
    return f'<tr><td style="color:#666">{escape(label)}</td><td>{escape(value)}</td></tr>'


def _other(other: words.Other) -> str:
    name = escape(other.short_id)
    link = f'<a href="{escape(other.url)}">{name}</a>' if other.url else name
    return f"<p>{link} {escape(other.title)}</p>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
