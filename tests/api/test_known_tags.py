"""Which tags there are, for completing a search: of one's own projects, by how they begin."""

from dataclasses import replace

import pytest

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection
from tests.installation import Installation
from tests.made_events import digested, error
from tests.people import make_token, make_user
from tests.refusals import refusal


@pytest.fixture
async def filled(installation: Installation) -> Installation:
    await digested(
        installation,
        error(release="shop@1.0", tags={"colour": "red", "os": "50% off", "size": "xl"}),
        error(release="shop@1.1", tags={"colour": "reddish", "os": "50\\x"}),
        error(release="shop@2.0", tags={"colour": "blue"}, user={"email": "jo@example.com"}),
    )
    await digested(installation, error(tags={"secret": "theirs", "colour": "rot"}), project=1)
    return installation


async def names(installation: Installation, path: str) -> list[str]:
    return [one["name"] for one in await installation.get(f"/api/tags{path}")]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("?begins=co", ["colour"]),
        ("?begins=s", ["secret", "size"]),
        ("?begins=nothing", []),
        ("/colour?begins=r", ["red", "reddish", "rot"]),
        ("/colour?begins=r&project=1", ["red", "reddish"]),
        ("/colour?begins=r&limit=1", ["red"]),
        ("/release?begins=shop%401", ["shop@1.0", "shop@1.1"]),
        ("/os?begins=50%25", ["50% off"]),
        ("/os?begins=50%5C", ["50\\x"]),
        ("/user?begins=email:", ["email:jo@example.com"]),
        ("/nothing?begins=x", []),
    ],
)
async def test_tags_are_known_by_how_they_begin(
    filled: Installation, path: str, answer: list[str]
) -> None:
    assert await names(filled, path) == answer


async def test_every_key_is_known(filled: Installation) -> None:
    keys = await names(filled, "?limit=100")
    assert {"colour", "level", "os", "release", "size", "user"} <= set(keys)
    assert keys == sorted(keys)


async def test_nobody_hears_of_tags_of_others(filled: Installation, conn: Connection) -> None:
    member = await make_user(conn, "member@example.com")
    token = await make_token(conn, member, role=(filled.project_id, Role.VIEWER))
    theirs = replace(filled, token=token)
    for path in ("/secret", "/nothing", "/colour?project=2"):
        kind, _ = await refusal(theirs, "GET", f"/api/tags{path}", 404)
        assert kind == "NotFound"
    for path, answer in (
        ("?begins=s", ["size"]),
        ("/colour?begins=r", ["red", "reddish"]),
        ("/colour?begins=r&project=2", []),
        ("/secret?begins=t", []),
    ):
        assert await names(theirs, path) == answer
