"""What is counted of an issue and of a project."""

from typing import Any

import pytest

from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal


@pytest.fixture
async def path(installation: Installation) -> str:
    """The path of an issue with three events, below the API."""
    await digested(
        installation,
        error(environment="prod", release="1.0", user={"id": "1"}, tags={"os": "linux"}),
        error(environment="prod", release="1.1", user={"id": "2"}, tags={"os": "mac"}),
        error(environment="test", release="1.1", user={"id": "2"}, tags={"os": "mac"}),
    )
    (issue,) = await installation.issues()
    return f"/api/projects/1/issues/{issue['id']}"


def counts(tag: dict[str, Any]) -> dict[str, int]:
    return {value["value"]: value["event_count"] for value in tag["values"]}


async def test_tags_with_their_values(installation: Installation, path: str) -> None:
    tags = {tag["key"]: tag for tag in await installation.get(path + "/tags")}
    assert counts(tags["os"]) == {"mac": 2, "linux": 1}
    assert counts(tags["release"]) == {"1.1": 2, "1.0": 1}
    assert counts(tags["environment"]) == {"prod": 2, "test": 1}
    assert (tags["os"]["value_count"], tags["os"]["event_count"]) == (2, 3)
    part = {tag["key"]: tag for tag in await installation.get(path + "/tags?environment=test")}
    assert counts(part["os"]) == {"mac": 1}


async def test_one_tag_a_page_at_a_time(installation: Installation, path: str) -> None:
    first = await installation.get(path + "/tags/os?limit=1")
    assert (counts(first), first["value_count"]) == ({"mac": 2}, 2)
    second = await installation.get(path + "/tags/os?limit=1&offset=1")
    assert counts(second) == {"linux": 1}
    for beyond in ("/tags/os?offset=2", "/tags/nothing"):
        assert (await refusal(installation, "GET", path + beyond, 404))[0] == "NotFound"


async def test_aggregates(installation: Installation, path: str) -> None:
    whole = await installation.get(path + "/aggregates")
    assert (whole["event_count"], whole["user_count"]) == (3, 2)
    assert (whole["first_release"], whole["last_release"]) == ("1.0", "1.1")
    part = await installation.get(path + "/aggregates?environment=test")
    assert (part["event_count"], part["user_count"], part["first_environment"]) == (1, 1, "test")
    none = await installation.get(path + "/aggregates?environment=elsewhere")
    assert (none["event_count"], none["first_seen"], none["first_release"]) == (0, None, "")


@pytest.mark.parametrize(("window", "bars"), [("24h", 24), ("30d", 30)])
async def test_charts_of_an_issue_and_of_its_project(
    installation: Installation, path: str, window: str, bars: int
) -> None:
    for place in (path, "/api/projects/1"):
        stats = await installation.get(f"{place}/stats?window={window}")
        assert (stats["window"], stats["total"], len(stats["series"])) == (window, 3, bars)
        assert sum(bar["event_count"] for bar in stats["series"]) == 3
        part = await installation.get(f"{place}/stats?window={window}&environment=prod")
        assert part["total"] == 2
    assert (await refusal(installation, "GET", path + "/stats?window=1y", 400))[0] == (
        "ValidationError"
    )
