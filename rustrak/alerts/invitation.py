"""The mail that takes an invitation to its address, where the operator has a mail server."""

import asyncio
from datetime import datetime
from html import escape
from typing import Final

from rustrak.alerts.mail import send_mail
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed
from rustrak.logging import Note, log

PATIENCE: Final = 10.0  # seconds the inviter waits for the mail server

_TEXT = """{inviter} invites you to Rustrak at {place}.

{url}

The link works once, until {until} UTC. Whoever has it can use it, so keep it to yourself.
"""
_PAGE = """<!doctype html>
<html><body style="font-family:sans-serif;color:#222">
<p>{inviter} invites you to Rustrak at {place}.</p>
<p><a href="{url}">{url}</a></p>
<p>The link works once, until {until} UTC. Whoever has it can use it, so keep it to yourself.</p>
</body></html>
"""


async def mail_invitation(
    settings: Settings, *, number: int, to: str, url: str, inviter: str, until: datetime
) -> bool:
    """Send the link; whether the mail server took it. False without one.

    Right away and not by a job: a job would keep the link, which is stored nowhere else.
    """
    if settings.smtp_host is None:
        return False
    words = {
        "inviter": inviter,
        "place": settings.url,
        "url": url,
        "until": until.strftime("%Y-%m-%d %H:%M"),
    }
    text = _TEXT.format(**words)
    html = _PAGE.format(**{name: escape(word) for name, word in words.items()})
    subject = f"Invitation to Rustrak at {settings.hostname}"
    try:
        async with asyncio.timeout(PATIENCE):
            await send_mail(settings, to, subject, text, html, key=f"invitation:{number}")
    except (DeliveryFailed, TimeoutError) as error:
        log.warning(Note.INVITATION_NOT_MAILED, why=str(error) or "no answer in time")
        return False
    return True
