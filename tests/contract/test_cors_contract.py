"""Reference §1.12."""

import pytest

from tests.contract.dashboard import Answer, Dashboard

ORIGIN = "https://shop.example"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization, content-type",
}


def assert_shared(answer: Answer) -> None:
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    vary = answer.headers["Vary"].split(", ")
    assert "Origin" in vary
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/api/projects", "/api/projects/1/issues", "/auth/login"])
async def test_a_preflight_is_200_and_empty(stranger: Dashboard, path: str) -> None:
    answer = await stranger.answer("OPTIONS", path, headers=PREFLIGHT)
    assert (answer.status, answer.body) == (200, None)
    assert_shared(answer)
    methods = answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert methods == ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert {
        "authorization",
        "accept",
        "content-type",
        "content-encoding",
        "x-sentry-auth",
        "sentry-trace",
        "baggage",
    } <= set(allowed)
    assert answer.headers["Access-Control-Max-Age"] == "3600"


async def test_a_preflight_of_intake_is_200_with_origin_and_methods(stranger: Dashboard) -> None:
    """It allows the methods intake has, and more headers than the original."""
    headers = {**PREFLIGHT, "Access-Control-Request-Method": "POST"}
    answer = await stranger.answer("OPTIONS", "/api/1/envelope/", headers=headers)
    assert (answer.status, answer.body) == (200, None)
    assert_shared(answer)
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


async def test_a_bare_options_on_intake_is_200(stranger: Dashboard) -> None:
    assert (await stranger.answer("OPTIONS", "/api/1/envelope/")).status == 200


async def test_answers_and_errors_echo_the_origin(
    dashboard: Dashboard, stranger: Dashboard
) -> None:
    """Also where nothing is found; the original's path guard leaves them out there."""
    headers = {"Origin": ORIGIN}
    for caller, path, status in (
        (dashboard, "/api/projects", 200),
        (stranger, "/api/projects", 401),
        (dashboard, "/api/projects/4711", 404),
        (dashboard, "/api/projects?page=0", 400),
        (stranger, "/nothing", 404),
    ):
        answer = await caller.answer("GET", path, headers=headers)
        assert answer.status == status
        assert_shared(answer)
        assert "retry-after" in answer.headers["Access-Control-Expose-Headers"]


async def test_without_an_origin_nothing_is_said(dashboard: Dashboard) -> None:
    answer = await dashboard.answer("GET", "/api/projects")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_an_origin_that_is_none_is_not_echoed(stranger: Dashboard) -> None:
    answer = await stranger.answer("GET", "/api/projects", headers={"Origin": "https://é.example"})
    assert answer.status == 401
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_page_may_use_a_token_but_never_the_cookie_for_a_change(
    dashboard: Dashboard, stranger: Dashboard
) -> None:
    """The original leaves this to SameSite alone."""
    body, token = {"name": "Made"}, dashboard.installation.token
    refused = await dashboard.answer("POST", "/api/projects", body, {"Origin": ORIGIN})
    assert refused.status == 403
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {token}"}
    assert (await stranger.answer("POST", "/api/projects", body, headers)).status == 201
