"""Slack, Discord and Teams: what they are sent, that no title has power there, and their limits."""

from typing import Any

import orjson
import pytest

from rustrak.alerts.channels import masked, merged, read_config, send, stored
from rustrak.alerts.channels.teams import LARGEST_CARD
from rustrak.alerts.notice import AlertType, Notice, ProjectLine, sample_notice
from rustrak.errors import DeliveryFailed, Invalid
from tests.receivers import NOON, Request, context, issue, notice, web_receiver

SLACK = "https://hooks.slack.com/services/T0/B0/secret"
DISCORD = "https://discord.com/api/webhooks/1/secret"
TEAMS = "https://prod-1.westus.logic.azure.com/workflows/secret?sig=s"
HOSTILE = "<!channel> <@U1> <https://evil|click> [x](https://evil) @everyone **b** & \u202egnp\n# h"
SLACK_ESCAPED = "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil|click&gt;"


def storm(**values: Any) -> Notice:
    """The largest notice there can be, in letters that take four bytes."""
    wide = {"short_id": "𝕊" * 300, "title": "𝕋" * 5000, "release": "&" * 500, "culprit": "𝔼" * 500}
    return notice(
        project=ProjectLine(id=1, name="𝔸" * 300, slug="ours"),
        issue=issue(**wide),
        others=[issue(number, **wide) for number in range(10, 40)],
        more=60,
        reason="𝕎" * 900,
        **values,
    )


async def _told(kind: str, config: dict[str, Any], told: Notice, answer: str = "ok") -> Request:
    """The request a service receives."""
    async with web_receiver() as receiver:
        receiver.says(200, answer)
        read = read_config(kind, config)
        origins = dict.fromkeys(
            ("https://hooks.slack.com", "https://slack.com", "https://discord.com",
             "https://prod-1.westus.logic.azure.com"),
            receiver.url,
        )  # fmt: skip
        delivered = await send(kind, read, told, context(origins=origins))
        assert delivered.http_status == 200
        return receiver.requests[0]


async def test_slack_receives_blocks() -> None:
    request = await _told("slack", {"webhook_url": SLACK, "channel": "#ops"}, notice())
    message = request.json
    assert request.path == "/services/T0/B0/secret"
    assert (message["username"], message["icon_emoji"]) == ("Rustrak", ":bug:")
    assert message["channel"] == "#ops"
    header, section, facts, actions = message["blocks"]
    assert header["text"]["text"] == ":new: New Issue in Ours"
    url = notice().issue_url
    assert section["text"]["text"] == f":x: *<{url}|OURS-3>*\nValueError: it broke"
    texts = [element["text"] for element in facts["elements"]]
    assert "*Events:* 7" in texts
    date = int(NOON.timestamp())
    assert (
        f"*Last seen:* <!date^{date}^{{date_short_pretty}} {{time}}|2026-03-01 12:00:00 UTC>"
    ) in texts
    (button,) = actions["elements"]
    assert (button["action_id"], button["url"]) == ("view_issue", url)


@pytest.mark.parametrize(
    ("kind", "emoji"),
    [("new_issue", ":new:"), ("regression", ":repeat:"), ("unmute", ":loud_sound:"),
     ("monitor_missed", ":bell:")],
)  # fmt: skip
async def test_slack_shows_what_brought_the_alert_about(kind: str, emoji: str) -> None:
    told = notice(alert_type=AlertType(kind))
    message = (await _told("slack", {"webhook_url": SLACK}, told)).json
    assert message["blocks"][0]["text"]["text"].startswith(emoji + " ")


async def test_slack_by_bot_token() -> None:
    config = {"bot_token": "xoxb-1", "channel": "C123"}
    request = await _told("slack", config, notice(), '{"channel":"C123","ok":true}')
    assert request.path == "/api/chat.postMessage"
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert request.json["channel"] == "C123"
    assert "username" not in request.json


@pytest.mark.parametrize(
    ("answer", "message", "retry"),
    [
        ('{"ok":false,"error":"channel_not_found"}', "channel_not_found", False),
        ('{"ok":false,"error":"ratelimited"}', "ratelimited", True),
        ('{"ok":"true"}', "unknown error", False),
        ("[]", "no JSON", False),
        ("<html>", "no JSON", True),
        ("", "no JSON", True),
    ],
)
async def test_slack_may_say_no_with_a_200(answer: str, message: str, retry: bool) -> None:
    config = {"bot_token": "xoxb-1", "channel": "C123"}
    with pytest.raises(DeliveryFailed, match=message) as failed:
        await _told("slack", config, notice(), answer)
    assert (failed.value.http_status, failed.value.retry) == (200, retry)


async def test_discord_receives_an_embed_that_mentions_nobody() -> None:
    request = await _told("discord", {"webhook_url": DISCORD + "?thread_id=5"}, notice())
    assert request.path == "/api/webhooks/1/secret?thread_id=5&wait=true"
    message = request.json
    assert message["allowed_mentions"] == {"parse": []}
    (embed,) = message["embeds"]
    assert embed["title"] == "New Issue in Ours"
    assert embed["description"] == "**OURS\\-3** ValueError\\: it broke"
    assert embed["color"] == 0xD64545
    assert {"name": "Events", "value": "7", "inline": True} in embed["fields"]
    assert embed["timestamp"] == "2026-03-01T12:00:00+00:00"


