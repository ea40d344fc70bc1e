"""Reference §1.7 and the checklist's integration/issues_api."""

from typing import Any
from uuid import uuid4

import pytest

from tests.contract.dashboard import Dashboard
from tests.contract.rules import ISSUE, numbered
from tests.made_events import digested, error

ISSUES = numbered(ISSUE)


async def listed(dashboard: Dashboard, query: str = "") -> list[dict[str, Any]]:
    page = await dashboard.get(f"{dashboard.project}/issues{query}", ISSUES)
    items: list[dict[str, Any]] = page["items"]
    return items


async def one(dashboard: Dashboard, **event: Any) -> str:
    """The path of a fresh issue."""
    await digested(dashboard.installation, error(**event))
    (issue,) = await listed(dashboard)
    return f"{dashboard.project}/issues/{issue['id']}"


async def test_list_empty(dashboard: Dashboard) -> None:
    page = await dashboard.get(f"{dashboard.project}/issues", ISSUES)
    assert page == {"items": [], "total_count": 0, "page": 1, "per_page": 20, "total_pages": 0}


async def test_list_two(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, error(), error("KeyError"))
    assert [issue["title"] for issue in await listed(dashboard)] == [
        "KeyError: no",
        "ValueError: no",
    ]


async def test_unauthenticated_is_401(dashboard: Dashboard, stranger: Dashboard) -> None:
    path = await one(dashboard)
    for method, place in (
        ("GET", f"{dashboard.project}/issues"),
        ("GET", path),
        ("PATCH", path),
        ("DELETE", path),
    ):
        assert (await stranger.refusal(method, place, 401))[0] == "Unauthorized"


async def test_unknown_project_is_404(dashboard: Dashboard) -> None:
    for method, path in (("GET", "issues"), ("GET", f"issues/{uuid4()}")):
        assert (await dashboard.refusal(method, f"/api/projects/4711/{path}", 404))[0] == "NotFound"


