"""Check-ins of jobs by a plain request, for crontabs with curl.

Source: Sentry protocol, check-ins (HTTP form).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp.web import Request

from rustrak.errors import Malformed
from rustrak.ingest import replies
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply
from rustrak.items.checkins import read_check_in_request
from rustrak.protocol.envelope import Item
from rustrak.protocol.jsontext import clean_text, dumps, parse_json
from rustrak.protocol.limits import MAX_CHECK_IN_BYTES

PARAMETERS = ("status", "check_in_id", "duration", "environment", "release")


async def receive_check_in(intake: Intake, request: Request) -> Reply:
    """GET or POST /api/{project}/cron/{slug}/ and /cron/{slug}/{key}/: one `check_in` item."""
    sender = await intake.identify(request)
    parameters = await _parameters(intake, request)
    slug = clean_text(request.match_info["monitor_slug"])
    read_check_in_request(slug, parameters, received_at=datetime.now(UTC))  # a person reads why not
    payload = dumps({**parameters, "monitor_slug": slug})
    await intake.keep_if_admitted(sender, [Item("check_in", {"type": "check_in"}, payload)])
    return replies.done(request.headers.get("Origin"), 202)


async def _parameters(intake: Intake, request: Request) -> Mapping[str, Any]:
    """The JSON object of the body where there is one, else what the query says."""
    if request.method != "POST" or request.content_type != "application/json":
        return {
            name: clean_text(request.query[name]) for name in PARAMETERS if name in request.query
        }
    document = parse_json(await intake.read(request, limit=MAX_CHECK_IN_BYTES))
    if not isinstance(document, dict):
        raise Malformed("the check-in is not a JSON object")
    return document
