"""The load client against small servers that acknowledge, refuse, drop and lose."""

import asyncio
import json
import os
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from aiohttp import web

from bench import target
from bench.bodies import Bodies, make_bodies
from bench.client import UNSENT, open_load, schedule
from bench.connection import NO_ANSWER
from bench.corpus import SIZES, capture_trace
from bench.dsn import Dsn
from bench.measure import Subject, measure
from bench.processes import ProcessGroups
from bench.report import table

Fate = Callable[[int], str]


@pytest.fixture(scope="module")
def corpus() -> list[list[bytes]]:
    """Three stack traces, each with its variants."""
    return [capture_trace(SIZES["8k"], number) for number in range(3)]


def bodies_of(corpus: list[list[bytes]], count: int) -> Bodies:
    return make_bodies(corpus, range(count), 1, Random(1))


def open_envelope(body: bytes) -> tuple[dict, dict, dict]:
    """Header, item header and payload of a body that is exactly one gzip member."""
    inflate = zlib.decompressobj(31)
    text = inflate.decompress(body)
    assert inflate.eof
    assert not inflate.unused_data
    header, item, payload = text.rstrip(b"\n").split(b"\n")
    assert json.loads(item)["length"] == len(payload)
    return json.loads(header), json.loads(item), json.loads(payload)


