"""Projects over the API: their JSON, their names and slugs, and what happens when they go."""

from io import BytesIO
from itertools import product
from typing import Any

from rustrak.config import Settings
from tests.installation import Installation, open_installation
from tests.made_events import digested, error
from tests.refusals import refusal

FIELDS = [
    "id",
    "name",
    "slug",
    "sentry_key",
    "dsn",
    "stored_event_count",
    "digested_event_count",
    "created_at",
    "updated_at",
]


async def create(installation: Installation, name: str, **more: Any) -> dict[str, Any]:
    body = {"name": name, **more}
    made: dict[str, Any] = await installation.request("POST", "/api/projects", body, 201)
    return made


async def test_a_new_project_has_every_field_of_the_contract(installation: Installation) -> None:
    project = await create(installation, "My App")
    assert list(project) == FIELDS
    key = project["sentry_key"].replace("-", "")
    assert project["dsn"] == f"http://{key}@localhost:8000/{project['id']}"
    assert (project["name"], project["slug"]) == ("My App", "my-app")
    assert (project["stored_event_count"], project["digested_event_count"]) == (0, 0)
    assert project["created_at"].endswith("Z")
    assert project["updated_at"].endswith("Z")


async def test_a_dsn_carries_the_public_address(database_url: str) -> None:
    settings = Settings(public_url="https://errors.example.com/here")
    async with open_installation(database_url, settings) as installation:
        project = await create(installation, "My App")
    assert project["dsn"].startswith("https://")
    assert project["dsn"].endswith(f"@errors.example.com/here/{project['id']}")


async def test_json_is_compact_because_scripts_grep_it(installation: Installation) -> None:
    headers = {"Authorization": f"Bearer {installation.token}"}
    url = f"{installation.base_url}/api/projects/{installation.project_id}"
    async with installation.client.get(url, headers=headers) as response:
        assert response.content_type == "application/json"
        assert f'"id":{installation.project_id},' in await response.text()


async def test_a_name_is_trimmed(installation: Installation) -> None:
    assert (await create(installation, "  My App \n"))["name"] == "My App"


async def test_unknown_fields_are_ignored_and_null_means_absent(
    installation: Installation,
) -> None:
    project = await create(installation, "My App", slug=None, colour="red")
    assert project["slug"] == "my-app"


async def test_a_bad_project_is_refused(installation: Installation) -> None:
    wrong: list[tuple[Any, str]] = [
        ({"name": ""}, "Name cannot be empty"),
        ({"name": " \t "}, "Name cannot be empty"),
        ({"name": "x" * 256}, "Name cannot exceed 255 characters"),
        ({"name": "é" * 128}, "Name cannot exceed 255 characters"),
        ({"name": "a\0b"}, "Name cannot contain a NUL character"),
        ({"name": "???"}, "Cannot generate valid slug from name"),
        ({"name": "Fine", "slug": "???"}, "Cannot generate valid slug from name"),
        ({}, "name: "),
        ({"name": 7}, "name: "),
        ({"name": None}, "name: "),
        ([], ""),
        ("My App", ""),
    ]
    for body, reason in wrong:
        kind, message = await refusal(installation, "POST", "/api/projects", 400, body)
        assert kind == "ValidationError"
        assert message.startswith(f"Validation error: {reason}"), body


async def test_the_longest_name_is_taken(installation: Installation) -> None:
    project = await create(installation, "é" * 127 + "x")
    assert project["slug"].startswith("eee")
    assert len(project["slug"]) <= 100


async def test_a_body_that_is_not_json_is_refused(installation: Installation) -> None:
    headers = {"Authorization": f"Bearer {installation.token}"}
    url = f"{installation.base_url}/api/projects"
    for body in (b"{", b"\xff", b'{"name": "\\ud800"}', b"[" * 100_000):
        async with installation.client.post(url, data=body, headers=headers) as response:
            assert response.status == 400, body[:9]
            assert (await response.json())["error"]["type"] == "ValidationError"


async def test_a_body_beyond_two_mebibytes_is_refused(installation: Installation) -> None:
    body = BytesIO(b'{"name": "%b"}' % (b"x" * 2 * 1024 * 1024))
    headers = {"Authorization": f"Bearer {installation.token}"}
    url = f"{installation.base_url}/api/projects"
    async with installation.client.post(url, data=body, headers=headers) as response:
        assert response.status == 413
        assert (await response.json())["error"]["type"] == "PayloadTooLarge"


async def test_a_name_that_is_taken_is_a_conflict(installation: Installation) -> None:
    assert await refusal(installation, "POST", "/api/projects", 409, {"name": " Ours "}) == (
        "Conflict",
        "Conflict: Project with name 'Ours' already exists",
    )


async def test_slugs_are_ascii_words_and_made_unique(installation: Installation) -> None:
    slugs = {
        name: (await create(installation, name, **more))["slug"]
        for name, more in (
            ("Ünïcode  & Ço.", {}),
            ("--A__b--", {}),
            ("Named", {"slug": "My Own Slug!"}),
            ("ours!", {}),
            ("OURS?", {}),
            ("Empty slug", {"slug": ""}),
        )
    }
    assert slugs == {
        "Ünïcode  & Ço.": "unicode-co",
        "--A__b--": "a-b",
        "Named": "my-own-slug",
        "ours!": "ours-1",
        "OURS?": "ours-2",
        "Empty slug": "empty-slug",
    }


