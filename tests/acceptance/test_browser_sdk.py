"""The real browser SDK in a real Chromium, on a page of another origin."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web

from tests.acceptance.npm import installed
from tests.acceptance.processes import APPS
from tests.acceptance.site import Site
from tests.installation import until

pytestmark = pytest.mark.timeout(600)

BROWSER_APP = APPS / "browser"
PATIENCE = 120  # seconds for Chromium to start, run the page and end
ENOUGH = 20_000  # milliseconds of the page's own clock

CHROMIUM = [
    "--headless",
    "--no-sandbox",  # tests run as root, too
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("Chromium is not installed; on Debian: apt-get install chromium (.ci/run does)")


@pytest.fixture(scope="module")
def page(pytestconfig: pytest.Config) -> Path:
    """The page beside its bundle."""
    place = installed(pytestconfig, BROWSER_APP)
    subprocess.run(
        ["node_modules/.bin/esbuild", "page.js", "--bundle", "--outfile=bundle.js"],
        cwd=place,
        check=True,
        capture_output=True,
    )
    return place


@pytest.fixture
async def shop(site: Site, page: Path) -> AsyncIterator[str]:
    """The address of the page, on an origin of its own, whose policy reports to us."""
    report_to = f"{site.url}/api/{site.project_id}/security/?sentry_key={site.key}"

    async def serve(request: web.Request) -> web.FileResponse:
        name = {"/": "page.html", "/bundle.js": "bundle.js"}.get(request.path)
        if name is None:
            raise web.HTTPNotFound
        policy = f"img-src 'self'; report-uri {report_to}&sentry_environment=production"
        return web.FileResponse(page / name, headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/?dsn={quote(site.dsn)}"
    await runner.cleanup()


async def visit(chromium: str, address: str, profile: Path) -> str:
    """The page as it is at last, with what the SDK wrote to the console."""
    browser = await asyncio.create_subprocess_exec(
        chromium,
        *CHROMIUM,
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        f"--virtual-time-budget={ENOUGH}",
        "--dump-dom",
        address,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        shown, console = await browser.communicate()
    assert browser.returncode == 0, console.decode()
    assert "Sentry Logger [error]" not in console.decode()
    return shown.decode()


async def test_a_page_reports_all_that_goes_wrong(
    site: Site, shop: str, chromium: str, tmp_path: Path
) -> None:
    await site.start_web()
    site.start_worker()
    shown = await visit(chromium, shop, tmp_path)
    assert "<title>flushed</title>" in shown

    async def titles() -> set[str]:
        return set(await site.event_counts())

    expected = {
        "TypeError: Cannot read properties of undefined (reading 'items')",
        "RangeError: the basket never arrived",
        "checkout is slow",
        "Blocked 'image' from '127.0.0.1:9'",
    }
    await until(lambda: _holds(titles, expected), what="every error an issue")
    await site.digested()

    page = await site.get("/issues?filter=all")
    (uncaught,) = [issue for issue in page["items"] if issue["title"].startswith("TypeError")]
    events = await site.get(f"/issues/{uncaught['id']}/events")
    event = await site.get(f"/events/{events['items'][0]['event_id']}")
    assert event["release"] == "shop-web@5.0.0"
    assert (event["user"], event["tags"]["region"]) == ("id:7", "eu-west")
    assert event["data"]["exception"]["values"][0]["mechanism"]["handled"] is False

    (told,) = (await site.get("/feedback"))["items"]
    assert told["message"] == "the button <b>does nothing</b>"
    assert (told["name"], told["email"]) == ("Ada", "ada@example.com")
    (release,) = (await site.get("/releases"))["items"]
    assert release["version"] == "shop-web@5.0.0"
    assert release["sessions"] >= 1
    await site.assert_even_books()


async def _holds(titles: object, expected: set[str]) -> bool:
    assert callable(titles)
    return expected <= await titles()
