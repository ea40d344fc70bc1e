"""The corpus: envelopes made by the real Python SDK, once, and kept on disk as templates.

Called by the processes that make bodies and by `python -m bench corpus`.
"""

import json
from base64 import b64encode
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bench.traces import TRACES, Request, Trace, build_trace

VERSION = 1
"""Raise it when an envelope changes; figures of different versions are not comparable."""

VARIANTS = 3
"""Envelopes per stack trace: other user, breadcrumbs, release and environment."""

EVENT_ID = b"0123456789abcdef0123456789abcdef"
SENT_AT = b"2000-01-01T00:00:00.000000Z"
SERIAL = b"#########"
"""Marks that stand in a template where each sent event gets its own value of the same length."""


@dataclass(frozen=True, slots=True)
class Size:
    """What decides how large an event is; tuned to 8.3 and 30.5 KB (3 and 5.5 KB gzipped)."""

    name: str
    frames: int
    breadcrumbs: int
    extra: int


SIZES = {size.name: size for size in (Size("8k", 5, 4, 1), Size("30k", 18, 33, 6))}


class _Keep(Transport):
    """A transport of the SDK that keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope.serialize())


def load_corpus(directory: Path, size: Size) -> list[list[bytes]]:
    """The templates by stack trace, most frequent first; made and kept on the first call.

    Making them takes the SDK 20 to 60 ms each, so all cores share the work.
    """
    kept = directory / f"corpus-{VERSION}-{size.name}.json"
    if not kept.exists():
        directory.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            made = list(pool.map(partial(capture_trace, size), range(TRACES), chunksize=10))
        unfinished = kept.with_suffix(".part")
        unfinished.write_text(json.dumps([[text.decode() for text in texts] for texts in made]))
        unfinished.replace(kept)
    return [[text.encode() for text in texts] for texts in json.loads(kept.read_bytes())]


def capture_trace(size: Size, number: int) -> list[bytes]:
    """The envelopes of stack trace `number`, one for each variant."""
    trace = build_trace(number, size.frames)
    return [capture_envelope(trace, size, Random(f"{number}.{v}")) for v in range(VARIANTS)]


def capture_envelope(trace: Trace, size: Size, random: Random) -> bytes:
    """Crash in `trace` and return what the SDK would send, uncompressed, with the marks set."""
    transport = _Keep()
    client = sentry_sdk.Client(
        dsn="https://0123456789abcdef@errors.example.com/1",
        transport=transport,
        server_name=f"web-{random.randint(1, 6)}",
        release=f"shop@4.{random.randint(0, 7)}.0",
        environment=random.choices(["production", "staging", "canary"], [90, 7, 3])[0],
        project_root="/srv",  # decides which frames are in the application
        default_integrations=False,
        auto_enabling_integrations=False,
        enable_backpressure_handling=False,
    )
    request = _request(trace, random)
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        _describe(scope, trace, size, request, random)
        try:
            trace.view(request, [request.user], 50)
        except Exception as error:
            here = error.__traceback__  # its first frame is this function, not the application
            scope.capture_exception(error.with_traceback(here and here.tb_next))
    (envelope,) = transport.envelopes
    return _mark(envelope)


def _request(trace: Trace, random: Random) -> Request:
    return Request(
        method=random.choice(["GET", "POST"]),
        url=f"https://shop.example.com{trace.transaction}",
        query_string=f"page={random.randint(1, 40)}&visit={random.getrandbits(64):016x}",
        headers={
            "host": "shop.example.com",
            "user-agent": f"Mozilla/5.0 (X11; Linux x86_64; rv:{random.randint(90, 140)}.0)",
            "accept-language": "en-GB,en;q=0.7",
            "x-request-id": f"{random.getrandbits(128):032x}",
            "x-client-state": b64encode(random.randbytes(720)).decode(),
        },
        session=f"{random.getrandbits(160):040x}",
        user={
            "id": random.randint(1, 50_000),
            "email": f"user{random.randint(1, 50_000)}@example.com",
            "ip_address": f"203.0.113.{random.randint(1, 254)}",
        },
    )


def _describe(
    scope: sentry_sdk.Scope, trace: Trace, size: Size, request: Request, random: Random
) -> None:
    scope.set_new_propagation_context()
    scope.set_transaction_name(trace.transaction)
    scope.set_user(request.user)
    scope.set_context("runtime", {"name": "CPython", "version": "3.13.1"})
    for name in ("tenant", "plan", "cluster"):
        scope.set_tag(name, f"{name}-{random.randint(1, 9)}")
    scope.set_tag("serial", SERIAL.decode())
    for _ in range(size.breadcrumbs):
        scope.add_breadcrumb(_breadcrumb(random))
    for number in range(size.extra):
        scope.set_extra(f"rows_{number}", [_breadcrumb(random)["data"] for _ in range(4)])
    sent = {name: getattr(request, name) for name in ("url", "method", "query_string", "headers")}
    scope.add_event_processor(lambda event, _hint: {**event, "request": sent})


def _breadcrumb(random: Random) -> dict[str, Any]:
    table = random.choice(["account", "basket", "invoice", "stock"])
    return {
        "category": random.choice(["query", "http", "cache"]),
        "message": f"SELECT * FROM {table} WHERE {table}.id = {random.randint(1, 10**6)}",
        "level": "info",
        "data": {"rows": random.randint(0, 99), "span": f"{random.getrandbits(64):016x}"},
    }


def _mark(envelope: bytes) -> bytes:
    """Put the marks where the SDK put an id or the time, in the header and in the payload."""
    header, item_header, payload = envelope.rstrip(b"\n").split(b"\n", 2)
    head, event = json.loads(header), json.loads(payload)
    marked = payload.replace(event["event_id"].encode(), EVENT_ID)
    marked = marked.replace(event["timestamp"].encode(), SENT_AT)
    header = header.replace(head["event_id"].encode(), EVENT_ID)
    header = header.replace(head["sent_at"].encode(), SENT_AT)
    assert len(marked) == len(payload)
    return b"\n".join([header, item_header, marked]) + b"\n"