async def test_projects_are_listed_newest_first_or_oldest_first(
    installation: Installation,
) -> None:
    page = await installation.get("/api/projects")
    assert list(page) == ["items", "total_count", "page", "per_page", "total_pages"]
    assert [item["name"] for item in page["items"]] == ["Theirs", "Ours"]
    assert list(page["items"][0]) == FIELDS
    page = await installation.get("/api/projects?order=asc&colour=red")
    assert [item["name"] for item in page["items"]] == ["Ours", "Theirs"]


async def test_a_list_comes_in_numbered_pages(installation: Installation) -> None:
    for name in "abc":
        await create(installation, name)
    seen = {}
    for number in (1, 2, 3, 4):
        page = await installation.get(f"/api/projects?order=asc&per_page=2&page={number}")
        seen[number] = [item["name"] for item in page.pop("items")]
        assert page == {"total_count": 5, "page": number, "per_page": 2, "total_pages": 3}
    assert seen == {1: ["Ours", "Theirs"], 2: ["a", "b"], 3: ["c"], 4: []}


async def test_page_numbers_that_are_none_are_refused(installation: Installation) -> None:
    wrong = ["0", "-1", "x", "1.5", "²", "٣", "9" * 30, "0" * 20 + "9" * 20, "1" * 5000]
    for name, number in product(("page", "per_page"), wrong):
        kind, message = await refusal(installation, "GET", f"/api/projects?{name}={number}", 400)
        assert kind == "ValidationError"
        assert message.startswith(f"Validation error: {name}: ")


async def test_an_unknown_order_is_refused(installation: Installation) -> None:
    kind, message = await refusal(installation, "GET", "/api/projects?order=up", 400)
    assert (kind, message) == (
        "ValidationError",
        "Validation error: order: must be 'desc' or 'asc'",
    )


async def test_one_project_is_shown(installation: Installation) -> None:
    project = await installation.get(f"/api/projects/{installation.project_id}")
    assert list(project) == FIELDS
    assert project["name"] == "Ours"


async def test_an_unknown_project_is_not_found(installation: Installation) -> None:
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        answer = await refusal(installation, method, "/api/projects/4711", 404, body)
        assert answer == ("NotFound", "Resource not found: Project with id 4711 not found")


async def test_a_path_without_a_project_number_is_not_found(installation: Installation) -> None:
    wrong = ("x", "-1", "1.0", "²", "٣", "9" * 11, "0" * 5000, "0" * 20 + "9" * 30, "%00", "1%2f")
    for text in wrong:
        kind, _ = await refusal(installation, "GET", f"/api/projects/{text}", 404)
        assert kind == "NotFound"


async def test_unknown_paths_and_methods_are_answered_in_the_same_shape(
    installation: Installation,
) -> None:
    assert (await refusal(installation, "GET", "/api/projects/", 404))[0] == "NotFound"
    assert (await refusal(installation, "GET", "/api/nothing", 404))[0] == "NotFound"
    assert (await refusal(installation, "PUT", "/api/projects", 405))[0] == "MethodNotAllowed"


async def test_a_renamed_project_keeps_its_slug(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}"
    before = await installation.get(path)
    after = await installation.request("PATCH", path, {"name": " Renamed "})
    assert (after["name"], after["slug"]) == ("Renamed", "ours")
    assert after["updated_at"] > before["updated_at"]
    assert await installation.get(path) == after


async def test_a_change_of_nothing_changes_nothing(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}"
    before = await installation.get(path)
    for body in ({}, {"name": None}, {"slug": "other"}, {"name": "Ours"}):
        after = await installation.request("PATCH", path, body)
        assert {**after, "updated_at": 0} == {**before, "updated_at": 0}


async def test_a_project_cannot_take_a_bad_or_taken_name(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}"
    assert (await refusal(installation, "PATCH", path, 400, {"name": " "}))[0] == "ValidationError"
    assert (await refusal(installation, "PATCH", path, 409, {"name": "Theirs"}))[0] == "Conflict"


async def test_a_deleted_project_is_gone_and_its_name_is_free(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}"
    assert await installation.request("DELETE", path, status=204) is None
    for method in ("GET", "DELETE"):
        assert (await refusal(installation, method, path, 404))[0] == "NotFound"
    assert (await refusal(installation, "GET", f"{path}/issues", 404))[0] == "NotFound"
    page = await installation.get("/api/projects")
    assert [item["name"] for item in page["items"]] == ["Theirs"]
    again = await create(installation, "Ours")
    assert again["slug"] == "ours"
    assert again["id"] != installation.project_id


async def test_a_project_counts_its_own_digested_events(installation: Installation) -> None:
    await digested(installation, error(), error(), error("KeyError"))
    page = await installation.get("/api/projects?order=asc")
    assert [item["stored_event_count"] for item in page["items"]] == [3, 0]
    assert [item["digested_event_count"] for item in page["items"]] == [3, 0]
