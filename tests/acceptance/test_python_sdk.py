"""The real Python SDK against real processes: the API gives back what the SDK sent."""

from typing import Any

import pytest
import sentry_sdk

from tests.acceptance.site import Sent, Site, sent_events

pytestmark = pytest.mark.timeout(400)


async def play(site: Site, release: str = "shop@2.4.1", environment: str = "production") -> Sent:
    """Run the app to its end; the events it sent, by scene."""
    target = site.processes.directory / f"{release}.json"
    app = site.processes.app(
        "python_app.py",
        str(target),
        SENTRY_DSN=site.dsn,
        SENTRY_RELEASE=release,
        SENTRY_ENVIRONMENT=environment,
    )
    assert await app.exit_code() == 0, app.output()
    assert "[sentry] ERROR" not in app.output()
    assert "[sentry] WARNING" not in app.output()
    return sent_events(target.read_text())


async def test_the_api_gives_back_what_the_sdk_sent(site: Site) -> None:
    await site.start_web()
    site.start_worker()
    sent = await play(site)
    await site.digested()
    assert set(sent) == {"chain", "group", "message", "logged", "fingerprinted", "hostile"}

    for event in sent.values():
        shown = await site.get(f"/events/{event['event_id']}")
        assert shown["data"] == event
        assert shown["release"] == "shop@2.4.1"
        assert shown["environment"] == "production"
        assert shown["platform"] == "python"
        assert shown["sdk_name"].startswith("sentry.python")
        assert shown["sdk_version"] == sentry_sdk.VERSION

    await check_chain(site, sent["chain"])
    await check_group(site, sent["group"])
    await check_titles(site, sent)
    await check_other_items(site)


async def check_chain(site: Site, event: dict[str, Any]) -> None:
    shown = await site.get(f"/events/{event['event_id']}")
    issue = await site.get(f"/issues/{shown['issue_id']}")
    assert issue["title"] == "CheckoutError: order 1042 with 3 items not paid"
    assert issue["culprit"] == shown["culprit"] == "__main__ in pay"
    assert (issue["level"], issue["platform"], issue["event_count"]) == ("error", "python", 1)
    assert shown["user"] == "id:7"
    assert {"region": "eu-west", "attempt": "3"}.items() <= shown["tags"].items()

    data = shown["data"]
    cause, error = data["exception"]["values"]
    assert (cause["type"], error["type"]) == ("ValueError", "CheckoutError")
    frame = cause["stacktrace"]["frames"][-1]
    assert (frame["function"], frame["vars"]["order"]) == ("charge", "1042")
    assert frame["vars"]["password"] == "[Filtered]"
    assert "bärlauch" in str(error["stacktrace"]["frames"][-1]["vars"]["basket"])
    crumbs = data["breadcrumbs"]["values"]
    assert [crumb["message"] for crumb in crumbs] == ["SELECT 1", "POST /pay"]
    assert data["user"]["email"] == "ada@example.com"
    assert data["extra"]["cart"]["nested"] == {"deep": [1, 2.5, None, True]}
    assert data["contexts"]["payment"]["retries"] == 2


async def check_group(site: Site, event: dict[str, Any]) -> None:
    shown = await site.get(f"/events/{event['event_id']}")
    assert shown["title"].startswith("ExceptionGroup: two parts failed")
    types = {error["type"] for error in shown["data"]["exception"]["values"]}
    assert types == {"ExceptionGroup", "KeyError", "OSError"}


async def check_titles(site: Site, sent: Sent) -> None:
    expected = {
        "message": ("stock of %s is low", "warning"),
        "logged": ("cannot reach %s in %d tries", "error"),
        "fingerprinted": (
            "ValueError: invalid literal for int() with base 10: 'no number'",
            "fatal",
        ),
    }
    for scene, (title, level) in expected.items():
        shown = await site.get(f"/events/{sent[scene]['event_id']}")
        assert (shown["title"], shown["level"]) == (title, level)
    nightly = await site.get(f"/events/{sent['fingerprinted']['event_id']}")
    assert nightly["culprit"] == "nightly import"


async def check_other_items(site: Site) -> None:
    """Nothing is refused, and what has no reader yet is kept and counted."""
    others: set[str] = set()
    assert await site.unsupported_categories() == others
    await site.assert_even_books()


async def test_releases_and_environments_share_issues_and_keep_their_names(site: Site) -> None:
    await site.start_web()
    site.start_worker()
    runs = [
        await play(site, release, environment)
        for release, environment in [("shop@1.0", "staging"), ("shop@1.1", "täst-eu")]
    ]
    await site.digested()
    assert set((await site.event_counts()).values()) == {2}
    shown = [await site.get(f"/events/{sent['chain']['event_id']}") for sent in runs]
    assert len({event["issue_id"] for event in shown}) == 1
    assert [event["release"] for event in shown] == ["shop@1.0", "shop@1.1"]
    assert [event["environment"] for event in shown] == ["staging", "täst-eu"]
