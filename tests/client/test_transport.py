"""What the client makes of answers, good and bad ones, and of none."""

import asyncio
import subprocess
import sys
import time
from uuid import uuid4

import pytest

from rustrak import __version__
from rustrak.client import (
    ApiError,
    BadRequest,
    Client,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    RustrakError,
    ServerUnreachable,
    Unauthorized,
    UnexpectedAnswer,
)
from rustrak.client.transport import Transport
from rustrak.database.postmaster import free_port
from rustrak.errors import ConfigurationError, Invalid
from tests.client.scripted import Scripted, refusing, saying, scripted

TOKEN = "0123456789abcdef0123456789abcdef01234567"
VERSION = '{"version": "1.2.3"}'


def client_of(server: Scripted, timeout: float = 10) -> Client:
    return Client(server.url, TOKEN, timeout=timeout)


async def test_a_request_carries_the_token_and_says_who_asks() -> None:
    async with scripted(saying(VERSION)) as server, client_of(server) as rustrak:
        assert (await rustrak.operations.version()).version == "1.2.3"
    (request,) = server.asked
    assert (request.method, request.path) == ("GET", "/health/version")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["User-Agent"] == f"rustrak-client/{__version__}"


async def test_an_address_may_have_a_path() -> None:
    async with (
        scripted(saying(VERSION)) as server,
        Client(server.url + "/errors/", TOKEN) as rustrak,
    ):
        await rustrak.operations.version()
    assert server.asked[0].path == "/errors/health/version"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (413, ApiError),
        (500, ApiError),
    ],
)
async def test_a_refusal_is_an_error_of_its_kind_and_is_not_tried_again(
    status: int, kind: type[ApiError]
) -> None:
    wrong = [{"field": "name", "code": "missing", "message": "Field required"}]
    answer = refusing(status, type="Kind", message="it is so", fields=wrong)
    async with scripted(answer) as server, client_of(server) as rustrak:
        with pytest.raises(ApiError) as caught:
            await rustrak.projects.get(1)
    error = caught.value
    assert type(error) is kind
    assert isinstance(error, RustrakError)
    assert (error.status, error.type, error.message) == (status, "Kind", "it is so")
    assert [field.model_dump() for field in error.fields] == wrong
    assert str(error) == f"the server answers {status}: it is so"
    assert len(server.asked) == 1


@pytest.mark.parametrize("text", ["", "<html>", "[]", '{"error": "text"}', "[" * 100_000])
async def test_a_refusal_in_another_shape_is_still_one(text: str) -> None:
    async with scripted(saying(text, 404)) as server, client_of(server) as rustrak:
        with pytest.raises(NotFound, match="without saying why"):
            await rustrak.projects.get(1)


@pytest.mark.parametrize("status", [429, 503])
async def test_the_client_waits_as_long_as_it_is_asked_to(status: int) -> None:
    answers = refusing(status, "1"), saying(VERSION)
    async with scripted(*answers) as server, client_of(server) as rustrak:
        began = time.monotonic()
        await rustrak.operations.version()
        assert time.monotonic() - began >= 1
    assert len(server.asked) == 2


async def test_the_client_gives_up_after_three_tries() -> None:
    async with scripted(refusing(429, "0")) as server, client_of(server) as rustrak:
        with pytest.raises(RateLimited) as caught:
            await rustrak.operations.version()
    assert (caught.value.retry_after, len(server.asked)) == (0, 3)


async def test_a_wait_too_long_is_left_to_the_caller() -> None:
    async with scripted(refusing(429, "3600")) as server, client_of(server) as rustrak:
        with pytest.raises(RateLimited) as caught:
            await rustrak.operations.version()
    assert (caught.value.retry_after, len(server.asked)) == (3600, 1)


