"""Letters: from words to an e-mail message. Headers take no line breaks, from anyone."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rustrak.alerts.words import MAX_SUBJECT, one_line
from rustrak.protocol.jsontext import clean_text

if TYPE_CHECKING:
    from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient; the same `key` makes the same Message-ID."""

    to: str
    subject: str
    text: str
    html: str
    key: str


def compose(letter: Letter, *, sender: str, hostname: str) -> "EmailMessage":
    """The message, the plain text first. Raises ValueError for what is no address."""
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Rustrak", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = one_line(letter.subject, MAX_SUBJECT)
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{_digest(letter)}@{hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday notes are not for us
    message.set_content(clean_text(letter.text))
    message.add_alternative(clean_text(letter.html), subtype="html")
    return message


def is_address(text: str) -> bool:
    """Whether mail could be sent to a text: one address without a name or a comment."""
    from email.errors import HeaderParseError
    from email.headerregistry import Address

    if len(text) > 254 or text != one_line(text, 254) or any(c in text for c in ' "(),:;<>[]\\'):
        return False
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return bool(address.username and address.domain)


def _digest(letter: Letter) -> str:
    return hashlib.sha256(f"{letter.key}\0{letter.to}".encode()).hexdigest()[:32]