class Stub:
    """A server that decides by the serial tag what happens to an event, and can be queried."""

    def __init__(self, fate: Fate = lambda serial: "store") -> None:
        self.fate = fate
        self.received: list[str] = []
        self.stored: set[str] = set()

    async def envelope(self, request: web.Request) -> web.Response:
        header, _, payload = open_envelope(await request.read())
        self.received.append(header["event_id"])
        fate = self.fate(int(payload["tags"]["serial"]))
        if fate == "drop":
            assert request.transport
            request.transport.abort()
        elif fate == "store":
            self.stored.add(header["event_id"])
        answer = web.json_response({"id": header["event_id"]}, status=429 if fate == "429" else 200)
        if fate == "hang up":
            answer.force_close()
        return answer

    async def project(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer secret"
        return web.json_response({"stored_event_count": len(self.stored)})

    async def event(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if request.match_info["event"] in self.stored else 404)


@asynccontextmanager
async def serving(stub: Stub) -> AsyncIterator[Dsn]:
    app = web.Application()
    app.router.add_post("/api/7/envelope/", stub.envelope)
    app.router.add_get("/api/projects/7", stub.project)
    app.router.add_get("/api/projects/7/events/{event}", stub.event)
    runner = web.AppRunner(app, auto_decompress=False, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield Dsn.parse(f"http://key@127.0.0.1:{port}/7")
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(
    answer: Callable[[asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[Dsn]:
    """A bare server that reads a GET and lets `answer` write whatever it likes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Dsn.parse(f"http://key@127.0.0.1:{server.sockets[0].getsockname()[1]}/7")


def requests_of(dsn: Dsn, bodies: Bodies) -> list[bytes]:
    return [dsn.envelope_request(body) for body in bodies.bodies]


def test_every_body_is_one_gzip_member_whose_ids_match(corpus: list[list[bytes]]) -> None:
    bodies = bodies_of(corpus, 200)
    for serial, (event_id, body) in enumerate(zip(bodies.event_ids, bodies.bodies, strict=True)):
        header, item, event = open_envelope(body)
        assert header["event_id"] == event["event_id"] == event_id
        assert item["type"] == "event"
        assert int(event["tags"]["serial"]) == serial
        assert datetime.now(UTC) - datetime.fromisoformat(event["timestamp"]) < timedelta(minutes=1)
    assert len(set(bodies.event_ids)) == len(set(bodies.bodies)) == 200


def test_an_event_looks_like_a_crash_of_a_real_application(corpus: list[list[bytes]]) -> None:
    event = json.loads(corpus[0][0].split(b"\n")[2])
    values = event["exception"]["values"]
    frames = [frame for value in values for frame in value["stacktrace"]["frames"]]
    assert len(values) >= 2
    assert {frame["in_app"] for frame in frames} == {True, False}
    assert all(frame["vars"] and frame["context_line"] for frame in frames)
    assert not any("bench" in frame["abs_path"] for frame in frames)
    assert {"breadcrumbs", "request", "user", "tags", "release", "environment"} <= event.keys()


def test_stack_traces_are_distinct_and_the_same_every_time(corpus: list[list[bytes]]) -> None:
    def places(texts: list[bytes]) -> str:
        value = json.loads(texts[0].split(b"\n")[2])["exception"]["values"][0]
        return json.dumps([value["value"], *(f["function"] for f in value["stacktrace"]["frames"])])

    assert len({places(texts) for texts in corpus}) == len(corpus)
    assert places(capture_trace(SIZES["8k"], 0)) == places(corpus[0])


FATES: dict[str, Fate] = {
    "all stored": lambda serial: "store",
    "some refused": lambda serial: "429" if serial % 5 == 0 else "store",
    "some dropped": lambda serial: "drop" if serial % 7 == 0 else "store",
    "hangs up after answers": lambda serial: "hang up" if serial % 3 == 0 else "store",
    "everything": lambda serial: ["store", "429", "drop", "hang up", "store"][serial % 5],
}


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES.keys())
@pytest.mark.parametrize("connections", [1, 8])
async def test_each_event_is_accounted_for(
    corpus: list[list[bytes]], fate: Fate, connections: int
) -> None:
    bodies = bodies_of(corpus, 60)
    stub = Stub(fate)
    async with serving(stub) as dsn, open_load(dsn, connections) as load:
        ledger = await load.run(requests_of(dsn, bodies))
    expected = {"store": 200, "429": 429, "drop": NO_ANSWER, "hang up": 200}
    assert list(ledger.status) == [expected[fate(serial)] for serial in range(60)]
    assert sorted(stub.received) == sorted(bodies.event_ids), "every event is sent exactly once"
    assert sum(ledger.counts().values()) == 60
    assert load.acknowledged == len(ledger.acknowledged())
    assert all(map(float.__ge__, ledger.answered, ledger.sent))


async def test_a_load_can_be_run_again_on_its_connections(corpus: list[list[bytes]]) -> None:
    stub = Stub()
    async with serving(stub) as dsn, open_load(dsn, 4) as load:
        for _ in range(3):
            ledger = await load.run(requests_of(dsn, bodies_of(corpus, 20)))
            assert ledger.counts() == {"acknowledged": 20}
    assert len(stub.stored) == 60


ANSWERS = {
    "with a length": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
    "in single bytes": [
        bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    ],
    "chunked": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\n{}\r\n0\r\n\r\n"],
    "without a body": [b"HTTP/1.1 204 No Content\r\n\r\n"],
}


@pytest.mark.parametrize("pieces", ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_answer_is_understood_however_it_is_framed(pieces: list[bytes]) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    async with answering(answer) as dsn, open_load(dsn, 2) as load:
        ledger = await load.run([dsn.get_request("/")] * 10)
    assert ledger.counts() == {"acknowledged": 10}


async def test_an_answer_may_end_with_its_connection() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n{}")
        writer.close()

    async with answering(answer) as dsn, open_load(dsn, 2) as load:
        ledger = await load.run([dsn.get_request("/")] * 4)
    assert ledger.counts() == {"acknowledged": 4}


async def test_requests_nobody_answers_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.client.PATIENCE_SECONDS", 0.2)

    async def answer(writer: asyncio.StreamWriter) -> None:
        await writer.drain()

    async with answering(answer) as dsn, open_load(dsn, 2) as load:
        ledger = await load.run([dsn.get_request("/")] * 5)
        assert ledger.counts() == {"unknown": 2, "unsent": 3}
    assert list(ledger.status) == [NO_ANSWER, NO_ANSWER, UNSENT, UNSENT, UNSENT]


async def test_a_server_that_takes_no_connections_is_named(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setattr("bench.client.CONNECT_SECONDS", 0.1)
    with pytest.raises(ConnectionError, match=str(unused_tcp_port)):
        async with open_load(Dsn.parse(f"http://k@127.0.0.1:{unused_tcp_port}/7"), 2):
            pass


async def test_a_stall_is_charged_to_the_requests_that_wait_behind_it() -> None:
    stalled = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        await stalled.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with answering(answer) as dsn, open_load(dsn, 1) as load:
        asyncio.get_running_loop().call_later(0.1, stalled.set)
        start = time.monotonic()
        ledger = await load.run([dsn.get_request("/")] * 2, [start, start + 0.001])
    assert ledger.sent[1] >= ledger.answered[0]
    assert ledger.latencies()[1] >= ledger.answered[0] - (start + 0.001)
    assert ledger.lateness()[1] >= 0.09


async def test_lost_events_are_counted_and_named(
    corpus: list[list[bytes]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(target, "SETTLE_SECONDS", 0.2)
    bodies = bodies_of(corpus, 40)
    stub = Stub(lambda serial: "lose" if serial in (3, 30) else "store")
    async with serving(stub) as dsn:
        metrics = await measure(Subject(dsn, "secret", connections=4, verify_every=True), bodies)
    assert metrics["acknowledged"] == 40
    assert metrics["stored"] == 38
    assert metrics["lost"] == metrics["lost by id"] == 2
    named = capsys.readouterr().err
    assert bodies.event_ids[3] in named
    assert bodies.event_ids[30] in named


async def test_a_paced_run_tells_when_events_become_queryable(corpus: list[list[bytes]]) -> None:
    async with serving(Stub()) as dsn:
        subject = Subject(dsn, "secret", connections=4, groups=ProcessGroups({"stub": os.getpid()}))
        metrics = await measure(
            subject, bodies_of(corpus, 40), lambda start: schedule(start, 400, 0.1, None)
        )
    assert metrics["lost"] == metrics["surplus"] == 0
    assert metrics["crash to queryable p50 ms"]
    assert metrics["sent late p50 ms"] is not None
    assert metrics["stub RSS peak MB"]


async def test_without_a_token_only_the_acknowledgements_are_known(
    corpus: list[list[bytes]],
) -> None:
    async with serving(Stub()) as dsn:
        metrics = await measure(Subject(dsn, connections=4), bodies_of(corpus, 10))
    assert metrics["acknowledged"] == 10
    assert metrics["queryable /s"] is None
    assert "n/a" in table("drain", [metrics])
