"""What a release brought: the issues that began in it."""

from typing import Any
from urllib.parse import quote

from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal


async def new_issues(installation: Installation, version: str, query: str = "") -> Any:
    place = f"/api/projects/{installation.project_id}/releases/{quote(version, safe='')}"
    return await installation.get(f"{place}/new-issues{query}")


async def test_an_issue_is_new_in_the_release_of_its_first_event(
    installation: Installation,
) -> None:
    await digested(
        installation,
        error("KeyError", release="shop@1"),
        error("KeyError", release="shop@2"),
        error("OSError", release="shop@2"),
        error("TypeError", release="shop@2"),
        error("IndexError"),
    )
    for version, titles in (
        ("shop@1", ["KeyError: no"]),
        ("shop@2", ["TypeError: no", "OSError: no"]),
    ):
        page = await new_issues(installation, version)
        assert [issue["title"] for issue in page["items"]] == titles
        assert (page["total_count"], page["total_pages"]) == (len(titles), 1)
    second = await new_issues(installation, "shop@2", "?per_page=1&page=2")
    assert [issue["title"] for issue in second["items"]] == ["OSError: no"]
    assert (second["total_count"], second["total_pages"]) == (2, 2)


async def test_an_issue_is_shown_as_in_its_own_list(installation: Installation) -> None:
    await digested(installation, error(release="shop@${SHA}"))
    page = await new_issues(installation, "shop@${SHA}")
    assert page["items"] == await installation.issues()


async def test_an_unknown_release_is_not_found(installation: Installation) -> None:
    place = f"/api/projects/{installation.project_id}/releases"
    for version in ("nothing", "%00", "%C3%A9" * 300):
        await refusal(installation, "GET", f"{place}/{version}/new-issues", 404)
