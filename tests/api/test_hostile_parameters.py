"""Nothing in a path or a query string makes the API stumble; walks the table of routes."""

import re
from itertools import product

from yarl import URL

from rustrak.accounts.access import Needs
from rustrak.api.route import Route
from rustrak.api.routes import ROUTES
from tests.installation import Installation

HOSTILE = (
    "%00",
    "a%00b",
    "%ED%A0%80",  # half a surrogate pair
    "%FF",
    "%F0%9F%98%80",
    "9" * 11,
    "9" * 5000,
    "-1",
    "1e400",
    "NaN",
    "%D9%A3",  # an Arabic 3
    "..%2F..",
    "%27%20OR%201=1--",
    "%25s%25(x)s",
)
READING = [r for r in ROUTES if r.method == "GET" and r.needs is not Needs.SESSION]


def plain(path: str) -> str:
    return re.sub(r"{(\w+):[^}]+}", r"{\1}", path)


async def test_a_hostile_name_in_a_path_is_nobodys(installation: Installation) -> None:
    for route in READING:
        names = re.findall(r"{(\w+)}", plain(route.path))
        for name, value in product(names, HOSTILE):
            path = filled(installation, route, **{name: value}) + required(route)
            assert await status(installation, path) == 404, path


async def test_a_hostile_parameter_is_taken_or_refused(installation: Installation) -> None:
    for route in READING:
        parameters = route.shape.query.model_fields if route.shape.query else ()
        for parameter, value in product(parameters, HOSTILE):
            place = f"{filled(installation, route)}?{parameter}={value}"
            expected = (400, 404) if "%00" in value else (200, 400, 404)
            assert await status(installation, place) in expected, place


def filled(installation: Installation, route: Route, **given: str) -> str:
    """The path of a route with something in all its places."""
    path = plain(route.path)
    anything = dict.fromkeys(re.findall(r"{(\w+)}", path), "1")
    return path.format(**{**anything, "project_id": installation.project_id, **given})


def required(route: Route) -> str:
    """What must be asked, so that it is the path that is refused."""
    fields = route.shape.query.model_fields if route.shape.query else {}
    needed = [f"{name}=1" for name, field in fields.items() if field.is_required()]
    return "?" + "&".join(needed) if needed else ""


async def status(installation: Installation, path: str) -> int:
    url = URL(installation.base_url + path, encoded=True)
    headers = {"Authorization": f"Bearer {installation.token}"}
    async with installation.client.get(url, headers=headers) as response:
        await response.read()
        return response.status
