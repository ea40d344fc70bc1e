"""The real Node.js SDK against real processes: the API gives back what the SDK sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.npm import installed
from tests.acceptance.processes import APPS
from tests.acceptance.site import Sent, Site, sent_events

pytestmark = pytest.mark.timeout(600)

NODE_APP = APPS / "node"


@pytest.fixture(scope="module")
def installed_app(pytestconfig: pytest.Config) -> Path:
    return installed(pytestconfig, NODE_APP) / "app.js"


async def test_the_api_gives_back_what_the_sdk_sent(site: Site, installed_app: Path) -> None:
    await site.start_web()
    site.start_worker()
    sent = await play(site, installed_app)
    await site.digested()
    assert set(sent) == {"chain", "group", "message", "fingerprinted", "hostile"}

    for event in sent.values():
        shown = await site.get(f"/events/{event['event_id']}")
        received = {name: shown["data"][name] for name in event}
        assert received == event
        assert shown["release"] == "shop-api@5.0.0"
        assert shown["environment"] == "production"
        assert shown["platform"] == "node"
        assert (shown["sdk_name"], shown["sdk_version"]) == ("sentry.javascript.node", pinned())

    await check_chain(site, sent["chain"])
    await check_titles(site, sent)
    others: set[str] = set()
    assert await site.unsupported_categories() == others
    await site.assert_even_books()


async def play(site: Site, app: Path) -> Sent:
    """Run the app to its end; the events it sent, by scene, without what stays in the SDK."""
    target = site.processes.directory / "sent.json"
    run = site.processes.program(
        "node",
        str(app),
        str(target),
        SENTRY_DSN=site.dsn,
        SENTRY_RELEASE="shop-api@5.0.0",
        SENTRY_ENVIRONMENT="production",
    )
    assert await run.exit_code() == 0, run.output()
    assert "Sentry Logger [error]" not in run.output()
    sent = sent_events(target.read_text())
    for event in sent.values():
        del event["sdkProcessingMetadata"], event["sdk"]
    return sent


def pinned() -> str:
    """The version of the SDK in package.json."""
    package = json.loads((NODE_APP / "package.json").read_text())
    return str(package["dependencies"]["@sentry/node"])


async def check_chain(site: Site, event: dict[str, Any]) -> None:
    shown = await site.get(f"/events/{event['event_id']}")
    issue = await site.get(f"/issues/{shown['issue_id']}")
    assert issue["title"] == "CheckoutError: order 1042 not paid"
    assert issue["culprit"] == shown["culprit"] == "pay(app)"
    assert (issue["level"], issue["platform"], issue["event_count"]) == ("error", "node", 1)
    assert shown["user"] == "id:7"
    assert {"region": "eu-west", "attempt": "3"}.items() <= shown["tags"].items()

    cause, error = shown["data"]["exception"]["values"]
    assert (cause["type"], error["type"]) == ("RangeError", "CheckoutError")
    frame = cause["stacktrace"]["frames"][-1]
    assert frame["function"] == "charge"
    assert "declined" in frame["context_line"]
    crumbs = [crumb["message"] for crumb in shown["data"]["breadcrumbs"]]
    assert crumbs == ["SELECT 1", "POST /pay 🍒"]


async def check_titles(site: Site, sent: Sent) -> None:
    expected = {
        "group": ("AggregateError: two parts failed", "error"),
        "message": ("stock is low", "warning"),
        "fingerprinted": ("SyntaxError: no number", "fatal"),
    }
    for scene, (title, level) in expected.items():
        shown = await site.get(f"/events/{sent[scene]['event_id']}")
        assert (shown["title"], shown["level"]) == (title, level)
