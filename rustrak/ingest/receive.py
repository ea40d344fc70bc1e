"""The life of a request up to its answer: authenticate, read, open, store.

Nothing is thought about here beyond what the answer needs; the digest thinks later.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aiohttp.web import Request

from rustrak.config import Settings
from rustrak.errors import Malformed, Throttled, Unauthenticated
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
from rustrak.protocol.encoding import inflate
from rustrak.protocol.envelope import Envelope, Item, envelope_event_id, write_envelope
from rustrak.protocol.event_id import NIL_EVENT_ID, new_event_id, parse_event_id
from rustrak.protocol.forwarded import client_address
from rustrak.protocol.jsontext import parse_json
from rustrak.protocol.limits import check_sizes


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose key has opened which project, and from where."""

    project_id: int
    client: str
    remote_addr: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An envelope's bytes as the ledger keeps them, and what reading them needs."""

    form: str
    encoding: str
    body: bytes


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
        """POST /api/{project}/store/, the legacy endpoint: one event. Also without the project."""
        form = ENVELOPE if _is_envelope(request) else STORE
        return await self._receive(request, form)

    async def receive_pixel(self, request: Request) -> Reply:
        """GET /api/{project}/store/?sentry_data=…, a page that reports through an image."""
        sender = await self.identify(request)
        # a plus that was not escaped has become a blank; JSON keeps its own
        data = request.query.get("sentry_data", "")
        data = data if data.lstrip().startswith("{") else data.replace(" ", "+")
        raw = Raw(STORE, "", data.encode("utf-8", "replace"))
        await self._store(sender, self._open(raw), raw)
        return replies.pixel(request.headers.get("Origin"))

    def submit(self, plain: PlainRequest, peer: str, settle: Settle) -> str | None:
        """The same for a plain request whose body is here, without waiting for anything.

        Returns the event's id, and calls `settle` once it is stored or has failed; returns None
        if only `receive_envelope` can tell what to make of it. Raises Problem.
        """
        who = credentials(plain.headers, {})
        if not self.keys.open_now(who.key, plain.project_id):
            return None
        self.admission.guards.check()
        raw = Raw(ENVELOPE, _encoding(plain.headers), plain.body)
        envelope = self._open(raw)
        if not envelope.items:
            return None
        _check_dsn(envelope, who, plain.project_id)
        forwarded = plain.headers.get("X-Forwarded-For", "")
        client = client_address(peer, forwarded, self.settings.trusted_proxies)
        arrival = self._accept(Sender(plain.project_id, who.client, client), envelope, raw)
        return arrival.event_id if self.admission.submit(arrival, envelope, settle) else None

    async def identify(self, request: Request) -> Sender:
        """The sender, by headers, query or path. Raises Unauthenticated and Forbidden."""
        project_id = project_in_path(request)
        path_key = request.match_info.get("sentry_key", "")
        who = credentials(request.headers, request.query, path_key=path_key)
        sender = await self.admit(request, who, project_id)
        self.admission.guards.check()
        return sender

    async def admit(self, request: Request, who: Credentials, project_id: int | None) -> Sender:
        """The sender these credentials stand for. Raises Forbidden."""
        project_id = await self.keys.project_of(who.key, project_id)
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        trusted = self.settings.trusted_proxies
        client = client_address(request.remote or "", forwarded, trusted)
        return Sender(project_id, who.client, client)

    async def read(self, request: Request, *, limit: int | None = None) -> bytes:
        """The body decoded, at most `limit` bytes. Raises as `read_body` and `inflate` do."""
        most = self.settings.max_envelope_bytes
        body = await read_body(request, limit=self.settings.max_wire_bytes)
        inflated = partial(
            inflate, body, _encoding(request.headers), limit=min(limit or most, most)
        )
        return inflated() if len(body) <= OFF_LOOP else await asyncio.to_thread(inflated)

    async def keep(self, sender: Sender, items: Sequence[Item], event_id: str | None = None) -> str:
        """Store what came by another road than an envelope as the envelope it could have come in.

        So the ledger knows one form, and a later version can read everything again. Returns the
        event's id, a new one when None is given.
        """
        event_id = event_id or new_event_id()
        envelope = Envelope({"event_id": event_id}, list(items))
        body = write_envelope(envelope.headers, envelope.items)
        await self._store(sender, envelope, Raw(ENVELOPE, "", body))
        return event_id

    async def keep_if_admitted(
        self, sender: Sender, items: Sequence[Item], event_id: str | None = None
    ) -> str:
        """The same for clients that do not know a 429 and would send again at once.

        What a quota refuses is counted as ever. Source: Sentry protocol, server policy notes.
        """
        event_id = event_id or new_event_id()
        with suppress(Throttled):
            await self.keep(sender, items, event_id)
        return event_id

    async def _receive(self, request: Request, form: str) -> Reply:
        origin = request.headers.get("Origin")
        project_id = project_in_path(request)
        who = _credentials(request)
        if who is not None:
            project_id = await self.keys.project_of(who.key, project_id)
        self.admission.guards.check()
        body = await read_body(request, limit=self.settings.max_wire_bytes)
        raw = Raw(form, _encoding(request.headers), body)
        if len(body) <= OFF_LOOP:
            envelope = self._open(raw)
        else:
            envelope = await asyncio.to_thread(self._open, raw)
        if who is None:
            who = _credentials_inside(envelope, request)
        _check_dsn(envelope, who, project_id)
        sender = await self.admit(request, who, project_id)
        if not envelope.items:
            return replies.nothing_to_store(origin, envelope_event_id(envelope))
        event_id, rate_limits = await self._store(sender, envelope, raw)
        return replies.stored(origin, event_id, rate_limits)

    async def _store(self, sender: Sender, envelope: Envelope, raw: Raw) -> tuple[str, str]:
        """The event's id once the envelope is committed, and what to announce of its quotas."""
        arrival = self._accept(sender, envelope, raw)
        return arrival.event_id, await self.admission.store(arrival, envelope)

    def _accept(self, sender: Sender, envelope: Envelope, raw: Raw) -> Arrival:
        """What every endpoint's envelope passes through, right before the journal.

        Raises TooLarge for an item beyond the limit of its type.
        """
        check_sizes(
            envelope.items,
            max_event_bytes=self.settings.max_event_bytes,
            max_item_bytes=self.settings.max_item_bytes,
        )
        event_id = _event_id(envelope) or new_event_id()
        return Arrival(
            project_id=sender.project_id,
            event_id=event_id,
            form=raw.form,
            encoding=raw.encoding,
            items=len(envelope.items),
            client=sender.client,
            remote_addr=sender.remote_addr,
            body=raw.body,
        )

    def _open(self, raw: Raw) -> Envelope:
        limit = self.settings.max_envelope_bytes
        return open_body(raw.body, raw.encoding, raw.form, limit=limit)


def project_in_path(request: Request) -> int | None:
    """The project the path names; None where it names none and the key tells."""
    text = request.match_info.get("project_id")
    if text is None:
        return None
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


def _credentials_inside(envelope: Envelope, request: Request) -> Credentials:
    """Credentials from the envelope's `dsn`, which tunnels and crash uploaders rely on."""
    agent = {"User-Agent": request.headers.get("User-Agent", "")}
    return credentials(agent, {}, envelope.headers.get("dsn"))


def _encoding(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Encoding", "").strip().lower()


def _check_dsn(envelope: Envelope, who: Credentials, project_id: int | None) -> None:
    """A DSN inside must name the same key and project as the request; a broken one is ignored."""
    text = envelope.headers.get("dsn")
    if not isinstance(text, str):
        return
    try:
        dsn = parse_dsn(text)
    except Malformed:
        return
    if (
        project_id not in (None, dsn.project_id)
        or dsn.public_key.replace("-", "").lower() != who.key
    ):
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
