"""Health: alive without the database, ready only with it; and the API while it is away."""

from rustrak.database.pool import Connection
from tests.installation import Installation, open_installation, until
from tests.proxy import proxied
from tests.refusals import refusal


async def test_the_process_is_alive(installation: Installation) -> None:
    for path in ("/health", "/health/live"):
        async with installation.client.get(installation.base_url + path) as response:
            assert (response.status, response.content_type) == (200, "application/json")
            assert await response.json() == {"status": "ok"}


async def test_the_process_is_ready_when_the_database_answers(installation: Installation) -> None:
    async with installation.client.get(f"{installation.base_url}/health/ready") as response:
        assert (response.status, response.content_type) == (200, "application/json")
        assert await response.json() == {
            "status": "ready",
            "checks": {"database": "ok", "intake": "ok"},
        }


async def test_health_is_only_ever_read(installation: Installation) -> None:
    for path in ("/health", "/health/live", "/health/ready"):
        kind, _ = await refusal(installation, "POST", path, 405)
        assert kind == "MethodNotAllowed"


async def test_a_process_with_pending_migrations_is_not_ready(
    installation: Installation, conn: Connection
) -> None:
    await conn.execute("DELETE FROM schema_migrations WHERE name LIKE 'projection%'")
    answer = await installation.get("/health/ready", status=503)
    assert answer == {
        "status": "not_ready",
        "checks": {"database": "migrations pending", "intake": "ok"},
    }


async def test_without_its_database_a_process_is_alive_but_not_ready(database_url: str) -> None:
    async with proxied(database_url) as (proxy, url), open_installation(url) as installation:
        await proxy.cut()
        answer = await installation.get("/health/ready", status=503)
        assert answer == {"status": "not_ready", "checks": {"database": "error", "intake": "ok"}}
        assert await installation.get("/health") == {"status": "ok"}
        kind, message = await refusal(installation, "GET", "/api/projects", 503)
        assert kind == "ServiceUnavailable"
        assert message.endswith("the database is not reachable; try again soon")
        await proxy.restore()

        async def is_ready() -> bool:
            url = f"{installation.base_url}/health/ready"
            async with installation.client.get(url) as response:
                return response.status == 200

        await until(is_ready, what="being ready again")
