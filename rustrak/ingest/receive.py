"""The life of a request up to its answer: authenticate, read, open, store.

Nothing is thought about here beyond what the answer needs; the digest thinks later.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import Request

from rustrak.config import Settings
from rustrak.errors import Malformed, TooLarge, Unauthenticated
from rustrak.ingest import replies
from rustrak.ingest.admission import Admission
from rustrak.ingest.body import OFF_LOOP, read_body
from rustrak.ingest.journal import Settle
from rustrak.ingest.keys import Keys
from rustrak.ingest.plain import PlainRequest
from rustrak.ingest.replies import Reply
from rustrak.ledger.envelopes import ENVELOPE, STORE, Arrival, open_body
from rustrak.protocol.auth import Credentials, credentials
from rustrak.protocol.dsn import parse_dsn
from rustrak.protocol.envelope import Envelope, envelope_event_id
from rustrak.protocol.event_id import NIL_EVENT_ID, new_event_id, parse_event_id
from rustrak.protocol.jsontext import clean_text, parse_json

LONGEST_CLIENT = 200  # characters of sentry_client or User-Agent worth keeping


@dataclass(frozen=True, slots=True)
class Intake:
    """What receiving needs, built once."""

    settings: Settings
    keys: Keys
    admission: Admission

    async def receive_envelope(self, request: Request) -> Reply:
        """POST /api/{project}/envelope/"""
        return await self._receive(request, ENVELOPE)

    async def receive_store(self, request: Request) -> Reply:
        """POST /api/{project}/store/, the legacy endpoint: one event."""
        form = ENVELOPE if _is_envelope(request) else STORE
        return await self._receive(request, form)

    def submit(self, plain: PlainRequest, remote_addr: str, settle: Settle) -> str | None:
        """The same for a plain request whose body is here, without waiting for anything.

        Returns the event's id, and calls `settle` once it is stored or has failed; returns None
        if only `receive_envelope` can tell what to make of it. Raises Problem.
        """
        who = credentials(plain.headers, {})
        if not self.keys.open_now(who.key, plain.project_id):
            return None
        self.admission.guards.check()
        encoding = _encoding(plain.headers)
        envelope = self._open(plain.body, encoding, ENVELOPE)
        if not envelope.items:
            return None
        _check_dsn(envelope, who, plain.project_id)
        arrival = Arrival(
            project_id=plain.project_id,
            event_id=_event_id(envelope) or new_event_id(),
            form=ENVELOPE,
            encoding=encoding,
            items=len(envelope.items),
            client=who.client,
            remote_addr=remote_addr,
            body=plain.body,
        )
        return arrival.event_id if self.admission.submit(arrival, envelope, settle) else None

    async def _receive(self, request: Request, form: str) -> Reply:
        origin = request.headers.get("Origin")
        project_id = _project_id(request)
        who = _credentials(request)
        if who is not None:
            await self.keys.project_of(who.key, project_id)
        self.admission.guards.check()
        body = await read_body(request, limit=self.settings.max_wire_bytes)
        encoding = _encoding(request.headers)
        if len(body) <= OFF_LOOP:
            envelope = self._open(body, encoding, form)
        else:
            envelope = await asyncio.to_thread(self._open, body, encoding, form)
        if who is None:
            who = _credentials_inside(envelope, project_id)
            await self.keys.project_of(who.key, project_id)
        else:
            _check_dsn(envelope, who, project_id)
        event_id = _event_id(envelope)
        if not envelope.items:
            return replies.nothing_to_store(origin, event_id)
        arrival = Arrival(
            project_id=project_id,
            event_id=event_id or new_event_id(),
            form=form,
            encoding=encoding,
            items=len(envelope.items),
            client=who.client or _user_agent(request),
            remote_addr=request.remote or "",
            body=body,
        )
        rate_limits = await self.admission.store(arrival, envelope)
        return replies.stored(origin, arrival.event_id, rate_limits)

    def _open(self, body: bytes, encoding: str, form: str) -> Envelope:
        """Raises what opening raises, and TooLarge for an event beyond its own limit."""
        envelope = open_body(body, encoding, form, limit=self.settings.max_envelope_bytes)
        limit = self.settings.max_event_bytes
        for item in envelope.items:
            if item.type == "event" and len(item.payload) > limit:
                raise TooLarge(f"the event has {len(item.payload)} bytes; the limit is {limit}")
        return envelope


def _project_id(request: Request) -> int:
    text = request.match_info["project_id"]
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Malformed("the project in the path must be a number; check the DSN")
    return int(text)


def _credentials(request: Request) -> Credentials | None:
    """Credentials of the request itself; None if it carries none and the envelope may."""
    if request.headers.get("X-Sentry-Auth"):  # nearly always; the query costs time to parse
        return credentials(request.headers, {})
    try:
        return credentials(request.headers, request.query)
    except Unauthenticated:
        if "sentry_key" in request.query:
            raise
        return None


def _credentials_inside(envelope: Envelope, project_id: int) -> Credentials:
    """Credentials from the envelope's `dsn`, which tunnels and crash uploaders rely on."""
    dsn = envelope.headers.get("dsn")
    who = credentials({}, {}, dsn if isinstance(dsn, str) else None)
    _check_dsn(envelope, who, project_id)
    return who


def _encoding(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Encoding", "").strip().lower()


def _user_agent(request: Request) -> str:
    """What PostgreSQL can store of it: a header may hold any bytes."""
    return clean_text(request.headers.get("User-Agent", "")[:LONGEST_CLIENT])


def _check_dsn(envelope: Envelope, who: Credentials, project_id: int) -> None:
    """A DSN inside must name the same key and project as the request; a broken one is ignored."""
    text = envelope.headers.get("dsn")
    if not isinstance(text, str):
        return
    try:
        dsn = parse_dsn(text)
    except Malformed:
        return
    if dsn.project_id != project_id or dsn.public_key.replace("-", "").lower() != who.key:
        raise Malformed("the DSN in the envelope is not that of the request")


def _event_id(envelope: Envelope) -> str | None:
    """The envelope's id; where the header has none, the id inside its event."""
    found = envelope_event_id(envelope)
    if found is not None:
        return found
    for item in envelope.items:
        if item.type == "event":
            document = parse_json(item.payload)
            if not isinstance(document, dict):
                raise Malformed("the event is not a JSON object")
            found = parse_event_id(document["event_id"]) if document.get("event_id") else None
            return None if found == NIL_EVENT_ID else found
    return None


def _is_envelope(request: Request) -> bool:
    return request.headers.get("Content-Type", "").startswith("application/x-sentry-envelope")
