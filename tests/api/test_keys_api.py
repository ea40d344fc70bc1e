"""DSN keys over the API: made, switched off, taken away; and what intake then lets in."""

from typing import Any

import pytest

from rustrak.accounts.keys import MOST_KEYS
from rustrak.database.pool import Connection
from tests.installation import Installation, until
from tests.made_events import error
from tests.refusals import refusal
from tests.settings import make_known

FIELDS = ["id", "label", "public_key", "dsn", "is_active", "created_at", "revoked_at"]


@pytest.fixture
def place(installation: Installation) -> str:
    return f"/api/projects/{installation.project_id}/keys"


async def status_with(installation: Installation, key: dict[str, Any]) -> int:
    auth = f"Sentry sentry_version=7, sentry_key={key['public_key'].replace('-', '')}"
    response = await installation.post_envelope(b'{}\n{"type":"x"}\nx\n', X_Sentry_Auth=auth)
    return response.status


async def test_a_project_starts_with_the_key_of_its_dsn(
    installation: Installation, place: str
) -> None:
    (key,) = await installation.get(place)
    project = await installation.get(f"/api/projects/{installation.project_id}")
    assert list(key) == FIELDS
    assert (key["label"], key["is_active"], key["revoked_at"]) == ("default", True, None)
    assert (key["public_key"], key["dsn"]) == (project["sentry_key"], project["dsn"])


async def test_a_new_key_works_at_once_beside_the_first(
    installation: Installation, place: str
) -> None:
    made = await installation.request("POST", place, {"label": "mobile"}, 201)
    assert (made["label"], made["is_active"]) == ("mobile", True)
    first, second = await installation.get(place)
    assert second == made
    assert [await status_with(installation, key) for key in (first, second)] == [200, 200]


async def test_a_key_is_rotated_without_a_gap(installation: Installation, place: str) -> None:
    (old,) = await installation.get(place)
    new = await installation.request("POST", place, {}, 201)
    off = await installation.request("PATCH", f"{place}/{old['id']}", {"is_active": False})
    assert (off["is_active"], off["label"]) == (False, "default")
    assert off["revoked_at"].endswith("Z")
    project = await installation.get(f"/api/projects/{installation.project_id}")
    assert project["dsn"] == new["dsn"]
    await make_known(installation)
    assert [await status_with(installation, key) for key in (old, new)] == [403, 200]
    on = await installation.request("PATCH", f"{place}/{old['id']}", {"is_active": True})
    assert (on["is_active"], on["revoked_at"]) == (True, None)
    assert await status_with(installation, old) == 200


async def test_switching_off_twice_keeps_the_first_moment(
    installation: Installation, place: str
) -> None:
    (old,) = await installation.get(place)
    await installation.request("POST", place, {}, 201)
    path, body = f"{place}/{old['id']}", {"is_active": False}
    once = await installation.request("PATCH", path, body)
    assert await installation.request("PATCH", path, body) == once
    assert await installation.request("PATCH", path, {}) == once
    named = await installation.request("PATCH", path, {"label": "old"})
    assert named == {**once, "label": "old"}


async def test_intake_notices_a_key_that_was_taken_away_by_itself(
    installation: Installation, place: str
) -> None:
    made = await installation.request("POST", place, {}, 201)
    assert await status_with(installation, made) == 200
    await installation.request("DELETE", f"{place}/{made['id']}", status=204)

    async def is_refused() -> bool:
        return await status_with(installation, made) == 403

    await until(is_refused, what="the key refused")
    assert await installation.send(error())
    await refusal(installation, "DELETE", f"{place}/{made['id']}", 404)


async def test_the_last_active_key_stays(installation: Installation, place: str) -> None:
    first, second = (
        *await installation.get(place),
        await installation.request("POST", place, {}, 201),
    )
    await installation.request("PATCH", f"{place}/{second['id']}", {"is_active": False})
    for method, body in (("DELETE", None), ("PATCH", {"is_active": False})):
        kind, message = await refusal(installation, method, f"{place}/{first['id']}", 409, body)
        assert kind == "Conflict"
        assert message.endswith("make another one first")
    await installation.request("DELETE", f"{place}/{second['id']}", status=204)
    assert [key["id"] for key in await installation.get(place)] == [first["id"]]


async def test_bad_labels_and_ids_are_refused(installation: Installation, place: str) -> None:
    for label in ("", "x" * 65, "a\0b", 7):
        await refusal(installation, "POST", place, 400, {"label": label})
    for key_id in ("0", "4711", "x", "9" * 11, "%00"):
        await refusal(installation, "PATCH", f"{place}/{key_id}", 404, {"label": "x"})
        await refusal(installation, "DELETE", f"{place}/{key_id}", 404)
    longest = await installation.request("POST", place, {"label": "é" * 64}, 201)
    assert longest["label"] == "é" * 64


async def test_a_project_has_a_bounded_number_of_keys(
    installation: Installation, place: str, conn: Connection
) -> None:
    await conn.execute(
        "INSERT INTO dsn_keys (project_id) SELECT %s FROM generate_series(2, %s)",
        [installation.project_id, MOST_KEYS],
    )
    kind, _ = await refusal(installation, "POST", place, 409, {})
    assert kind == "Conflict"
