"""Bearer tokens over the API: shown once, stored hashed, revoked at once."""

import hashlib
import re
from typing import Any

from rustrak.database.pool import Connection, fetch_all, fetch_one
from tests.installation import Installation
from tests.refusals import refusal


async def create(installation: Installation, **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = await installation.request("POST", "/api/tokens", body, 201)
    return made


async def status_with(installation: Installation, authorization: str) -> int:
    url = f"{installation.base_url}/api/projects"
    headers = {"Authorization": authorization}
    async with installation.client.get(url, headers=headers) as response:
        return response.status


async def test_a_new_token_is_forty_hexadecimal_digits(installation: Installation) -> None:
    made = await create(installation, description="CI")
    assert list(made) == ["id", "token", "description", "created_at", "scopes", "expires_at"]
    assert re.fullmatch("[0-9a-f]{40}", made["token"])
    assert made["description"] == "CI"
    assert made["created_at"].endswith("Z")
    assert await status_with(installation, f"Bearer {made['token']}") == 200


async def test_tokens_all_differ(installation: Installation) -> None:
    made = [await create(installation) for _ in range(5)]
    assert len({token["token"] for token in made}) == 5
    assert {token["description"] for token in made} == {None}


async def test_a_bad_description_is_refused(installation: Installation) -> None:
    descriptions: list[Any] = ["x" * 256, "a\0b", 7, []]
    for wrong in descriptions:
        kind, _ = await refusal(installation, "POST", "/api/tokens", 400, {"description": wrong})
        assert kind == "ValidationError"
    assert (await create(installation, description="ü" * 255))["description"] == "ü" * 255


async def test_a_list_shows_prefixes_newest_first(installation: Installation) -> None:
    made = await create(installation, description="CI")
    tokens = await installation.get("/api/tokens")
    names = [
        "id",
        "token_prefix",
        "description",
        "created_at",
        "last_used_at",
        "scopes",
        "expires_at",
    ]
    assert [list(token) for token in tokens] == [names, names]
    assert [token["description"] for token in tokens] == ["CI", "test"]
    assert tokens[0]["token_prefix"] == made["token"][:8] + "..."
    assert tokens[0]["last_used_at"] is None
    assert await installation.get(f"/api/tokens/{made['id']}") == tokens[0]


async def test_a_token_is_never_shown_again_and_stored_only_as_its_hash(
    installation: Installation, conn: Connection
) -> None:
    made = await create(installation)
    for path in ("/api/tokens", f"/api/tokens/{made['id']}"):
        assert made["token"][9:] not in str(await installation.get(path))
    row = await fetch_one(conn, "SELECT * FROM auth_tokens WHERE id = %(id)s", id=made["id"])
    assert row is not None
    assert row["token_hash"] == hashlib.sha256(made["token"].encode()).digest()
    assert made["token"] not in str(row)


async def test_use_of_a_token_is_noted(installation: Installation) -> None:
    (token,) = await installation.get("/api/tokens")
    assert token["last_used_at"].endswith("Z")


async def test_a_revoked_token_opens_nothing_at_once(installation: Installation) -> None:
    made = await create(installation)
    bearer = f"Bearer {made['token']}"
    assert await status_with(installation, bearer) == 200
    assert await installation.request("DELETE", f"/api/tokens/{made['id']}", status=204) is None
    assert await status_with(installation, bearer) == 401
    for method in ("GET", "DELETE"):
        kind, message = await refusal(installation, method, f"/api/tokens/{made['id']}", 404)
        assert (kind, message) == (
            "NotFound",
            f"Resource not found: Token with id {made['id']} not found",
        )


async def test_a_token_can_revoke_itself(installation: Installation) -> None:
    (token,) = await installation.get("/api/tokens")
    await installation.request("DELETE", f"/api/tokens/{token['id']}", status=204)
    assert (await refusal(installation, "GET", "/api/tokens", 401))[0] == "Unauthorized"


async def test_a_token_id_that_is_no_number_is_not_found(installation: Installation) -> None:
    for name in ("x", "-1", "1" * 5000, "%00"):
        for method in ("GET", "DELETE"):
            assert (await refusal(installation, method, f"/api/tokens/{name}", 404))[0] == (
                "NotFound"
            )


async def test_unknown_and_misshapen_bearers_are_refused(installation: Installation) -> None:
    token = installation.token
    wrong = [
        "Bearer",
        "Bearer ",
        f"Bearer {'0' * 40}",
        f"Bearer {token[:-1]}",
        f"Bearer {token.upper()}x",
        f"Bearer {token} {token}",
        f"Bearer{token}",
        f"Basic {token}",
        f"Token {token}",
        token,
        "Bearer \u00ff\u00fe",
        "Bearer " + "x" * 4000,
    ]
    assert {text: await status_with(installation, text) for text in wrong} == dict.fromkeys(
        wrong, 401
    )


async def test_the_word_bearer_is_read_in_any_case(installation: Installation) -> None:
    assert await status_with(installation, f"bEARER  {installation.token} ") == 200


async def test_a_token_of_a_disabled_user_opens_nothing(
    installation: Installation, conn: Connection
) -> None:
    await conn.execute("UPDATE users SET is_active = false")
    assert await status_with(installation, f"Bearer {installation.token}") == 401


async def test_an_expired_token_opens_nothing(installation: Installation, conn: Connection) -> None:
    made = await create(installation, expires_at="2999-01-01T00:00:00Z")
    assert made["expires_at"] == "2999-01-01T00:00:00Z"
    assert await status_with(installation, f"Bearer {made['token']}") == 200
    await conn.execute("UPDATE auth_tokens SET expires_at = now() WHERE expires_at IS NOT NULL")
    assert await status_with(installation, f"Bearer {made['token']}") == 401


async def test_an_expiry_in_the_past_is_refused(installation: Installation) -> None:
    for wrong in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00", "soon"):
        kind, message = await refusal(
            installation, "POST", "/api/tokens", 400, {"expires_at": wrong}
        )
        assert kind == "ValidationError"
        assert message.startswith("Validation error: expires_at: ")


async def test_a_token_makes_none_that_may_do_more(installation: Installation) -> None:
    made = await create(installation, scopes=["write"])
    assert made["scopes"] == ["write"]
    headers = {"Authorization": f"Bearer {made['token']}"}
    url = installation.base_url + "/api/tokens"
    for scopes, status in (
        (["admin"], 403),
        (["write", "admin"], 403),
        (["write"], 201),
        (None, 201),
    ):
        body = {"scopes": scopes}
        async with installation.client.post(url, json=body, headers=headers) as response:
            assert response.status == status
            if status == 201:
                assert (await response.json())["scopes"] == ["write"]


async def test_tokens_made_with_a_token_belong_to_its_owner(
    installation: Installation, conn: Connection
) -> None:
    await create(installation)
    rows = await fetch_all(conn, "SELECT DISTINCT user_id FROM auth_tokens")
    assert len(rows) == 1


async def test_an_expiry_past_all_time_is_refused(installation: Installation) -> None:
    body = {"expires_at": "9999-12-31T23:59:59-12:00"}
    kind, message = await refusal(installation, "POST", "/api/tokens", 400, body)
    assert kind == "ValidationError"
    assert message.startswith("Validation error: expires_at: ")
    last = await create(installation, expires_at="9999-12-31T23:59:59.999999Z")
    assert last["expires_at"] == "9999-12-31T23:59:59.999999Z"
    assert len(await installation.get("/api/tokens")) == 2


async def test_a_token_makes_none_that_lives_longer(installation: Installation) -> None:
    own = "2999-01-01T00:00:00Z"
    made = await create(installation, expires_at=own)
    installation.token = made["token"]
    later = {"expires_at": "2999-01-01T00:00:01Z"}
    assert (await refusal(installation, "POST", "/api/tokens", 403, later))[0] == "Forbidden"
    sooner = "2998-01-01T00:00:00Z"
    for body, expires_at in (
        ({}, own),
        ({"expires_at": own}, own),
        ({"expires_at": sooner}, sooner),
    ):
        assert (await create(installation, **body))["expires_at"] == expires_at
