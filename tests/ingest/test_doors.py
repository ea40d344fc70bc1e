"""One connection, two ways in: what a client sees does not depend on which of them answers."""

import asyncio
import gzip
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from rustrak.ingest import doors
from tests.installation import Installation, envelope


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A connection written and read by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self) -> Answer:
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:-2])
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split()[1]), headers, body)

    async def is_closed(self) -> bool:
        async with asyncio.timeout(20):
            return await self.reader.read() == b""


@asynccontextmanager
async def connected(
    installation: Installation, receive_buffer: int | None = None
) -> AsyncIterator[Client]:
    host, _, port = installation.base_url.removeprefix("http://").partition(":")
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=sock)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def event(event_id: str) -> bytes:
    return envelope({"event_id": event_id}, ({"type": "event"}, b'{"message":"here"}'))


def request(
    installation: Installation,
    body: bytes,
    *more: str,
    path: str = "envelope/",
    key: str | None = None,
) -> bytes:
    lines = [
        f"POST /api/{installation.project_id}/{path} HTTP/1.1",
        "Host: here",
        f"X-Sentry-Auth: Sentry sentry_version=7, sentry_key={key or installation.key}",
        f"Content-Length: {len(body)}",
        *more,
    ]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


async def test_both_ways_give_the_same_answers(installation: Installation) -> None:
    event_id = await installation.send({"message": "so that the key is known"})
    good = event(event_id)
    cases: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "an event": (good, ()),
        "an event of a page": (good, ("Origin: https://shop.example.com",)),
        "a compressed event": (gzip.compress(good), ("Content-Encoding: gzip",)),
        "a truncated body": (gzip.compress(good)[:-4], ("Content-Encoding: gzip",)),
        "an unknown coding": (good, ("Content-Encoding: lzma",)),
        "no items": (b'{"event_id":"%b"}' % event_id.encode(), ()),
        "no header": (b"[]", ()),
        "a broken id": (b'{"event_id":"x"}\n{"type":"event"}\n{}', ()),
        "nothing": (b"", ()),
        "another project's DSN": (
            b'{"dsn":"https://%b@h/9"}\n{"type":"event"}\n{}' % (b"a" * 32),
            (),
        ),
    }
    for name, (body, more) in cases.items():
        answers = []
        for unusual in ((), ("Trailer: none",)):
            async with connected(installation) as client:
                client.writer.write(request(installation, body, *more, *unusual))
                answers.append(await client.answer())
        fast, full = answers
        assert (fast.status, fast.body) == (full.status, full.body), name
        for shown in ("content-type", "x-sentry-error", "access-control-allow-origin", "vary"):
            assert fast.headers.get(shown) == full.headers.get(shown), (name, shown)


async def test_a_wrong_key_is_refused_alike_whichever_way_it_comes(
    installation: Installation,
) -> None:
    async with connected(installation) as client:
        for _ in range(2):  # the second goes to aiohttp, which has the connection by then
            client.writer.write(request(installation, event(uuid.uuid4().hex), key="f" * 32))
            assert (await client.answer()).status == 403


async def test_requests_may_come_in_any_pieces(installation: Installation) -> None:
    ids = [uuid.uuid4().hex for _ in range(3)]
    data = b"".join(request(installation, event(event_id)) for event_id in ids)
    async with connected(installation) as client:
        for start in range(0, len(data), 7):
            client.writer.write(data[start : start + 7])
            await client.writer.drain()
            await asyncio.sleep(0)  # lets the piece leave by itself
        answers = [await client.answer() for _ in ids]
    assert [json.loads(answer.body)["id"] for answer in answers] == ids


async def test_pipelined_requests_are_answered_in_order(installation: Installation) -> None:
    ids = [uuid.uuid4().hex for _ in range(200)]
    parts = [request(installation, event(event_id)) for event_id in ids]
    parts[50] = request(installation, b"[]")
    parts[100] = request(installation, event(ids[100]), path="store/", key="0" * 32)
    async with connected(installation) as client:
        client.writer.write(b"".join(parts))
        answers = [await client.answer() for _ in ids]
    assert [answer.status for answer in answers] == [
        400 if number == 50 else 403 if number == 100 else 200 for number in range(200)
    ]
    told = [json.loads(answer.body).get("id", ids[i]) for i, answer in enumerate(answers)]
    assert told == ids


async def test_many_bad_requests_at_once_are_each_refused(installation: Installation) -> None:
    async with connected(installation) as client:
        client.writer.write(request(installation, b"[]") * 600)
        assert {(await client.answer()).status for _ in range(600)} == {400}


async def test_the_connection_goes_on_after_another_kind_of_request(
    installation: Installation,
) -> None:
    async with connected(installation) as client:
        for data in (
            request(installation, event(uuid.uuid4().hex)),
            b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n",
            request(installation, event(uuid.uuid4().hex)),
        ):
            client.writer.write(data)
            assert (await client.answer()).status == 200


async def test_a_client_that_has_said_all_still_gets_its_answer(
    installation: Installation,
) -> None:
    await installation.send({"message": "so that the key is known"})
    async with connected(installation) as client:
        client.writer.write(request(installation, event(uuid.uuid4().hex)))
        client.writer.write_eof()
        answer = await client.answer()
        assert (answer.status, await client.is_closed()) == (200, True)


async def test_connection_close_is_obeyed(installation: Installation) -> None:
    async with connected(installation) as client:
        client.writer.write(request(installation, event(uuid.uuid4().hex), "Connection: close"))
        answer = await client.answer()
        assert answer.headers["connection"] == "close"
        assert await client.is_closed()


@pytest.mark.parametrize("beginning", ["GET /health HTTP/1.1\r\nHost", "POST /api/1/env", ""])
async def test_slow_requests_are_cut_off(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, beginning: str
) -> None:
    monkeypatch.setattr(doors, "READ_TIMEOUT", 0.2)
    monkeypatch.setattr(doors, "SWEEP", 0.05)
    data = beginning.encode() or request(installation, event(uuid.uuid4().hex))[:-5]
    async with connected(installation) as client:
        client.writer.write(data)
        answer = await client.answer()
        assert (answer.status, await client.is_closed()) == (408, True)


async def test_a_client_that_reads_no_answers_gets_no_more(installation: Installation) -> None:
    """Its requests wait in its own socket buffers, not in our memory."""
    part = request(installation, b"[]") * 100
    most = 5000  # parts: 100 MB, more than any kernel keeps for a connection (tcp_rmem, tcp_wmem)
    async with connected(installation, receive_buffer=4096) as client:
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        sent = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                while sent < most:
                    client.writer.write(part)
                    sent += 1
                    await client.writer.drain()
        assert sent < most
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert (await client.answer()).status == 400
        client.writer.transport.abort()  # what the kernel still keeps is for nobody
    assert await installation.get("/api/projects")
