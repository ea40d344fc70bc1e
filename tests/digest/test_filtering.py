"""Filters at the digest: what a project does not want is counted, and everybody else's is kept."""

from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.replay import Selection, replay_items
from tests.digest.test_digest import error
from tests.installation import Installation
from tests.settings import set_settings

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
OLD = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"


def browsed(agent: Any) -> dict[str, Any]:
    return {"request": {"url": "https://shop.example", "headers": {"User-Agent": agent}}}


EXTENSION = {
    "exception": {
        "values": [
            {
                "type": "TypeError",
                "value": "no",
                "stacktrace": {"frames": [{"abs_path": "chrome-extension://abc/inject.js"}]},
            }
        ]
    }
}


@pytest.mark.parametrize(
    ("filters", "event", "reason"),
    [
        ({"web_crawlers": True}, error(**browsed(BOT)), "web-crawlers"),
        ({"web_crawlers": True}, error(**browsed([BOT])), "web-crawlers"),
        ({"legacy_browsers": True}, error(**browsed(OLD)), "legacy-browsers"),
        (
            {"legacy_browsers": True},
            error(request={"headers": [["User-Agent", OLD], None]}),
            "legacy-browsers",
        ),
        (
            {"localhost": True},
            error(request={"url": "http://localhost:3000/pay"}),
            "localhost",
        ),
        ({"browser_extensions": True}, EXTENSION, "browser-extensions"),
        ({"browser_extensions": True}, EXTENSION | {"extra": {"nul": "\0"}}, "browser-extensions"),
        ({"messages": ["ValueError: n*"]}, error(), "error-message"),
        ({"releases": ["shop@1.*"]}, error(release="shop@1.7"), "release-version"),
        ({"addresses": ["127.0.0.0/8"]}, error(), "ip-address"),
    ],
)
async def test_an_unwanted_event_is_counted_by_the_reason_and_not_applied(
    installation: Installation,
    conn: Connection,
    filters: dict[str, Any],
    event: dict[str, Any],
    reason: str,
) -> None:
    await set_settings(installation, filters=filters)
    for project in (0, 1):
        await installation.send(event, project=project)
    await installation.send({"message": "wanted", "release": "shop@2"}, project=1)
    await installation.digest()
    assert await installation.issues() == []
    assert len(await installation.issues(1)) == 2
    for project, filtered in ((0, 1), (1, 0)):
        books = (await installation.books())[installation.projects[project]["id"]]
        assert (books.filtered, books.is_even) == (filtered, True)
    rows = await fetch_all(conn, "SELECT outcome, reason FROM item_outcomes")
    assert rows == [{"outcome": "filtered", "reason": reason}]


async def test_filters_of_today_apply_to_what_came_in_before(installation: Installation) -> None:
    await installation.send(error())
    await set_settings(installation, filters={"messages": ["ValueError*"]})
    await installation.digest()
    assert await installation.issues() == []


async def test_a_filter_that_is_taken_back_lets_its_events_in_by_a_replay(
    installation: Installation, conn: Connection
) -> None:
    event = error(user={"ip_address": "{{auto}}"})
    await set_settings(installation, filters={"addresses": ["127.0.0.0/8"]})
    event_id = await installation.send(event)
    await installation.digest()
    await set_settings(installation, filters={"addresses": []})
    async for happened in replay_items(conn, Selection(("filtered",))):
        assert happened["applied"] == 1
    assert (await shown(installation, event_id))["user"] == "ip:127.0.0.1"
    assert (await installation.books())[installation.project_id].is_even


async def test_settings_that_cannot_be_read_count_as_not_set(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, filters={"messages": ["ValueError*"]})
    await conn.execute("""UPDATE project_settings SET filters = '{"of": "a newer version"}'""")
    await installation.send(error())
    await installation.digest()
    assert len(await installation.issues()) == 1


async def shown(installation: Installation, event_id: str) -> Any:
    return await installation.get(f"/api/projects/{installation.project_id}/events/{event_id}")


@pytest.mark.parametrize(
    ("attributes", "user"),
    [
        ({"user": {"ip_address": "{{auto}}"}}, "ip:127.0.0.1"),
        ({"user": {"ip_address": "192.0.2.7"}}, "ip:192.0.2.7"),
        ({"platform": "javascript"}, "ip:127.0.0.1"),
        ({"platform": "javascript", "sentry.interfaces.User": {}}, "ip:127.0.0.1"),
        ({"platform": "javascript", "sdk": {"settings": {"infer_ip": "never"}}}, ""),
        ({"platform": "javascript", "user": {"id": 7}}, "id:7"),
        ({"platform": "javascript", "user": "nobody"}, ""),
        ({"platform": "python"}, ""),
    ],
)
async def test_a_user_has_the_address_the_protocol_says(
    installation: Installation, attributes: dict[str, Any], user: str
) -> None:
    event_id = await installation.send({"message": "hello", **attributes})
    await installation.digest()
    event = await shown(installation, event_id)
    assert event["user"] == user
    if user.startswith("ip:"):
        assert event["data"]["user"]["ip_address"] == user.removeprefix("ip:")
