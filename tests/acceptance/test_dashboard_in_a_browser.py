"""The dashboard in a real Chromium, over a real server and worker, with what a real SDK sent."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Request, async_playwright, expect

from rustrak.accounts.passwords import hash_password
from rustrak.database.pool import connect, execute
from tests.acceptance.npm import installed
from tests.acceptance.processes import APPS
from tests.acceptance.site import Site
from tests.acceptance.test_browser_sdk import CHROMIUM, chromium

__all__ = ["chromium"]

pytestmark = pytest.mark.timeout(300)

EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
CRASH = """
import sentry_sdk, sys
sentry_sdk.init(dsn=sys.argv[1], release="shop@2", environment="production", enable_logs=True,
                traces_sample_rate=1.0, auto_session_tracking=True)
sentry_sdk.set_user({"id": "7", "email": "ada@example.com"})
sentry_sdk.set_tag("customer", sys.argv[2])
sentry_sdk.add_breadcrumb(category="cart", message="added a book")
def pay(total):
    currency = "EUR"
    raise ValueError("card declined " + sys.argv[2])
def checkout():
    try:
        pay(15)
    except ValueError as error:
        raise RuntimeError(sys.argv[3]) from error
with sentry_sdk.start_transaction(op="task", name="POST /cart"):
    try:
        checkout()
    except RuntimeError:
        sentry_sdk.capture_exception()
sentry_sdk.logger.error("payment failed " + sys.argv[2])
sentry_sdk.flush(10)
"""


@dataclass
class Window:
    """A browser's window, and what it complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        answer = await self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    async def log_in(self) -> None:
        await self.open("/login")
        await self.page.get_by_label("E-mail").fill(EMAIL)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Log in").click()
        await self.page.wait_for_url(lambda url: "/login" not in url)

    def heard(self, request: Request) -> None:
        if not request.url.startswith(self.url):
            self.elsewhere.append(request.url)


