"""The description of the API says what the table of routes does, and reads well."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import rustrak
from rustrak.api import openapi
from rustrak.api.openapi_intake import DOORS
from rustrak.api.routes import ROUTES
from rustrak.ingest.routes import ENDPOINTS
from tests.installation import Installation


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.describe()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def media_with_examples(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for _, _, operation in operations(document):
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in body.get("content", {}).values():
                if "schema" in media:
                    found.append((operation["operationId"], media))
    return found


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1.")


def test_every_route_is_described(document: dict[str, Any]) -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    described = {(method.upper(), path) for method, path, _ in operations(document)}
    for route in ROUTES:
        assert (route.method, re.sub(r":[^}]+}", "}", route.path)) in described
    for path in ("/health", "/health/live", "/health/ready"):
        assert ("GET", path) in described
    assert {(door.method, door.path.removesuffix("/")) for door in DOORS} == {
        (method, path) for path, handlers in ENDPOINTS.items() for method in handlers
    }


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(
    document: dict[str, Any],
) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = []
    for _, path, operation in operations(document):
        names.append(operation["operationId"])
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags
    assert len(set(names)) == len(names)


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    found = media_with_examples(document)
    assert len(found) > len(ROUTES) / 2
    for name, media in found:
        schema = {**media["schema"], "components": document["components"]}
        errors = [
            error.message
            for error in Draft202012Validator(
                schema, format_checker=Draft202012Validator.FORMAT_CHECKER
            ).iter_errors(media["example"])
        ]
        assert errors == [], name


def test_words_under_a_field_are_its_description(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    attachment = schemas["Attachment"]["properties"]
    assert attachment["size"] == {"type": "integer", "description": "Bytes."}
    detail = schemas["EventDetail"]["properties"]  # a field of its own, and an inherited one
    assert detail["data"]["description"].startswith("The event as it was received")
    (hours,) = (
        parameter
        for parameter in document["paths"]["/api/projects/{project_id}/outcomes"]["get"][
            "parameters"
        ]
        if parameter["name"] == "hours"
    )
    assert hours["description"] == "How far to look back."
    assert hours["schema"] == {"type": "integer", "minimum": 1, "maximum": 720, "default": 24}


def test_a_page_without_a_next_one_may_leave_the_cursor_out(document: dict[str, Any]) -> None:
    page = document["components"]["schemas"]["CursorPage_Log_"]
    assert set(page["required"]) == {"items", "has_more"}


def test_ids_in_paths_are_of_the_kind_their_handlers_read(document: dict[str, Any]) -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in (Path(rustrak.__file__).parent / "api").glob("*.py")
    )
    calls = re.findall(r'\.(number|uuid|text)\(\s*"(\w+)"\s*\)', source)
    read = {name: kind for kind, name in calls}
    read["project_id"] = "number"
    for route in ROUTES:
        for name in re.findall(r"{(\w+)", route.path):
            schema = openapi._path_parameter(name)["schema"]
            kind = "number" if schema["type"] == "integer" else schema.get("format", "text")
            assert read[name] == kind, (route.path, name)


async def test_the_document_is_public_and_kept_by_who_has_it(installation: Installation) -> None:
    url = f"{installation.base_url}/api/openapi.json"
    async with installation.client.get(url) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        document = await response.json()
        tag = response.headers["ETag"]
    assert document == openapi.describe()
    async with installation.client.get(url, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with installation.client.get(url, headers={"If-None-Match": '"other"'}) as response:
        assert response.status == 200


class Page(HTMLParser):
    """What a browser would load or run, the anchors there are, and those that are pointed at."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.anchors: list[str] = []
        self.targets: set[str] = set()
        self.outside: list[str] = []
        self.handlers: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("meta",):
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.anchors.append(value or "")
            elif name in ("href", "src"):
                (self.targets.add if (value or "").startswith("#") else self.outside.append)(
                    (value or "").removeprefix("#")
                )
            elif name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_the_page_is_whole_and_needs_nothing_else(installation: Installation) -> None:
    async with installation.client.get(f"{installation.base_url}/api/docs") as response:
        assert (response.status, response.content_type) == (200, "text/html")
        policy = response.headers["Content-Security-Policy"]
        text = await response.text()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.outside == ["/api/openapi.json"]
    assert (page.handlers, page.tags & {"script", "link", "img", "iframe"}) == ([], set())
    assert page.targets <= set(page.anchors)
    assert len(set(page.anchors)) == len(page.anchors)
    for route in ROUTES:
        assert route.handler.__name__ in page.anchors


async def test_the_page_shows_markup_as_text(document: dict[str, Any]) -> None:
    from rustrak.api.docs_page import render

    hostile = "<script>alert(1)</script>"
    changed = {**document, "info": {**document["info"], "title": hostile, "description": hostile}}
    changed["paths"] = {
        f"/{hostile}": {
            "get": {
                "operationId": hostile,
                "tags": [document["tags"][0]["name"]],
                "summary": hostile,
                "description": hostile,
                "security": [],
                "parameters": [
                    {
                        "name": hostile,
                        "in": "query",
                        "description": hostile,
                        "schema": {"enum": [hostile], "default": hostile},
                    }
                ],
                "responses": {
                    "200": {
                        "description": hostile,
                        "content": {hostile: {"schema": {"const": hostile}, "example": hostile}},
                    }
                },
            }
        }
    }
    text = render(changed)
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 10


@pytest.mark.parametrize("accepted", ["gzip", "deflate"])
async def test_long_answers_are_compressed_for_who_asks(
    installation: Installation, accepted: str
) -> None:
    headers = {"Accept-Encoding": accepted}
    url = f"{installation.base_url}/api/openapi.json"
    async with installation.client.get(url, headers=headers) as response:
        assert response.headers["Content-Encoding"] == accepted
        assert response.headers["Vary"] == "Accept-Encoding"
        assert int(response.headers["Content-Length"]) < 40_000
        assert (await response.json())["openapi"]
    async with installation.client.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
    url = f"{installation.base_url}/health"
    async with installation.client.get(url, headers=headers) as response:  # too short
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/api/openapi.json", 200),
        ("HEAD", "/api/projects", 401),
        ("OPTIONS", "/api/projects", 405),
        ("PUT", "/api/projects", 405),
        ("GET", "/api/projects/", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/nothing", 404),
    ],
)
async def test_other_methods_and_paths_are_refused(
    installation: Installation, method: str, path: str, status: int
) -> None:
    async with installation.client.request(method, installation.base_url + path) as response:
        assert response.status == status
        if status == 405:
            assert set(response.headers["Allow"].split(",")) == {"GET", "HEAD", "POST"}
