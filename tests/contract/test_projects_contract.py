"""Reference §1.6 and the checklist's integration/projects_api."""

import pytest

from rustrak.config import Settings
from tests.contract.dashboard import Dashboard
from tests.contract.rules import PROJECT, numbered
from tests.installation import open_installation
from tests.made_events import digested, error


async def create(dashboard: Dashboard, name: str, **more: object) -> dict[str, object]:
    body = {"name": name, **more}
    made: dict[str, object] = await dashboard.ask("POST", "/api/projects", PROJECT, body, 201)
    return made


async def test_list_without_session_is_401(stranger: Dashboard) -> None:
    assert (await stranger.refusal("GET", "/api/projects", 401))[0] == "Unauthorized"


async def test_list(dashboard: Dashboard) -> None:
    """As the dashboard asks; sorted by the time they were made, the newest first."""
    page = await dashboard.get("/api/projects?page=1&per_page=20", numbered(PROJECT))
    assert [project["name"] for project in page["items"]] == ["Theirs", "Ours"]
    page = await dashboard.get("/api/projects?order=asc", numbered(PROJECT))
    assert [project["name"] for project in page["items"]] == ["Ours", "Theirs"]


async def test_create(dashboard: Dashboard) -> None:
    made = await create(dashboard, "  My App ")
    assert (made["name"], made["slug"]) == ("My App", "my-app")
    assert (made["stored_event_count"], made["digested_event_count"]) == (0, 0)


async def test_the_dsn_has_the_key_without_hyphens_and_the_id(database_url: str) -> None:
    """Its address is the public one; the original takes the one it listens on."""
    settings = Settings(public_url="https://errors.example.com")
    async with open_installation(database_url, settings) as installation:
        project = await installation.get(f"/api/projects/{installation.project_id}")
    key = project["sentry_key"].replace("-", "")
    assert project["dsn"] == f"https://{key}@errors.example.com/{project['id']}"


async def test_output_is_compact_because_a_script_greps_it(dashboard: Dashboard) -> None:
    installation = dashboard.installation
    headers = {"Cookie": f"rustrak_session={dashboard.cookie}"}
    url = installation.base_url + dashboard.project
    async with installation.client.get(url, headers=headers) as response:
        text = await response.text()
    assert f'"id":{installation.project_id},' in text
    assert f'"sentry_key":"{installation.projects[0]["sentry_key"]}"' in text


async def test_a_duplicate_name_is_409(dashboard: Dashboard) -> None:
    assert await dashboard.refusal("POST", "/api/projects", 409, {"name": "Ours"}) == (
        "Conflict",
        "Conflict: Project with name 'Ours' already exists",
    )


async def test_a_taken_slug_gets_a_number(dashboard: Dashboard) -> None:
    slugs = [(await create(dashboard, name))["slug"] for name in ("ours!", "ours?", "Ours.")]
    assert slugs == ["ours-1", "ours-2", "ours-3"]


@pytest.mark.parametrize(
    ("given", "slug"),
    [("Ünïcode & Ço.", "unicode-co"), ("--A__b--", "a-b"), ("Shop 2", "shop-2")],
)
async def test_a_slug_is_made_of_ascii_words(dashboard: Dashboard, given: str, slug: str) -> None:
    assert (await create(dashboard, "Named", slug=given))["slug"] == slug


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": ""}, "Name cannot be empty"),
        ({"name": "  "}, "Name cannot be empty"),
        ({"name": "x" * 256}, "Name cannot exceed 255 characters"),
        ({"name": "é" * 128}, "Name cannot exceed 255 characters"),
        ({"name": "???"}, "Cannot generate valid slug from name"),
    ],
)
async def test_a_bad_name_is_400(dashboard: Dashboard, body: dict[str, str], message: str) -> None:
    assert await dashboard.refusal("POST", "/api/projects", 400, body) == (
        "ValidationError",
        f"Validation error: {message}",
    )


async def test_a_name_of_255_characters_is_taken(dashboard: Dashboard) -> None:
    """Its slug is cut; the original answers 500 to a slug of more than 100."""
    made = await create(dashboard, "x" * 255)
    assert len(str(made["slug"])) <= 100


async def test_unknown_fields_are_ignored_and_null_is_absent(dashboard: Dashboard) -> None:
    made = await create(dashboard, "Shop", slug=None, colour="red")
    assert made["slug"] == "shop"


async def test_get(dashboard: Dashboard) -> None:
    assert (await dashboard.get(dashboard.project, PROJECT))["name"] == "Ours"


@pytest.mark.parametrize(
    ("method", "body"), [("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)]
)
async def test_an_unknown_project_is_404(
    dashboard: Dashboard, method: str, body: dict[str, str] | None
) -> None:
    assert await dashboard.refusal(method, "/api/projects/4711", 404, body) == (
        "NotFound",
        "Resource not found: Project with id 4711 not found",
    )


async def test_update(dashboard: Dashboard) -> None:
    """The slug never changes."""
    after = await dashboard.ask("PATCH", dashboard.project, PROJECT, {"name": " Renamed "})
    assert (after["name"], after["slug"]) == ("Renamed", "ours")
    assert await dashboard.ask("PATCH", dashboard.project, PROJECT, {}) == after
    assert (await dashboard.refusal("PATCH", dashboard.project, 409, {"name": "Theirs"}))[0] == (
        "Conflict"
    )


async def test_delete(dashboard: Dashboard) -> None:
    await dashboard.ask("DELETE", dashboard.project, None, status=204)
    for path in (dashboard.project, f"{dashboard.project}/issues"):
        assert (await dashboard.refusal("GET", path, 404))[0] == "NotFound"


async def test_events_are_counted(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, error(), error(), error())
    project = await dashboard.get(dashboard.project, PROJECT)
    assert (project["stored_event_count"], project["digested_event_count"]) == (3, 3)


async def test_a_trailing_slash_is_404(dashboard: Dashboard) -> None:
    for path in ("/api/projects/", f"{dashboard.project}/", "/api/tokens/"):
        assert (await dashboard.refusal("GET", path, 404))[0] == "NotFound"
