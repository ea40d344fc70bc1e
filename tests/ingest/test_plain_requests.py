"""The reader of plain requests takes what is plain, and never judges anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.ingest.plain import LARGEST_HEAD, PlainRequest, Verdict, read_plain

BODY = b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n'
LINE = b"POST /api/1/envelope/ HTTP/1.1"
HEADERS = (
    b"Host: here",
    b"X-Sentry-Auth: Sentry sentry_key=a",
    b"Content-Length: %d" % len(BODY),
)


def request(*headers: bytes, line: bytes = LINE, body: bytes = BODY) -> bytes:
    return b"\r\n".join([line, *(headers or HEADERS), b"", body])


def test_a_plain_request_is_read_whole() -> None:
    data = request(*HEADERS, b"content-encoding:  gzip ", b"User-Agent: sdk/1") + b"POST"
    found = read_plain(data)
    assert isinstance(found, PlainRequest)
    assert (found.project_id, found.body, found.keep_alive) == (1, BODY, True)
    assert found.headers["Content-Encoding"] == "gzip"
    assert data[found.size :] == b"POST"


def test_connection_close_is_obeyed() -> None:
    found = read_plain(request(*HEADERS, b"Connection: close"))
    assert isinstance(found, PlainRequest)
    assert not found.keep_alive


@pytest.mark.parametrize("end", range(len(request()) - 1))
def test_every_beginning_of_a_plain_request_waits_for_more(end: int) -> None:
    assert read_plain(request()[:end]) is Verdict.INCOMPLETE


@pytest.mark.parametrize(
    "data",
    [
        request(line=b"GET /api/1/envelope/ HTTP/1.1"),
        request(line=b"POST /api/1/envelope/ HTTP/1.0"),
        request(line=b"POST /api/1/envelope HTTP/1.1"),
        request(line=b"POST /api/1/envelope/?sentry_key=a HTTP/1.1"),
        request(line=b"POST /api/01/envelope/ HTTP/1.1"),
        request(line=b"POST /api/1/store/ HTTP/1.1"),
        request(line=b"POST  /api/1/envelope/ HTTP/1.1"),
        request(*HEADERS[:2]),
        request(*HEADERS[1:]),
        request(HEADERS[0], HEADERS[2]),
        request(*HEADERS, HEADERS[2]),
        request(*HEADERS, b"Transfer-Encoding: chunked"),
        request(*HEADERS, b"Expect: 100-continue"),
        request(*HEADERS, b"Upgrade: h2c"),
        request(*HEADERS, b"Connection: upgrade"),
        request(*HEADERS, b" folded: line"),
        request(*HEADERS, b"Name : blank"),
        request(*HEADERS, b"no colon"),
        request(*HEADERS, b"Nul: \0"),
        request(*HEADERS, b"Latin: caf\xe9"),
        request(*HEADERS, b"Bare: carriage\rreturn"),
        request(*HEADERS, b"Bare: line\nfeed"),
        request(*HEADERS[:2], b"Content-Length: 0"),
        request(*HEADERS[:2], b"Content-Length: -1"),
        request(*HEADERS[:2], b"Content-Length: +1"),
        request(*HEADERS[:2], "Content-Length: ²".encode()),
        request(*HEADERS[:2], b"Content-Length: 65537"),
        request(*HEADERS[:2], b"Content-Length: 99999999999999999999"),
        b"\x16\x03\x01\x02",
        b"post /api/1/envelope/ HTTP/1.1",
        b"POST /" + b"x" * LARGEST_HEAD,
    ],
)
def test_whatever_is_unusual_is_left_to_the_full_parser(data: bytes) -> None:
    assert read_plain(data) is Verdict.OTHER


@given(st.binary() | st.binary().map(lambda tail: request() + tail))
def test_any_bytes_give_a_request_or_a_verdict(data: bytes) -> None:
    found = read_plain(data)
    assert isinstance(found, Verdict | PlainRequest)
    if isinstance(found, PlainRequest):
        assert data[: found.size].endswith(found.body)
