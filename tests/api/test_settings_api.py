"""Settings: what is set stays set, everything else has its default, nonsense is refused."""

from typing import Any

import pytest

from tests.installation import Installation
from tests.refusals import refusal

DEFAULTS = {
    "filters": {
        "browser_extensions": False,
        "localhost": False,
        "legacy_browsers": False,
        "web_crawlers": False,
        "messages": [],
        "releases": [],
        "addresses": [],
    },
    "scrubbing": {
        "mode": "projection",
        "defaults": True,
        "fields": [],
        "safe_fields": [],
        "ip_policy": "keep",
    },
    "quotas": [],
    "retention": {"days": None, "thin_after_days": None},
    "updated_at": None,
    "updated_by": None,
}
ERRORS = {"categories": ["error"], "window": "hour", "limit": 100, "reason_code": "errors"}


def path(installation: Installation, project: int = 0) -> str:
    return f"/api/projects/{installation.projects[project]['id']}/settings"


async def test_a_project_starts_with_the_defaults(installation: Installation) -> None:
    assert await installation.get(path(installation)) == DEFAULTS


async def test_what_is_set_stays_and_the_rest_keeps_its_value(installation: Installation) -> None:
    change = {"filters": {"localhost": True, "messages": ["*boom*"]}, "quotas": [ERRORS]}
    await installation.request("PATCH", path(installation), change)
    answer = await installation.request(
        "PATCH",
        path(installation),
        {"filters": {"messages": ["x"]}, "scrubbing": {"fields": ["a"]}},
    )
    assert answer == await installation.get(path(installation))
    assert answer["filters"] == DEFAULTS["filters"] | {"localhost": True, "messages": ["x"]}
    assert answer["scrubbing"] == DEFAULTS["scrubbing"] | {"fields": ["a"]}
    assert answer["quotas"] == [ERRORS]
    assert answer["updated_at"].endswith("Z")
    assert answer["updated_by"].startswith("user:1 token:")


async def test_a_change_of_nothing_changes_nothing(installation: Installation) -> None:
    for change in ({}, {"filters": None}):
        assert await installation.request("PATCH", path(installation), change) == DEFAULTS


async def test_two_projects_never_see_each_others_settings(installation: Installation) -> None:
    await installation.request("PATCH", path(installation), {"filters": {"localhost": True}})
    assert await installation.get(path(installation, 1)) == DEFAULTS
    assert (await installation.get("/api/settings"))["quotas"] == []


async def test_the_installation_has_quotas_of_its_own(installation: Installation) -> None:
    answer = await installation.request("PATCH", "/api/settings", {"quotas": [ERRORS]})
    assert answer["quotas"] == [ERRORS]
    assert await installation.get("/api/settings") == answer
    assert (await installation.get(path(installation)))["quotas"] == []
    await refusal(installation, "PATCH", "/api/settings", 400, {"filters": {"localhost": True}})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"filter": {}}, "filter: is not known here"),
        ({"updated_by": "me"}, "updated_by: is not known here"),
        ({"filters": {"localhots": True}}, "filters.localhots: is not known here"),
        ({"filters": {"localhost": "yes"}}, "filters.localhost: must be true or false"),
        ({"filters": {"localhost": None}}, "filters.localhost: must be true or false"),
        ({"filters": ["localhost"]}, "filters: must be an object"),
        ({"filters": {"messages": ["***"]}}, "filters.messages: pattern 1 has nothing but"),
        ({"filters": {"messages": ["a"] * 51}}, "filters.messages: there are 51 patterns"),
        ({"filters": {"messages": ["\0"]}}, "filters.messages.0: it holds a character that"),
        ({"filters": {"releases": ["a" * 201]}}, "filters.releases: pattern 1 has more than 200"),
        ({"filters": {"addresses": ["shop.example"]}}, "filters.addresses: address 1 is no IP"),
        ({"filters": {"addresses": ["0.0.0.0/0"]}}, "filters.addresses: address 1 is the network"),
        ({"scrubbing": {"mode": "never"}}, "scrubbing.mode: must be 'projection' or"),
        ({"scrubbing": {"fields": ["--"]}}, "scrubbing.fields.0: a name needs a letter"),
        ({"scrubbing": {"fields": ["a"] * 201}}, "scrubbing.fields: must have at most 200"),
        ({"scrubbing": {"safe_fields": [7]}}, "scrubbing.safe_fields.0: must be a text"),
        ({"quotas": [ERRORS | {"limit": -1}]}, "quotas: quota 1: the limit must be between"),
        ({"quotas": [ERRORS | {"limit": 2**63}]}, "quotas: quota 1: the limit must be between"),
        ({"quotas": [ERRORS | {"limit": 1.5}]}, "quotas.0.limit: must be a whole number"),
        ({"quotas": [ERRORS | {"window": "day"}]}, "quotas.0.window: must be 'minute'"),
        ({"quotas": [ERRORS | {"categories": ["x"]}]}, "quotas: quota 1: a quota can name these"),
        ({"quotas": [ERRORS | {"reason_code": "a,b"}]}, "quotas.0.reason_code: a reason code has"),
        ({"quotas": [ERRORS | {"reason_code": "a" * 65}]}, "quotas: quota 1: the reason code must"),
        ({"quotas": [ERRORS, ERRORS]}, "quotas: quota 2 has the window and the categories of"),
        ({"quotas": [ERRORS] * 51}, "quotas: must have at most 50 entries"),
    ],
)
async def test_nonsense_is_refused_by_its_place_and_changes_nothing(
    installation: Installation, change: Any, says: str
) -> None:
    _, message = await refusal(installation, "PATCH", path(installation), 400, change)
    assert message.startswith(f"Validation error: {says}")
    assert await installation.get(path(installation)) == DEFAULTS


async def test_half_of_a_surrogate_pair_is_refused(installation: Installation) -> None:
    headers = {"Authorization": f"Bearer {installation.token}"}
    body = rb'{"scrubbing": {"fields": ["a\ud800"]}}'
    url = installation.base_url + path(installation)
    async with installation.client.patch(url, data=body, headers=headers) as response:
        assert response.status == 400


async def test_settings_are_for_people_who_are_signed_in(installation: Installation) -> None:
    for place in (path(installation), "/api/settings"):
        for method in ("GET", "PATCH"):
            async with installation.client.request(
                method, installation.base_url + place
            ) as response:
                assert response.status == 401


async def test_a_project_that_is_gone_has_no_settings(installation: Installation) -> None:
    await installation.request("DELETE", f"/api/projects/{installation.project_id}", status=204)
    for gone in (path(installation), "/api/projects/0/settings", "/api/projects/99/settings"):
        await refusal(installation, "GET", gone, 404)
        await refusal(installation, "PATCH", gone, 404, {"quotas": [ERRORS]})