@pytest.mark.parametrize("header", ["-1", "soon", "", "²", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_retry_after_that_is_no_number_says_nothing(header: str) -> None:
    answers = refusing(429, header), saying(VERSION)
    async with scripted(*answers) as server, client_of(server) as rustrak:
        assert (await rustrak.operations.version()).version == "1.2.3"


async def test_a_post_is_not_sent_twice_where_it_may_have_worked() -> None:
    async with scripted(refusing(503, "0")) as server, client_of(server) as rustrak:
        with pytest.raises(RateLimited):
            await rustrak.projects.create("Shop")
    assert len(server.asked) == 1
    async with scripted(refusing(429, "0")) as server, client_of(server) as rustrak:
        with pytest.raises(RateLimited):
            await rustrak.projects.create("Shop")
    assert len(server.asked) == 3


@pytest.mark.parametrize(("method", "times"), [("GET", 3), ("PUT", 1), ("PATCH", 1), ("DELETE", 1)])
@pytest.mark.parametrize("is_cut", [False, True])
async def test_only_a_get_is_sent_again_where_it_may_have_worked(
    method: str, times: int, is_cut: bool
) -> None:
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await reader.readuntil(b"\r\n\r\n")
        asked += 1
        if not is_cut:
            writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        transport = Transport(f"http://127.0.0.1:{port}", "t", 5)
        await transport.open()
        with pytest.raises(ServerUnreachable if is_cut else RateLimited):
            await transport.request(method, "/api/thing")
        await transport.close()
    assert asked == times


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    async with scripted(saying(VERSION)) as elsewhere:
        away = saying("", 302, Location=elsewhere.url + "/health/version")
        async with scripted(away) as server, client_of(server) as rustrak:
            with pytest.raises(UnexpectedAnswer, match=elsewhere.url):
                await rustrak.operations.version()
    assert elsewhere.asked == []


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with Client(f"http://127.0.0.1:{free_port()}", TOKEN) as rustrak:
        with pytest.raises(ServerUnreachable, match="cannot reach"):
            await rustrak.projects.create("Shop")


async def test_a_server_that_stalls_is_waited_for_only_so_long() -> None:
    async with scripted() as server:
        server.stalls = True
        async with client_of(server, timeout=0.2) as rustrak:
            with pytest.raises(ServerUnreachable, match=r"within 0\.2 s"):
                await rustrak.operations.version()
    assert len(server.asked) == 3


@pytest.mark.parametrize("text", ["", "<html>", "[]", "{}", '{"version": 7}'])
async def test_an_answer_of_another_shape_is_said_to_be_one(text: str) -> None:
    async with scripted(saying(text)) as server, client_of(server) as rustrak:
        with pytest.raises(UnexpectedAnswer, match="of one version"):
            await rustrak.operations.version()


async def test_names_are_quoted_into_paths() -> None:
    page = '{"items": [], "total_count": 0, "page": 1, "per_page": 100, "total_pages": 0}'
    async with scripted(saying(page)) as server, client_of(server) as rustrak:
        await rustrak.releases.new_issues(1, "shop/../../../auth/me?x#y%2F é")
        for name in ("", ".", ".."):
            with pytest.raises(Invalid, match="is no name"):
                await rustrak.releases.new_issues(1, name)
    (request,) = server.asked
    assert request.rel_url.raw_path == (
        "/api/projects/1/releases/shop%2F..%2F..%2F..%2Fauth%2Fme%3Fx%23y%252F%20%C3%A9/new-issues"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://example.com",
        "http://",
        "https://example.com/?a=b",
        "https://9ec79c33ec9942ab8353589fcb2e04dc@example.com/1",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Client(url, TOKEN)


@pytest.mark.parametrize("token", ["", " ", "a b", "a\r\nX-Evil: 1", "tökén"])
def test_a_token_that_is_none_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Client("http://localhost", token)
    assert not token.strip() or token not in str(caught.value)


async def test_a_client_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Client("http://localhost", TOKEN).issues.get(1, uuid4())


def test_the_client_needs_no_database_driver() -> None:
    program = "import rustrak.client, sys; print({'psycopg', 'aiohttp.web'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")