async def test_resolved_are_hidden_by_default_and_shown_on_request(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    await dashboard.ask("PATCH", path, ISSUE, {"is_resolved": True})
    assert await listed(dashboard) == []
    for wanted, count in (("resolved", 1), ("all", 1), ("open", 0), ("muted", 0)):
        assert len(await listed(dashboard, f"?filter={wanted}")) == count


async def test_muted_are_hidden_by_default_and_shown_on_request(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    await dashboard.ask("PATCH", path, ISSUE, {"is_muted": True})
    for wanted, count in (("open", 0), ("muted", 1), ("resolved", 0), ("all", 1)):
        assert len(await listed(dashboard, f"?filter={wanted}")) == count


async def test_sort_by_last_seen(dashboard: Dashboard) -> None:
    """As the dashboard asks; the default is the order of the numbers."""
    await digested(dashboard.installation, error(), error("KeyError"), error())
    query = "?page=1&per_page=20&sort=last_seen&order=desc&filter=open"
    assert [issue["title"] for issue in await listed(dashboard, query)] == [
        "ValueError: no",
        "KeyError: no",
    ]
    assert [issue["title"] for issue in await listed(dashboard, "?order=asc")] == [
        "ValueError: no",
        "KeyError: no",
    ]


async def test_get(dashboard: Dashboard) -> None:
    path = await one(dashboard, level="fatal")
    issue = await dashboard.get(path, ISSUE)
    assert issue == (await listed(dashboard))[0]
    assert (issue["level"], issue["platform"], issue["event_count"]) == ("fatal", "python", 1)
    assert (issue["title"], issue["value"]) == ("ValueError: no", "no")
    assert (issue["is_resolved"], issue["is_muted"]) == (False, False)


async def test_get_unknown_is_404(dashboard: Dashboard) -> None:
    for issue in (uuid4(), "x", "1"):
        kind, _ = await dashboard.refusal("GET", f"{dashboard.project}/issues/{issue}", 404)
        assert kind == "NotFound"


async def test_other_project_is_404(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    theirs = f"/api/projects/{dashboard.installation.projects[1]['id']}"
    place = path.replace(dashboard.project, theirs)
    for method, body in (("GET", None), ("PATCH", {"is_resolved": True}), ("DELETE", None)):
        assert (await dashboard.refusal(method, place, 404, body))[0] == "NotFound"


async def test_resolve_and_unresolve(dashboard: Dashboard) -> None:
    """Resolving un-mutes."""
    path = await one(dashboard)
    await dashboard.ask("PATCH", path, ISSUE, {"is_muted": True})
    issue = await dashboard.ask("PATCH", path, ISSUE, {"is_resolved": True})
    assert (issue["is_resolved"], issue["is_muted"]) == (True, False)
    issue = await dashboard.ask("PATCH", path, ISSUE, {"is_resolved": False})
    assert (issue["is_resolved"], issue["is_muted"]) == (False, False)


async def test_mute_and_unmute(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    assert (await dashboard.ask("PATCH", path, ISSUE, {"is_muted": True}))["is_muted"]
    assert not (await dashboard.ask("PATCH", path, ISSUE, {"is_muted": False}))["is_muted"]


async def test_where_both_are_given_is_resolved_counts_alone(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    body = {"is_resolved": True, "is_muted": True}
    issue = await dashboard.ask("PATCH", path, ISSUE, body)
    assert (issue["is_resolved"], issue["is_muted"]) == (True, False)


async def test_a_resolved_issue_cannot_be_muted(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    await dashboard.ask("PATCH", path, ISSUE, {"is_resolved": True})
    kind, message = await dashboard.refusal("PATCH", path, 404, {"is_muted": True})
    assert kind == "NotFound"
    assert message.endswith("not found or already resolved")


async def test_patch_unknown_is_404(dashboard: Dashboard) -> None:
    path = f"{dashboard.project}/issues/{uuid4()}"
    assert (await dashboard.refusal("PATCH", path, 404, {"is_resolved": True}))[0] == "NotFound"


async def test_an_empty_patch_changes_nothing(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    before = await dashboard.get(path, ISSUE)
    assert await dashboard.ask("PATCH", path, ISSUE, {}) == before
    assert await dashboard.ask("PATCH", path, ISSUE, {"is_muted": None}) == before


async def test_delete_is_204_and_gone(dashboard: Dashboard) -> None:
    """Unlike in the original it comes back when it happens again, instead of swallowing events."""
    path = await one(dashboard)
    await dashboard.ask("DELETE", path, None, status=204)
    assert (await dashboard.refusal("GET", path, 404))[0] == "NotFound"
    assert await listed(dashboard, "?filter=all") == []
    assert await one(dashboard) == path


async def test_delete_unknown_is_404(dashboard: Dashboard) -> None:
    path = await one(dashboard)
    await dashboard.ask("DELETE", path, None, status=204)
    for place in (path, f"{dashboard.project}/issues/{uuid4()}"):
        assert (await dashboard.refusal("DELETE", place, 404))[0] == "NotFound"


async def test_a_resolved_issue_opens_again_when_it_recurs(dashboard: Dashboard) -> None:
    """The original's documentation promises it, its snapshot does not do it."""
    path = await one(dashboard)
    await dashboard.ask("PATCH", path, ISSUE, {"is_resolved": True})
    await digested(dashboard.installation, error())
    assert not (await dashboard.get(path, ISSUE))["is_resolved"]


async def test_short_id_is_the_slug_in_upper_case_and_a_number(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, error(), error("KeyError"))
    short_ids = [issue["short_id"] for issue in await listed(dashboard, "?order=asc")]
    assert short_ids == ["OURS-1", "OURS-2"]


async def test_level_and_platform_are_text_or_null(dashboard: Dashboard) -> None:
    """They are those of the newest event, as in newer versions of the original; the snapshot keeps
    the first one's."""
    path = await one(dashboard)
    await digested(dashboard.installation, error(level="fatal", platform="node"))
    issue = await dashboard.get(path, ISSUE)
    assert (issue["level"], issue["platform"]) == ("fatal", "node")


@pytest.mark.parametrize("query", ["?filter=closed", "?sort=title", "?order=up", "?page=x"])
async def test_a_bad_query_is_400(dashboard: Dashboard, query: str) -> None:
    kind, _ = await dashboard.refusal("GET", f"{dashboard.project}/issues{query}", 400)
    assert kind == "ValidationError"


async def test_parameters_of_old_clients_are_ignored(dashboard: Dashboard) -> None:
    await one(dashboard)
    assert len(await listed(dashboard, "?cursor=x&include_resolved=true")) == 1
