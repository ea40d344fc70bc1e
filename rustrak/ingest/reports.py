"""What browsers report on their own: CSP, the Reporting API, Network Error Logging.

Source: Sentry protocol, security reports.
"""

from typing import Any

from aiohttp.web import Request

from rustrak.errors import Malformed, TooLarge, UnsupportedMediaType
from rustrak.events.security import MAX_USER_AGENT, read_reports
from rustrak.ingest import replies
from rustrak.ingest.body import off_loop
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply
from rustrak.items.values import read_environment, read_release
from rustrak.protocol.envelope import MAX_ITEMS, Item
from rustrak.protocol.jsontext import clean_text, dumps, parse_json

MEDIA_TYPES = frozenset(
    {
        "application/json",
        "application/csp-report",
        "application/expect-ct-report",
        "application/expect-ct-report+json",
        "application/expect-staple-report",
        "application/reports+json",
    }
)


async def receive_security(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/security/, /csp-report/ and /nel/: one `security` item a report."""
    sender = await intake.identify(request)
    if request.content_type not in MEDIA_TYPES:
        raise UnsupportedMediaType("send the report as application/csp-report or another JSON type")
    body = await intake.read(request, limit=intake.settings.max_event_bytes)
    headers = {
        "type": "security",
        "sentry_release": read_release(request.query.get("sentry_release")),
        "sentry_environment": read_environment(request.query.get("sentry_environment")),
        "user_agent": clean_text(request.headers.get("User-Agent", "")[:MAX_USER_AGENT]),
    }
    payloads = await off_loop(_payloads, body)
    await intake.keep(sender, [Item("security", headers, payload) for payload in payloads])
    return replies.done(request.headers.get("Origin"))


def _payloads(body: bytes) -> list[bytes]:
    """One report each: the body as it came, or the objects of its list.

    Raises Malformed when there is no report among them, TooLarge for more than an envelope holds.
    """
    reports: Any = parse_json(body)
    if not isinstance(reports, list):
        read_reports(body)
        return [body]
    payloads = [dumps(report) for report in reports if isinstance(report, dict)]
    if len(payloads) > MAX_ITEMS:
        raise TooLarge(f"the body has {len(payloads)} reports; the limit is {MAX_ITEMS}")
    if not any(_is_report(payload) for payload in payloads):
        raise Malformed("the body is a list without a security report")
    return payloads


def _is_report(payload: bytes) -> bool:
    try:
        read_reports(payload)
    except Malformed:
        return False
    return True
