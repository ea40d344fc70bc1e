"""Lists of issues that are searched, filtered by environment, sorted and charted."""

from typing import Any
from urllib.parse import quote

import pytest

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection
from tests.api.deciding import decided
from tests.installation import Installation
from tests.made_events import digested, error
from tests.people import make_token, make_user
from tests.refusals import refusal


@pytest.fixture
async def filled(installation: Installation) -> Installation:
    """Three issues: A in prod and test, of two users; B in prod; C nowhere, a warning."""
    await digested(
        installation,
        error("A", environment="prod", release="1.0", user={"id": "1"}, tags={"os": "linux"}),
        error("A", environment="prod", release="1.1", user={"id": "2"}, tags={"os": "mac"}),
        error("A", environment="test", release="1.1", user={"id": "2"}),
        error("B", environment="prod", release="1.1", transaction="/pay"),
        error("C", level="warning"),
    )
    return installation


async def found(
    installation: Installation, q: str, path: str = "/api/projects/1/issues", **query: str
) -> dict[str, tuple[int, int | None]]:
    """Events and users by the kind of the issue, in the order of the answer."""
    words = "".join(f"&{name}={quote(value)}" for name, value in query.items())
    page = await installation.get(f"{path}?q={quote(q)}{words}")
    assert page["total_count"] == len(page["items"])
    return {
        issue["title"].partition(":")[0]: (issue["event_count"], issue["user_count"])
        for issue in page["items"]
    }


@pytest.mark.parametrize(
    ("q", "answer"),
    [
        ("environment:prod", {"A": (2, 2), "B": (1, 0)}),
        ("environment:prod release:1.1", {"A": (1, 1), "B": (1, 0)}),
        ("release:1.*", {"A": (3, 2), "B": (1, 0)}),
        ("user.id:2", {"A": (2, 1)}),
        ("os:linux OR level:warning", {"A": (1, 1), "C": (1, 0)}),
        ("!has:environment", {"C": (1, 0)}),
        ("NOT environment:test is:unresolved", {"A": (2, 2), "B": (1, 0), "C": (1, 0)}),
        ('"no" type:B', {"B": (1, 0)}),
        ("culprit:/pay", {"B": (1, 0)}),
        ("first-seen:-1h times-seen:>2", {"A": (3, 2)}),
        ("last-seen:<2020-01-01", {}),
        ("nothing:here", {}),
    ],
)
async def test_a_search_finds_issues_with_the_figures_of_the_events_meant(
    filled: Installation, q: str, answer: dict[str, Any]
) -> None:
    assert await found(filled, q) == answer


async def test_a_search_looks_at_all_issues_unless_told_otherwise(filled: Installation) -> None:
    issues = {issue["title"][0]: issue for issue in await filled.issues()}
    await decided(filled, issues["A"], is_resolved=True)
    await decided(filled, issues["B"], is_muted=True)
    assert set(await found(filled, "environment:prod")) == {"A", "B"}
    assert set(await found(filled, "is:resolved")) == {"A"}
    assert set(await found(filled, "is:muted")) == {"B"}
    assert set(await found(filled, "has:level", filter="open")) == {"C"}
    assert set(await found(filled, "", sort="events")) == {"C"}


async def test_environments_narrow_a_list_and_its_figures(filled: Installation) -> None:
    assert await found(filled, "", environment="test") == {"A": (1, 1)}
    both = await found(filled, "", environment="test,prod", sort="events", order="asc")
    assert list(both.items()) == [("B", (1, 0)), ("A", (3, 2))]


async def test_every_order_is_that_of_what_is_shown(filled: Installation) -> None:
    for sort, kinds in {
        "events": "ABC",
        "users": "ABC",
        "digest_order": "CBA",
        "last_seen": "CBA",
        "first_seen": "CBA",
    }.items():
        shown = list(await found(filled, "has:level", sort=sort))
        assert shown[0] == kinds[0], sort
    issues = {issue["title"][0]: issue for issue in await filled.issues()}
    await decided(filled, issues["B"], priority="high")
    assert next(iter(await found(filled, "", sort="priority"))) == "B"
    assert set(await found(filled, "priority:high")) == {"B"}


async def test_a_search_that_makes_no_sense_says_where_and_what_to_write(
    filled: Installation,
) -> None:
    for q in ("is:broken", "first-seen:yesterday", "(level:error", '"open', "x" * 1001):
        path = f"/api/projects/1/issues?q={quote(q)}"
        kind, message = await refusal(filled, "GET", path, 400)
        assert kind == "ValidationError"
        assert len(message) > 25, message


async def test_charts_are_those_of_the_environments_asked_for(filled: Installation) -> None:
    path = "/api/projects/1/issues?stats=24h&environment=prod&sort=events"
    (first, second) = (await filled.get(path))["items"]
    assert [bar["event_count"] for bar in first["stats"]][-2:] in ([0, 2], [2, 0], [1, 1])
    assert (len(first["stats"]), sum(bar["event_count"] for bar in second["stats"])) == (24, 1)
    plain = await filled.get("/api/projects/1/issues?stats=30d")
    assert [len(issue["stats"]) for issue in plain["items"]] == [30, 30, 30]
    assert "stats" not in (await filled.issues())[0]


async def test_one_list_over_the_projects_one_may_see(
    filled: Installation, conn: Connection
) -> None:
    await digested(filled, error("D", environment="prod"), project=1)
    everything = await found(filled, "environment:prod", "/api/issues")
    assert set(everything) == {"A", "B", "D"}
    assert set(await found(filled, "environment:prod", "/api/issues", project="2")) == {"D"}
    member = await make_user(conn, "ada@example.com")
    headers = {"Authorization": f"Bearer {await make_token(conn, member, role=(2, Role.VIEWER))}"}
    url = filled.base_url + "/api/issues"
    for query, titles in (("", ["D: no"]), ("?project=1", []), ("?project=1,2", ["D: no"])):
        async with filled.client.get(url + query, headers=headers) as response:
            assert [issue["title"] for issue in (await response.json())["items"]] == titles


async def test_assigned_to_me(filled: Installation) -> None:
    issues = {issue["title"][0]: issue for issue in await filled.issues()}
    await decided(filled, issues["C"], assignee="admin@example.com")
    assert set(await found(filled, "assigned:me")) == {"C"}
    assert set(await found(filled, "is:unassigned")) == {"A", "B"}


async def test_a_cursor_goes_on_where_the_page_ended(installation: Installation) -> None:
    await digested(installation, *(error(kind) for kind in "ABCDE"))
    path = "/api/issues?q=&filter=all&sort=last_seen&per_page=2"
    first = await installation.get(path)
    await digested(installation, error("A"))  # moves to the top, before what was shown
    second = await installation.get(f"{path}&cursor={first['next_cursor']}")
    kinds = [[one["title"][0] for one in page["items"]] for page in (first, second)]
    assert kinds == [["E", "D"], ["C", "B"]]
    assert second["total_count"] == 5
    assert "next_cursor" not in second
    kind, message = await refusal(installation, "GET", f"{path}&cursor=bm9uZQ", 400)
    assert (kind, message) == ("ValidationError", "Validation error: Invalid cursor format")
