"""Reference §1.10."""

import pytest

from tests.contract.dashboard import Dashboard
from tests.contract.rules import ISSUE, PROJECT, numbered
from tests.made_events import digested, error


async def test_25_issues_are_two_pages_of_20(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, *(error(f"Error{n}") for n in range(25)))
    path = f"{dashboard.project}/issues?order=asc"
    for number, count in ((1, 20), (2, 5), (3, 0)):
        page = await dashboard.get(f"{path}&page={number}", numbered(ISSUE))
        assert len(page.pop("items")) == count
        assert page == {"total_count": 25, "page": number, "per_page": 20, "total_pages": 2}


async def test_page_and_per_page_echo_the_request(dashboard: Dashboard) -> None:
    page = await dashboard.get("/api/projects?page=2&per_page=1", numbered(PROJECT))
    assert [project["name"] for project in page["items"]] == ["Ours"]
    assert (page["page"], page["per_page"], page["total_pages"]) == (2, 1, 2)


@pytest.mark.parametrize("query", ["page=0", "page=-1", "per_page=0", "per_page=-1"])
async def test_numbers_below_1_are_400(dashboard: Dashboard, query: str) -> None:
    """500 in the original, and `per_page=0` ends its process."""
    for path in ("/api/projects", f"{dashboard.project}/issues"):
        assert (await dashboard.refusal("GET", f"{path}?{query}", 400))[0] == "ValidationError"


async def test_a_page_has_at_most_1000_rows(dashboard: Dashboard) -> None:
    """Without a limit in the original."""
    await dashboard.get("/api/projects?per_page=1000", numbered(PROJECT))
    assert (await dashboard.refusal("GET", "/api/projects?per_page=1001", 400))[0] == (
        "ValidationError"
    )


async def test_unknown_query_parameters_are_ignored(dashboard: Dashboard) -> None:
    page = await dashboard.get("/api/projects?colour=red&offset=7", numbered(PROJECT))
    assert page["total_count"] == 2
