"""What users write: the legacy API for programs, and the dialog on a page that has failed.

Both end as `user_report` items under the id of the event they are about.
Source: Sentry protocol, user feedback.
"""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from aiohttp.web import Request

from rustrak.errors import Forbidden, Invalid, Malformed, NotFound, Unauthenticated
from rustrak.ingest import replies
from rustrak.ingest.receive import Intake, Sender
from rustrak.ingest.replies import Reply
from rustrak.ingest.scripts import DIALOG
from rustrak.items.feedback import read_error_page_form, read_user_report
from rustrak.protocol.auth import credentials
from rustrak.protocol.dsn import parse_dsn
from rustrak.protocol.envelope import Item
from rustrak.protocol.event_id import parse_event_id
from rustrak.protocol.jsontext import clean_text, dumps, parse_json

MAX_BYTES = 64 * 1024  # of a report: 4,096 characters of comments, escaped, and two short fields
MAX_FIELDS = 20  # of the dialog's form, which has three


async def receive_user_report(intake: Intake, request: Request) -> Reply:
    """POST /api/0/projects/{org}/{project}/user-feedback/ with `Authorization: DSN …`.

    The DSN says which project it is; the names in the path are not looked at.
    """
    sender = await _sender_by_dsn_header(intake, request)
    body = await intake.read(request, limit=MAX_BYTES)
    document = parse_json(body)
    report = read_user_report(document, {}, received_at=datetime.now(UTC))
    if report.event_id is None:
        raise Invalid("event_id must be the UUID of an event")
    await intake.keep(sender, [_item(body)], report.event_id)
    return replies.done(request.headers.get("Origin"))


async def show_dialog(intake: Intake, request: Request) -> Reply:
    """GET /api/embed/error-page/?dsn&eventId: the script that draws the dialog.

    It is the same for everybody and reads its own address, so nothing of that ends up in code.
    """
    await _sender_of_dialog(intake, request)
    return replies.script(request.headers.get("Origin"), DIALOG.source(), "no-cache")


async def receive_dialog(intake: Intake, request: Request) -> Reply:
    """POST /api/embed/error-page/?dsn&eventId: what was typed, as a form."""
    sender, event_id = await _sender_of_dialog(intake, request)
    body = await intake.read(request, limit=MAX_BYTES)
    fields = _fields(body)
    report = read_error_page_form(event_id, fields, received_at=datetime.now(UTC))
    payload = {
        "event_id": event_id,
        "name": report.name,
        "email": report.email,
        "comments": report.message,
    }
    await intake.keep(sender, [_item(dumps(payload))], event_id)
    return replies.nothing_to_say(request.headers.get("Origin"))


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Malformed(f"the form has more than {MAX_FIELDS} fields") from None
    return {name: clean_text(value) for name, value in pairs}


def _item(payload: bytes) -> Item:
    return Item("user_report", {"type": "user_report"}, payload)


async def _sender_by_dsn_header(intake: Intake, request: Request) -> Sender:
    scheme, _, dsn = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "dsn":
        raise Unauthenticated("send the DSN of the project: Authorization: DSN https://…")
    return await _sender_of_dsn(intake, request, dsn)


async def _sender_of_dialog(intake: Intake, request: Request) -> tuple[Sender, str]:
    """The sender and the event the dialog is about. Raises NotFound for a DSN that opens nothing,
    Malformed for the event's id."""
    try:
        sender = await _sender_of_dsn(intake, request, request.query.get("dsn", ""))
    except (Forbidden, Unauthenticated):
        raise NotFound("dsn: no such project or key; check the DSN") from None
    try:
        event_id = parse_event_id(request.query.get("eventId"))
    except Malformed:
        raise Malformed("eventId: not a UUID: send 32 hexadecimal digits") from None
    return sender, event_id


async def _sender_of_dsn(intake: Intake, request: Request, dsn: str) -> Sender:
    agent = {"User-Agent": request.headers.get("User-Agent", "")}
    who = credentials(agent, {}, dsn)  # raises for what is no DSN
    return await intake.admit(request, who, parse_dsn(dsn).project_id)
