"""CORS: any web page may report its errors and read the answer, whatever the answer is."""

from typing import Any

from rustrak.config import Settings
from tests.installation import Installation, envelope, open_installation
from tests.proxy import proxied

EXPOSED = "x-sentry-error, x-sentry-rate-limits, retry-after"
ORIGIN = "https://shop.example"
BODY = envelope({}, ({"type": "event"}, b"{}"))


async def test_a_preflight_is_answered_without_credentials(installation: Installation) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    for path in ("envelope/", "envelope", "store/", "store"):
        for given in (headers, {}):
            url = f"{installation.base_url}/api/4711/{path}"
            async with installation.client.options(url, headers=given) as response:
                assert response.status == 200
                assert await response.read() == b""
                answer = response.headers
                assert answer["Access-Control-Allow-Origin"] == given.get("Origin", "*")
                assert "POST" in answer["Access-Control-Allow-Methods"]
                assert answer["Access-Control-Max-Age"] == "3600"
                allowed = answer["Access-Control-Allow-Headers"].split(", ")
                assert {"x-sentry-auth", "content-type", "content-encoding"} <= set(allowed)
                assert {"sentry-trace", "baggage", "authorization"} <= set(allowed)
                assert "Access-Control-Allow-Credentials" not in answer


async def test_every_answer_may_be_read_by_the_page(installation: Installation) -> None:
    nobody = {"X_Sentry_Auth": "Sentry sentry_key=" + "0" * 32}
    cases: list[tuple[bytes, dict[str, Any], int]] = [
        (BODY, {}, 200),
        (b"{}", {}, 200),
        (b"", {}, 400),
        (b"\xff", {}, 400),
        (b"x", {"Content_Encoding": "gzip"}, 400),
        (b"x", {"Content_Encoding": "lzw"}, 415),
        (b"{}\n" + b'{"type":"x"}\n1\n' * 1001, {}, 413),
        (BODY, {"X_Sentry_Auth": "x"}, 401),
        (BODY, nobody, 403),
    ]
    for path in ("envelope/", "store/"):
        for body, headers, expected in cases:
            given = {**headers, "Content_Type": "application/x-sentry-envelope"}
            for origin in (ORIGIN, "null", None):
                more: dict[str, Any] = {} if origin is None else {"Origin": origin}
                response = await installation.post_envelope(body, path=path, **given, **more)
                assert response.status == expected
                answer = response.headers
                assert answer["Access-Control-Allow-Origin"] == (origin or "*")
                assert answer.get("Vary") == ("Origin" if origin else None)
                assert answer["Access-Control-Expose-Headers"] == EXPOSED


async def test_a_refusal_is_said_in_the_body_and_in_one_line_of_header(
    installation: Installation,
) -> None:
    response = await installation.post_envelope(b'{"event_id":"caf\xc3\xa9\\n"}\n')
    answer: dict[str, Any] = await response.json()
    assert response.status == 400
    assert response.headers["X-Sentry-Error"] == answer["detail"]
    accepted = await installation.post_envelope(BODY)
    assert "X-Sentry-Error" not in accepted.headers


async def test_without_a_database_a_client_is_told_when_to_try_again(database_url: str) -> None:
    settings = Settings(hold_seconds=0)
    async with (
        proxied(database_url) as (proxy, url),
        open_installation(url, settings) as installation,
    ):
        assert (await installation.post_envelope(BODY)).status == 200
        await proxy.cut()
        response = await installation.post_envelope(BODY, Origin=ORIGIN)
        answer = await response.json()
        assert response.status == 503
        assert response.headers["Retry-After"] == "10"
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert response.headers["X-Sentry-Error"] == answer["detail"]
        await proxy.restore()
