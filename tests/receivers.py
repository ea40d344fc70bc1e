"""Those who are told: a web server and a mail server on loopback, that keep what they receive."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import orjson
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from rustrak.alerts.delivery import Context
from rustrak.alerts.notice import AlertType, IssueLine, Notice, ProjectLine
from rustrak.config import Settings

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LOOPBACK = "127.0.0.0/8"


def allowing(*networks: str, **settings: Any) -> Settings:
    """Settings of an installation that may send alerts to these networks."""
    return Settings(alert_allowed_networks=",".join(networks), **settings)  # type: ignore[arg-type]


def context(settings: Settings | None = None, **values: Any) -> Context:
    """One delivery, of an installation that may send to this machine."""
    return Context(settings or allowing(LOOPBACK), **{"key": "ours-1", **values})


def issue(number: int = 3, **values: Any) -> IssueLine:
    """An issue to tell of."""
    known: dict[str, Any] = {
        "id": UUID(int=number),
        "short_id": f"OURS-{number}",
        "title": "ValueError: it broke",
        "level": "error",
        "first_seen": NOON - timedelta(hours=1),
        "last_seen": NOON,
        "event_count": 7,
        "environment": "production",
        "release": "shop@1.2",
        "culprit": "shop.cart in add",
        "url": f"http://localhost:8000/projects/1/issues/{UUID(int=number)}",
    }
    return IssueLine(**{**known, **values})


def notice(**values: Any) -> Notice:
    """A new issue in our project."""
    known: dict[str, Any] = {
        "alert_id": "1-abc-1772366400000",
        "alert_type": AlertType.NEW_ISSUE,
        "triggered_at": NOON,
        "project": ProjectLine(id=1, name="Ours", slug="ours"),
        "issue": issue(),
        "issue_url": f"http://localhost:8000/projects/1/issues/{UUID(int=3)}",
        "reason": "this issue is new",
    }
    return Notice(**{**known, **values})


@dataclass
class Request:
    """What a web server was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class WebReceiver:
    """Answers everything with `reply`, or with 200 and "ok"."""

    url: str = ""
    reply: Reply | None = None
    requests: list[Request] = field(default_factory=list)

    def says(self, status: int, text: str = "", **headers: str) -> None:
        """Answer with this from now on; header names with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(_request: web.Request) -> web.Response:
            return web.Response(status=status, text=text, headers=given)

        self.reply = reply

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Keep the request, then answer."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.requests.append(Request(request.method, request.path_qs, headers, body))
        return web.Response(text="ok") if self.reply is None else await self.reply(request)


@asynccontextmanager
async def web_receiver(
    host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[WebReceiver]:
    """A web server on a free port."""
    receiver = WebReceiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@dataclass
class MailReceiver:
    """Keeps mail; says what `answers` holds for a recipient instead of taking it."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    accounts: dict[bytes, bytes] = field(default_factory=dict)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient or not."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        if self.silent:
            await asyncio.Event().wait()
        content = envelope.content
        assert isinstance(content, bytes)
        assert len(envelope.rcpt_tos) == 1
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.rcpt_tos[0], message))
        self.encrypted.append(session.ssl is not None)
        self.sessions.append(session)
        return "250 Message accepted for delivery"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any
    ) -> AuthResult:
        """Look the account up."""
        known = self.accounts.get(data.login) == data.password
        return AuthResult(success=known, handled=False)


@asynccontextmanager
async def mail_receiver(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False
) -> AsyncIterator[MailReceiver]:
    """A mail server on a free port; with `tls` it offers STARTTLS, or nothing but TLS."""
    receiver = MailReceiver()

    def protocol() -> SMTP:
        return SMTP(
            receiver,
            hostname="mail.test",
            tls_context=None if implicit else tls,
            authenticator=receiver.authenticate,
            auth_require_tls=tls is not None and not implicit,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
