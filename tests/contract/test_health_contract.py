"""Reference §1.4 and the checklist's integration/health."""

from tests.contract.dashboard import Dashboard
from tests.contract.rules import one_of, record
from tests.installation import open_installation
from tests.proxy import proxied

LIVE = record({"status": one_of("ok")})
READY = record({"status": one_of("ready"), "checks": record({"database": one_of("ok")})})


async def test_live_is_200_ok_json_without_auth(stranger: Dashboard) -> None:
    await stranger.get("/health", LIVE)


async def test_ready_is_200_ready_ok_without_auth(stranger: Dashboard) -> None:
    """`checks` says more than the original's: whether intake is open."""
    await stranger.get("/health/ready", READY)


async def test_ready_without_a_database_is_503_not_ready_error(database_url: str) -> None:
    async with proxied(database_url) as (proxy, url), open_installation(url) as installation:
        await proxy.cut()
        answer = await Dashboard(installation, None).answer("GET", "/health/ready")
        await proxy.restore()
    assert answer.status == 503
    assert answer.body["status"] == "not_ready"
    assert answer.body["checks"]["database"] == "error"


async def test_post_on_each_is_a_4xx(stranger: Dashboard) -> None:
    """405 rather than the original's 404: the path is there, the method is not."""
    for path in ("/health", "/health/ready"):
        assert (await stranger.refusal("POST", path, 405))[0] == "MethodNotAllowed"
