"""Whatever bytes arrive: 200 or a refusal in JSON, never a failure of ours."""

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import brotli
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from rustrak.config import Settings
from rustrak.ingest import body as body_module
from tests.installation import Installation, envelope, open_installation, until
from tests.made_events import error

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
EVENT = envelope({}, ({"type": "event"}, json.dumps(error(value="x" * 3000)).encode()))


async def status_of(installation: Installation, body: bytes, coding: str) -> int:
    response = await installation.post_envelope(body, Content_Encoding=coding)
    assert response.content_type == "application/json"
    answer = await response.json()
    expected = ({"id"}, set()) if response.status == 200 else ({"detail"},)
    assert set(answer) in expected
    return response.status


async def test_a_truncated_body_is_refused(installation: Installation) -> None:
    for coding, compress in COMPRESS.items():
        whole = compress(EVENT)
        for kept in (1, len(whole) // 2, len(whole) - 1):
            assert await status_of(installation, whole[:kept], coding) == 400, (coding, kept)


async def test_a_corrupt_body_is_refused(installation: Installation) -> None:
    for coding, compress in COMPRESS.items():
        whole = compress(EVENT)
        for body in (whole + b"x", b"\xff" * 40, b"\0" * 40, whole[::-1]):
            assert await status_of(installation, body, coding) == 400, (coding, body[:4])


async def test_a_body_compressed_otherwise_than_it_says_is_refused(
    installation: Installation,
) -> None:
    for coding in COMPRESS:
        others = [compress(EVENT) for name, compress in COMPRESS.items() if name != coding]
        for body in others:
            assert await status_of(installation, body, coding) == 400, (coding, body[:4])
    for compress in COMPRESS.values():
        assert await status_of(installation, compress(EVENT), "") == 400


async def test_an_unknown_encoding_is_refused(installation: Installation) -> None:
    for coding in ("lzw", "compress", "gzip;q=1", "*", "x" * 5000, "gzip,gzip,gzip,gzip", "é"):
        assert await status_of(installation, gzip.compress(EVENT), coding) == 415, coding


async def test_a_bomb_is_refused(database_url: str) -> None:
    zeros = b"{}" + bytes(4 * 1024 * 1024)
    async with open_installation(
        database_url, Settings(max_envelope_bytes=1024 * 1024)
    ) as installation:
        for coding, compress in COMPRESS.items():
            assert await status_of(installation, compress(zeros), coding) == 413, coding
            twice = compress(compress(zeros))
            assert await status_of(installation, twice, f"{coding}, {coding}") == 413, coding


async def test_a_crowd_of_empty_members_is_refused(installation: Installation) -> None:
    for coding in ("gzip", "zstd"):
        body = COMPRESS[coding](b"") * 50_000
        assert await status_of(installation, body[:900_000], coding) == 400


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda noise: b'{}\n{"type":"event"}\n' + noise),
        st.binary(max_size=100).map(lambda noise: b'{"event_id":' + noise + b"}\n"),
        st.binary(max_size=100).map(gzip.compress),
    ),
    coding=st.sampled_from(["", "identity", "x-gzip", "utf-8", *COMPRESS]),
    path=st.sampled_from(["envelope/", "store/"]),
)
@example(body=b'{}\n{"type":"event"}\n' + b"[" * 100_000, coding="", path="envelope/")
@example(body=b'{"event_id":' + b"9" * 5000 + b"}", coding="", path="store/")
@example(body=b'{"\\ud800":"\\u0000"}', coding="identity", path="store/")
async def test_any_bytes_are_stored_or_refused(
    installation: Installation, body: bytes, coding: str, path: str
) -> None:
    response = await installation.post_envelope(body, path=path, Content_Encoding=coding)
    answer = await response.json()
    assert response.status in (200, 400, 413)
    assert set(answer) <= ({"id"} if response.status == 200 else {"detail"})


@asynccontextmanager
async def connection_to(
    installation: Installation,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = installation.base_url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def raw(installation: Installation, head: str, body: bytes) -> bytes:
    """The status of a request written by hand; its body follows once the server waits for it."""
    async with asyncio.timeout(10), connection_to(installation) as (reader, writer):
        writer.write(
            f"POST /api/{installation.project_id}/envelope/ HTTP/1.1\r\nHost: here\r\n"
            f"X-Sentry-Auth: Sentry sentry_key={installation.key}\r\n"
            f"Connection: close\r\nExpect: 100-continue\r\n{head}\r\n\r\n".encode("latin-1")
        )
        answer = await reader.readline()
        if answer.startswith(b"HTTP/1.1 100"):
            await reader.readline()
            writer.write(body)
            answer = await reader.readline()
    return answer.split()[1]


async def test_a_broken_transfer_is_never_our_failure(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_module, "READ_TIMEOUT", 0.5)
    chunked = "Transfer-Encoding: chunked"
    length = "Content-Length: "
    refused, late = {b"400"}, {b"400", b"408"}
    cases: dict[str, tuple[str, bytes, set[bytes]]] = {
        "chunks": (chunked, b"2\r\n{}\r\n0\r\n\r\n", {b"200"}),
        "a chunk size that is none": (chunked, b"zz\r\n{}\r\n0\r\n\r\n", late),
        "a bad chunk after a good one": (chunked, b"2\r\n{}\r\nzz\r\n\r\n", late),
        "a chunk longer than it says": (chunked, b"1\r\n{}\r\n0\r\n\r\n", late),
        "chunks without an end": (chunked, b"2\r\n{}\r\n", late),
        "a body shorter than its length": (f"{length}9", b"{}", late),
        "a negative length": (f"{length}-1", b"{}", refused),
        "a length that is none": (f"{length}x", b"{}", refused),
        "two lengths": (f"{length}2\r\n{length}3", b"{}", refused),
        "a length and chunks": (f"{length}2\r\n{chunked}", b"2\r\n{}\r\n0\r\n\r\n", refused),
        "a length beyond the limit": (f"{length}999999999999", b"{}", {b"413"}),
        "a huge length": (f"{length}{'9' * 40}", b"{}", {b"400", b"413"}),
    }
    found = {name: await raw(installation, *case[:2]) for name, case in cases.items()}
    assert {name: status for name, status in found.items() if status not in cases[name][2]} == {}
    assert await status_of(installation, EVENT, "") == 200


async def test_a_client_that_goes_away_is_no_failure_of_ours(installation: Installation) -> None:
    with capture_logs() as entries:
        for path in (f"/api/{installation.project_id}/envelope/", "/api/projects"):
            async with connection_to(installation) as (_, writer):
                writer.write(
                    f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n"
                    f"X-Sentry-Auth: Sentry sentry_key={installation.key}\r\n"
                    f"Authorization: Bearer {installation.token}\r\n\r\n{{".encode()
                )
        await until(lambda: any("broke off" in str(entry) for entry in entries))
    assert not [entry for entry in entries if entry["log_level"] == "error"]


async def test_headers_of_any_bytes_are_stored_or_refused(installation: Installation) -> None:
    for name in ("User-Agent", "Content-Encoding", "Origin", "Content-Type", "X-Sentry-Auth"):
        for value in ("caf\xe9", "\xff\xfe", "x" * 4000):
            head = f"Content-Length: {len(EVENT)}\r\n{name}: {value}"
            status = await raw(installation, head, EVENT)
            assert status in (b"200", b"400", b"401", b"415"), (name, value[:9])
