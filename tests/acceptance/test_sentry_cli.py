"""The real sentry-cli: its events and envelopes arrive."""

import json
from pathlib import Path

import pytest

from tests.acceptance.npm import installed
from tests.acceptance.processes import APPS
from tests.acceptance.site import Site
from tests.installation import envelope

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def sentry_cli(pytestconfig: pytest.Config) -> Path:
    """The program itself, which npm keeps in a package for each platform."""
    place = installed(pytestconfig, APPS / "cli")
    found = sorted(place.glob("node_modules/@sentry/cli-*/bin/sentry-cli"))
    if not found:
        pytest.skip("sentry-cli has no build for this platform")
    return found[0]


async def run(site: Site, program: Path, *words: str) -> None:
    done = site.processes.program(
        str(program), *words, SENTRY_DSN=site.dsn, SENTRY_LOG_LEVEL="info"
    )
    assert await done.exit_code() == 0, done.output()


async def test_events_and_envelopes_arrive(site: Site, sentry_cli: Path, tmp_path: Path) -> None:
    await site.start_web()
    site.start_worker()
    await run(
        site, sentry_cli, "send-event", "--no-environ", "-m", "backup of %s failed", "-a", "disk 7",
        "-l", "warning", "-r", "backup@2.1", "-E", "production", "-t", "host:db-1",
    )  # fmt: skip
    event = {"message": "from a file", "level": "info", "platform": "other"}
    path = tmp_path / "one.envelope"
    path.write_bytes(
        envelope(
            {"event_id": "9ec79c33ec9942ab8353589fcb2e04dc"},
            ({"type": "event"}, json.dumps(event).encode()),
        )
    )
    await run(site, sentry_cli, "send-envelope", str(path))
    await site.digested()

    counts = await site.event_counts()
    assert counts == {"backup of %s failed": 1, "from a file": 1}
    shown = await site.get("/events/9ec79c33ec9942ab8353589fcb2e04dc")
    assert (shown["title"], shown["level"]) == ("from a file", "info")
    (row,) = await site.rows("SELECT tags FROM events WHERE release = 'backup@2.1'")
    assert row["tags"]["host"] == "db-1"
    await site.assert_even_books()