async def test_teams_receives_a_card() -> None:
    request = await _told("teams", {"webhook_url": TEAMS}, notice())
    assert request.path == "/workflows/secret?sig=s"
    (attachment,) = request.json["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][1]["inlines"][1]["text"] == "ValueError: it broke"
    assert card["actions"][0]["url"] == notice().issue_url


async def test_a_title_has_no_power() -> None:
    told = notice(issue=issue(title=HOSTILE, environment=HOSTILE, short_id="<!here>"))
    slack = (await _told("slack", {"webhook_url": SLACK}, told)).body.decode()
    assert SLACK_ESCAPED in slack
    assert "<!channel" not in slack
    assert "<!here" not in slack
    assert "<https://evil" not in slack
    discord = (await _told("discord", {"webhook_url": DISCORD}, told)).json["embeds"][0]
    assert "\\<!channel\\>" in discord["description"]  # an exclamation mark is no markup
    assert "\\@everyone \\*\\*b\\*\\*" in discord["description"]
    assert "\\[x\\]\\(https\\://evil\\)" in discord["description"]
    teams = (await _told("teams", {"webhook_url": TEAMS}, told)).json
    blocks = teams["attachments"][0]["content"]["body"]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}  # which reads no Markdown
    for text in (slack, discord["description"], orjson.dumps(teams).decode()):
        assert "\u202e" not in text
        assert "gnp # h" in text.replace("\\", "")


async def test_a_storm_fits_into_a_slack_message() -> None:
    told = storm(issue_url="http://localhost/" + "&" * 100)
    blocks = (await _told("slack", {"webhook_url": SLACK}, told)).json["blocks"]
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    for block in blocks:
        if block["type"] == "section":
            assert len(block["text"]["text"]) <= 3000
        if block["type"] == "context":
            assert len(block["elements"]) <= 10
    assert blocks[-2]["text"]["text"] == "and 80 more issues"


async def test_a_storm_fits_into_a_discord_embed() -> None:
    told = storm(alert_type=AlertType.DIGEST)
    embed = (await _told("discord", {"webhook_url": DISCORD}, told)).json["embeds"][0]
    assert len(embed["title"]) <= 256
    assert len(embed["description"]) <= 4096
    assert len(embed["fields"]) <= 25
    total = len(embed["title"]) + len(embed["description"]) + len(embed["footer"]["text"])
    for field in embed["fields"]:
        assert len(field["value"]) <= 1024
        total += len(field["name"]) + len(field["value"])
    assert total <= 6000
    listed = embed["description"].count("](<http")
    assert listed > 3
    assert embed["description"].endswith(f"and {90 - listed} more issues")


async def test_a_storm_fits_into_a_teams_card() -> None:
    request = await _told("teams", {"webhook_url": TEAMS}, storm())
    assert len(request.body) <= LARGEST_CARD
    assert "and 80 more issues" in request.body.decode()


@pytest.mark.parametrize("kind", ["slack", "discord", "teams"])
async def test_a_notice_without_an_issue_is_told_too(kind: str) -> None:
    url = {"slack": SLACK, "discord": DISCORD, "teams": TEAMS}[kind]
    told = notice(issue=None, reason="12 issues in 5 minutes", alert_type=AlertType.DIGEST)
    request = await _told(kind, {"webhook_url": url}, told)
    assert "12 issues in 5 minutes" in request.body.decode()
    test = await _told(kind, {"webhook_url": url}, sample_notice(NOON))
    assert "This is a test alert from Rustrak" in test.body.decode()


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("slack", "http://hooks.slack.com/services/x"),
        ("slack", "https://hooks.slack.com.evil.com/services/x"),
        ("slack", "https://hooks.slack.com./services/x"),
        ("slack", "https://hooks.slack.com@evil.com/"),
        ("slack", "https://hooks.slack.com\\@evil.com/"),
        ("slack", "https://evil.com/?https://hooks.slack.com/"),
        ("slack", "https://evil.com\\.hooks.slack.com/"),
        ("slack", "https://hooks.slack.com:8443/services/x"),
        ("slack", "https://xhooks.slack.com/services/x"),
        ("slack", "hooks.slack.com"),
        ("discord", "https://discord.com.evil.com/api/webhooks/1/x"),
        ("discord", "https://discord.com/login?redirect=/api/webhooks/"),
        ("discord", "http://discord.com/api/webhooks/1/x"),
        ("teams", "http://prod-1.westus.logic.azure.com/x"),
        ("teams", "ftp://prod-1.westus.logic.azure.com/x"),
    ],
)
def test_addresses_of_others_are_refused(kind: str, url: str) -> None:
    with pytest.raises(Invalid, match=r"^webhook_url: "):
        read_config(kind, {"webhook_url": url})


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "webhook_url is required"),
        ({"webhook_url": SLACK, "bot_token": "xoxb-1", "channel": "c"}, "one of them"),
        ({"bot_token": "xoxb-1"}, "channel is required with bot_token"),
        ({"webhook_url": SLACK, "icon_emoji": "bug"}, "icon_emoji: String should match"),
        ({"webhook_url": SLACK, "username": "a\nb"}, "username: must not contain line breaks"),
    ],
)
def test_a_wrong_slack_configuration_says_what_is_wrong(config: Any, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_config("slack", config)


@pytest.mark.parametrize(
    ("kind", "url", "shown"),
    [
        ("slack", SLACK, "https://hooks.slack.com/**********"),
        ("discord", DISCORD, "https://discord.com/**********"),
        ("teams", TEAMS, "https://prod-1.westus.logic.azure.com/**********"),
    ],
)
def test_an_address_that_is_a_secret_shows_only_its_host(kind: str, url: str, shown: str) -> None:
    config = read_config(kind, {"webhook_url": url})
    assert masked(config)["webhook_url"] == shown
    assert stored(config)["webhook_url"] == url
    assert merged(config, masked(config))["webhook_url"] == url
    assert merged(config, {"webhook_url": url + "2"})["webhook_url"] == url + "2"
    with pytest.raises(Invalid, match="webhook_url: is hidden here"):
        read_config(kind, masked(config))
