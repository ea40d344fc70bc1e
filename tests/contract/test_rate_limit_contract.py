"""Reference §2.7 and the checklist's integration/rate_limit.

The original keeps a stamp until when a project is blocked; ours are quotas, set over the API.
"""

from aiohttp import ClientResponse

from tests.installation import Installation, envelope
from tests.settings import set_installation, set_settings

EVENT = envelope({}, ({"type": "event"}, b'{"message": "hello"}'))
NOTHING = [{"categories": ["error"], "window": "hour", "limit": 0}]
ONE = [{"categories": ["error"], "window": "hour", "limit": 1}]


async def post(installation: Installation, project: int = 0, **headers: str) -> ClientResponse:
    return await installation.post_envelope(EVENT, project=project, **headers)


async def test_a_blocked_project_is_429_with_a_numeric_retry_after(
    installation: Installation,
) -> None:
    await set_settings(installation, quotas=NOTHING)
    response = await post(installation)
    assert response.status == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert "error" in response.headers["X-Sentry-Rate-Limits"]


async def test_a_blocked_installation_is_429(installation: Installation) -> None:
    await set_installation(installation, quotas=NOTHING)
    for project in (0, 1):
        assert (await post(installation, project)).status == 429


async def test_the_body_says_why(installation: Installation) -> None:
    """`{"error": "rate_limit_exceeded", "retry_after"}` in the original; SDKs read headers, and
    sentry-cli reads `detail`."""
    await set_settings(installation, quotas=NOTHING)
    body = await (await post(installation)).json()
    assert "quota" in body["detail"]


async def test_429_echoes_the_origin(installation: Installation) -> None:
    await set_settings(installation, quotas=NOTHING)
    response = await post(installation, Origin="https://shop.example")
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "retry-after" in response.headers["Access-Control-Expose-Headers"]


async def test_without_a_quota_all_is_allowed(installation: Installation) -> None:
    """The original has limits nobody set."""
    assert {(await post(installation)).status for _ in range(20)} == {200}


async def test_only_the_blocked_project_is_blocked(installation: Installation) -> None:
    await set_settings(installation, quotas=NOTHING)
    assert (await post(installation, 1)).status == 200


async def test_a_limit_of_n_lets_n_through(installation: Installation) -> None:
    """N - 1 in the original."""
    await set_settings(installation, quotas=ONE)
    assert [(await post(installation)).status for _ in range(3)] == [200, 429, 429]


async def test_what_was_answered_200_is_kept_when_the_quota_trips(
    installation: Installation,
) -> None:
    """The original checks again at digest and deletes what it had accepted."""
    assert (await post(installation)).status == 200
    await set_settings(installation, quotas=NOTHING)
    await installation.digest()
    assert len(await installation.issues()) == 1
