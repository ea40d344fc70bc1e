"""Reference §1.0 and §1.2: one shape for every error, where the original has five."""

import pytest

from rustrak.database.pool import Connection
from tests.contract.dashboard import Dashboard
from tests.contract.rules import REFUSAL
from tests.installation import open_installation
from tests.proxy import proxied


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "prefix"),
    [
        ("GET", "/api/projects/7", 404, "NotFound", "Resource not found: "),
        ("GET", "/api/projects?page=0", 400, "ValidationError", "Validation error: "),
        ("POST", "/api/projects", 400, "ValidationError", "Validation error: "),
    ],
)
async def test_type_status_and_prefix(
    dashboard: Dashboard, method: str, path: str, status: int, kind: str, prefix: str
) -> None:
    found, message = await dashboard.refusal(method, path, status)
    assert found == kind
    assert message.startswith(prefix)


@pytest.mark.parametrize("body", [7, [], "x", {"name": 7}, {"name": None}, {}])
async def test_a_body_of_another_shape_is_400(dashboard: Dashboard, body: object) -> None:
    """As JSON that names the field; the original answers text/plain."""
    assert (await dashboard.refusal("POST", "/api/projects", 400, body))[0] == "ValidationError"


async def test_a_body_beyond_2_mebibytes_is_413(dashboard: Dashboard) -> None:
    """As JSON; the original answers text/plain."""
    body = {"name": "x" * 2 * 1024 * 1024}
    assert (await dashboard.refusal("POST", "/api/projects", 413, body))[0] == "PayloadTooLarge"


async def test_a_content_type_does_not_matter(dashboard: Dashboard) -> None:
    """400 in the original; what is JSON is read as JSON here."""
    headers = {"Content-Type": "text/plain"}
    answer = await dashboard.answer("POST", "/api/projects", {"name": "Shop"}, headers)
    assert answer.status == 201


@pytest.mark.parametrize("number", ["x", "-1", "2147483648", "1.0", "%00"])
async def test_an_id_that_does_not_parse_is_404(dashboard: Dashboard, number: str) -> None:
    """As JSON; the original answers text/plain."""
    assert (await dashboard.refusal("GET", f"/api/projects/{number}", 404))[0] == "NotFound"


async def test_an_unknown_path_is_404_and_a_wrong_method_405(stranger: Dashboard) -> None:
    """The original: 401 with a flat body outside /auth, /api and /health, and 404 without a body
    for both inside."""
    for path in ("/nothing", "/favicon.ico", "/api/nothing", "/auth/nothing"):
        assert (await stranger.refusal("GET", path, 404))[0] == "NotFound"
    for method, path in (("PUT", "/api/projects"), ("GET", "/auth/login")):
        assert (await stranger.refusal(method, path, 405))[0] == "MethodNotAllowed"


async def test_a_failing_database_is_503_and_tells_nothing_of_it(
    database_url: str, conn: Connection
) -> None:
    """500 with the driver's text in the original."""
    async with proxied(database_url) as (proxy, url), open_installation(url) as installation:
        await proxy.cut()
        headers = {"Authorization": f"Bearer {installation.token}"}
        answer = await Dashboard(installation, None).answer("GET", "/api/projects", headers=headers)
        await proxy.restore()
    REFUSAL(answer.body, "503")
    assert (answer.status, answer.body["error"]["type"]) == (503, "ServiceUnavailable")
    assert answer.headers["Retry-After"].isdigit()
    assert "127.0.0.1" not in answer.body["error"]["message"]
