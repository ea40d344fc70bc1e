"""Logs and traces of OpenTelemetry's exporters; JSON is read, protobuf kept until it is.

Source: Sentry protocol, OTLP.
"""

from aiohttp.web import Request

from rustrak.errors import Malformed, UnsupportedMediaType
from rustrak.ingest import replies
from rustrak.ingest.body import off_loop
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply
from rustrak.protocol.envelope import Item
from rustrak.protocol.jsontext import parse_json
from rustrak.protocol.limits import MAX_CONTAINER_BYTES

JSON = "application/json"
PROTOBUF = "application/x-protobuf"


async def receive_traces(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/integration/otlp/v1/traces/: one `otlp_traces` item."""
    return await _receive(intake, request, "otlp_traces")


async def receive_logs(intake: Intake, request: Request) -> Reply:
    """POST /api/{project}/integration/otlp/v1/logs/: one `otlp_logs` item."""
    return await _receive(intake, request, "otlp_logs")


async def _receive(intake: Intake, request: Request, kind: str) -> Reply:
    sender = await intake.identify(request)
    if request.content_type not in (JSON, PROTOBUF):
        raise UnsupportedMediaType(f"send OTLP as {JSON} or {PROTOBUF}")
    body = await intake.read(request, limit=MAX_CONTAINER_BYTES)
    origin = request.headers.get("Origin")
    if request.content_type == PROTOBUF:
        await intake.keep(sender, [Item(kind + "_protobuf", {"type": kind + "_protobuf"}, body)])
        return replies.done(origin)  # an empty message: everything was taken
    if not isinstance(await off_loop(parse_json, body), dict):
        raise Malformed("the export request is not a JSON object")
    await intake.keep(sender, [Item(kind, {"type": kind}, body)])
    return replies.nothing_to_say(origin)
