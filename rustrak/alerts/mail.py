"""Mail, one message a recipient, through the operator's server or one that a channel names.

The operator's server is trusted; any other passes the guard. Certificates are always checked.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Literal

from rustrak.alerts.delivery import TIMEOUT
from rustrak.alerts.guard import CONNECT_TIMEOUT, EVERYWHERE, Guard, Network, connect
from rustrak.alerts.letters import Letter, compose
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed

if TYPE_CHECKING:
    from aiosmtplib import SMTP

SUBMISSION: Final = 587
IMPLICIT_TLS: Final = 465
LEAVING: Final = 2.0  # seconds

Security = Literal["tls", "starttls", "plain"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom; without `security`, what fits the port.

    `hostname` is ours, for greetings and Message-IDs; `allowed` networks need not be public.
    """

    host: str
    port: int
    sender: str
    hostname: str
    allowed: tuple[Network, ...]
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Security | None = None


def operators_server(settings: Settings) -> MailServer | None:
    """The server of SMTP_HOST, if there is one."""
    if settings.smtp_host is None:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.sender,
        hostname=settings.hostname,
        allowed=EVERYWHERE,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        security=settings.smtp_security,
    )


async def send_mail(
    settings: Settings, to: str, subject: str, text: str, html: str, *, key: str
) -> None:
    """Send one mail through the operator's server. Raises DeliveryFailed, also if there is none.

    `key` is the same for every attempt; it makes the Message-ID.
    """
    server = operators_server(settings)
    if server is None:
        raise DeliveryFailed("no mail server is set: SMTP_HOST", retry=False)
    await deliver(server, [Letter(to, subject, text, html, key)])


async def deliver(
    server: MailServer, letters: Iterable[Letter], *, seconds: float = TIMEOUT
) -> None:
    """Hand in letters over one connection. Raises DeliveryFailed.

    A refused recipient does not keep the others from getting theirs. A further attempt sends to all
    again, with the same Message-IDs. `seconds`: to be let in, and again for each letter.
    """
    guard = Guard(server.allowed)
    refusals: list[DeliveryFailed] = []
    try:
        smtp = await _open(server, guard, seconds)
        try:
            for letter in letters:
                async with asyncio.timeout(seconds):
                    refusals += await _hand_in(smtp, server, letter)
            await _take_leave(smtp)
        finally:
            smtp.close()
    except TimeoutError:
        raise DeliveryFailed(f"{server.host} did not answer in time", retry=True) from None
    except Exception as error:
        raise _failure(server, guard, error) from None
    if refusals:
        retry = any(refusal.retry for refusal in refusals)
        raise DeliveryFailed("; ".join(map(str, refusals))[:1000], retry=retry)


async def _open(server: MailServer, guard: Guard, seconds: float) -> "SMTP":
    """A conversation in which we are logged in, as safe as the server must offer."""
    from aiosmtplib import SMTP

    async with asyncio.timeout(min(CONNECT_TIMEOUT, seconds)):
        sock = await connect(guard, server.host, server.port)
    security = server.security or fitting_security(server.port, sock.getpeername()[0])
    smtp = SMTP(
        hostname=server.host,  # the name the certificate must have
        sock=sock,
        username=server.username,
        password=server.password,
        local_hostname=server.hostname,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        timeout=seconds,
    )
    try:
        async with asyncio.timeout(seconds):
            await smtp.connect()
    except BaseException:
        sock.close()
        raise
    return smtp


def fitting_security(port: int, address: str) -> Security:
    """How to speak to a server, by its port and the address it was reached at."""
    if port == IMPLICIT_TLS:
        return "tls"
    return "plain" if ip_address(address).is_loopback else "starttls"


async def _hand_in(smtp: "SMTP", server: MailServer, letter: Letter) -> list[DeliveryFailed]:
    """Send one letter; what the server says against this one only."""
    from aiosmtplib import SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException

    message = compose(letter, sender=server.sender, hostname=server.hostname)
    try:
        await smtp.send_message(message, sender=server.sender, recipients=[letter.to])
    except SMTPRecipientsRefused as error:
        first = error.recipients[0]
        return [_refusal(letter.to, first.code, first.message)]
    except SMTPResponseException as error:
        return [_refusal(letter.to, error.code, error.message)]
    except SMTPNotSupported as error:  # an address beyond ASCII
        return [DeliveryFailed(f"{letter.to}: {error.message}", retry=False)]
    return []


async def _take_leave(smtp: "SMTP") -> None:
    """Say QUIT; the letters are delivered, whatever comes of it."""
    from aiosmtplib import SMTPException

    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=LEAVING)


def _refusal(who: str, code: int, said: str) -> DeliveryFailed:
    """4xx is for now, 5xx for ever (RFC 5321, 4.2.1)."""
    return DeliveryFailed(f"{who}: {code} {' '.join(said.split())[:200]}", retry=code < 500)


def _failure(server: MailServer, guard: Guard, error: Exception) -> DeliveryFailed:
    from aiosmtplib import SMTPConnectError, SMTPException, SMTPResponseException

    if isinstance(error, SMTPResponseException):
        return _refusal(server.host, error.code, error.message)
    if isinstance(error, OSError | UnicodeError | SMTPConnectError):
        return guard.failure(server.host, error)
    if isinstance(error, SMTPException):  # no STARTTLS, no way to log in
        return DeliveryFailed(f"{server.host}: {error}", retry=False)
    raise error