@asynccontextmanager
async def window(site: Site, chromium: str, **options: object) -> AsyncIterator[Window]:
    """A window of a browser of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM[1:])
        context: BrowserContext = await browser.new_context(**options)  # type: ignore[arg-type]
        page = await context.new_page()
        opened = Window(page, site.url)
        page.on(
            "console", lambda said: said.type == "error" and opened.complaints.append(said.text)
        )
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", lambda dialog: opened.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", opened.heard)
        yield opened
        await browser.close()
    assert opened.complaints == [], "scripts failed, or something broke the policy"
    assert opened.elsewhere == [], "a page asked another host"


async def crash(site: Site, said: str = "", title: str = "checkout failed") -> None:
    """A program with a real SDK fails."""
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", CRASH, site.dsn, said, title], check=True
    )


@pytest.fixture
async def shop(site: Site) -> Site:
    """A running site, whose administrator has a password."""
    password = await hash_password(PASSWORD)
    async with await connect(site._database_url, application="test") as conn:
        query = "UPDATE users SET password_hash = %(hash)s WHERE email = %(email)s"
        await execute(conn, query, hash=password, email=EMAIL)
    await site.start_web()
    site.start_worker()
    return site


async def test_from_nothing_to_a_resolved_issue(shop: Site, chromium: str) -> None:
    async with window(shop, chromium) as opened:
        page = opened.page
        await opened.log_in()
        await expect(page.get_by_text("Waiting for the first event")).to_be_visible()
        await crash(shop)
        await page.wait_for_url("**/issues?project=*", timeout=30_000)  # it goes there by itself
        await expect(page.get_by_role("link", name="RuntimeError: checkout failed")).to_be_visible()
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "RuntimeError: checkout failed"
        )
        await expect(page.get_by_text("caused by this")).to_be_visible()
        await page.keyboard.press("c")
        await page.keyboard.type("It is the card service.")
        await page.get_by_role("button", name="Comment").click()
        await expect(page.get_by_text("It is the card service.").first).to_be_visible()
        await page.get_by_role("link", name="All of it").click()
        await expect(page.get_by_text("What happened before")).to_be_visible()
        await expect(page.get_by_text("added a book")).to_be_visible()
        await expect(page.get_by_role("heading", name="Why it is in this issue")).to_be_visible()
        await page.go_back()
        await page.keyboard.press("e")
        await expect(page.get_by_role("status")).to_have_text("Resolved.")
        await page.get_by_role("button", name="Undo resolve").click()
        await expect(page.get_by_role("button", name="Resolve", exact=True)).to_be_visible()


async def test_what_is_new_appears_without_a_reload(shop: Site, chromium: str) -> None:
    await crash(shop)
    await shop.digested()
    async with window(shop, chromium) as opened:
        await opened.log_in()
        await opened.open("/issues?q=")
        page = opened.page
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await expect(page.get_by_text("1 chosen")).to_be_visible()
        await crash(shop, title="another")
        await expect(page.get_by_role("link", name="RuntimeError: another")).to_be_visible(
            timeout=30_000
        )
        await expect(page.get_by_text("1 chosen")).to_be_visible()
        await page.locator("#search").fill("is:unresolved release:")
        words = page.locator("#words option")
        await expect(words).to_have_count(1)
        await expect(words).to_have_attribute("value", "is:unresolved release:shop@2")


async def test_everything_works_without_scripts(shop: Site, chromium: str) -> None:
    await crash(shop)
    await shop.digested()
    async with window(shop, chromium, java_script_enabled=False) as opened:
        await opened.log_in()
        await opened.open("/issues?q=")
        page = opened.page
        await page.get_by_label("Choose SHOP-1").check()
        await page.get_by_role("button", name="Resolve").click()
        await expect(page.get_by_text("1 issue resolved.")).to_be_visible()
        await page.get_by_role("link", name="RuntimeError: checkout failed").click()
        await page.get_by_role("button", name="Reopen").click()
        await expect(page.get_by_role("button", name="Resolve", exact=True)).to_be_visible()
        await page.get_by_role("link", name="Why are these one issue?").click()
        await expect(page.get_by_role("heading", name="Why it is in this issue")).to_be_visible()


async def test_what_an_event_says_cannot_run(shop: Site, chromium: str) -> None:
    await crash(shop, HOSTILE, HOSTILE)
    await shop.digested()
    async with window(shop, chromium) as opened:
        await opened.log_in()
        for path in await paths(shop):
            await opened.open(path)
            await opened.page.wait_for_load_state("load")


@pytest.mark.parametrize(
    ("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
async def test_everybody_can_read_every_page(
    shop: Site, chromium: str, pytestconfig: pytest.Config, theme: str, width: int
) -> None:
    axe = axe_core(pytestconfig)
    await crash(shop)
    await shop.digested()
    size = {"width": width, "height": 800}
    # its rules are run in the page, which the page's own policy would not allow
    async with window(shop, chromium, viewport=size, color_scheme=theme, bypass_csp=True) as opened:
        await look_at(opened, "/login", axe)
        await opened.log_in()
        for path in await paths(shop):
            await look_at(opened, path, axe)


async def look_at(opened: Window, path: str, axe: str) -> None:
    """No serious fault, and nothing wider than the window."""
    await opened.open(path)
    await opened.page.evaluate(axe)
    found = await opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], path
    wider = await opened.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, path


def axe_core(config: pytest.Config) -> str:
    place: Path = installed(config, APPS / "axe")
    return (place / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


async def paths(site: Site) -> list[str]:
    """Every kind of page."""
    page = await site.get("/issues?filter=all")
    project = f"/projects/{site.project_id}"
    issue = f"{project}/issues/{page['items'][0]['id']}"
    logs = (await site.get("/logs"))["items"]
    return [
        *("/issues?q=", issue, f"{issue}/events/latest", "/where", "/settings", "/account"),
        *(f"{project}/{name}" for name in ("releases", "monitors", "transactions", "logs")),
        *(f"{project}/logs/{logs[0]['id']}", f"{project}/feedback", "/projects/new"),
        f"{project}/releases/shop%402",
        f"{project}/transactions/detail?name=POST%20%2Fcart",
        *(f"{project}/settings{name}" for name in ("", "/grouping", "/alerts", "/members")),
        f"{project}/settings/outcomes",
    ]
