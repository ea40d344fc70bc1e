"""The rules of the original's client, in the validator it uses, against real processes."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from rustrak.accounts.sessions import open_session
from rustrak.database.pool import connect
from tests.acceptance.npm import installed
from tests.acceptance.processes import APPS
from tests.acceptance.site import Site
from tests.made_events import error

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def installed_check(pytestconfig: pytest.Config) -> Path:
    return installed(pytestconfig, APPS / "contract") / "check.js"


async def test_every_answer_fits_the_schemas_of_the_client(
    site: Site, installed_check: Path, database_url: str
) -> None:
    await site.start_web()
    site.start_worker()
    bare = {"message": "nothing but a message"}
    for event in (*(error() for _ in range(21)), bare, error("KeyError", release="shop@1")):
        await site.send({**event, "event_id": uuid4().hex})
    await site.digested()
    (admin,) = await site.rows("SELECT id FROM users WHERE is_admin")
    async with await connect(database_url, application="test") as conn:
        cookie = await open_session(conn, admin["id"])
    run = site.processes.program(
        "node",
        str(installed_check),
        SERVER_URL=site.url,
        COOKIE=cookie,
        PROJECT=json.dumps(site.project_id),
    )
    assert await run.exit_code() == 0, run.output()
    assert "issues seen: 3" in run.output()
    assert "cursor=" in run.output()
