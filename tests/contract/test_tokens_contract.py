"""Reference §1.9 and the checklist's integration/tokens_api."""

import re

from tests.contract.dashboard import Dashboard
from tests.contract.rules import NEW_TOKEN, TOKEN, array


async def test_list_without_session_is_401(stranger: Dashboard) -> None:
    for method in ("GET", "POST"):
        assert (await stranger.refusal(method, "/api/tokens", 401))[0] == "Unauthorized"
    assert (await stranger.refusal("DELETE", "/api/tokens/1", 401))[0] == "Unauthorized"


async def test_list_is_a_bare_array_newest_first(dashboard: Dashboard) -> None:
    """One's own: in the original tokens belong to nobody."""
    await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, {"description": "CI"}, 201)
    tokens = await dashboard.get("/api/tokens", array(TOKEN))
    assert [token["description"] for token in tokens] == ["CI", "test"]


async def test_a_token_is_masked_to_8_characters_and_dots(dashboard: Dashboard) -> None:
    made = await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, {}, 201)
    token = (await dashboard.get("/api/tokens", array(TOKEN)))[0]
    assert token["token_prefix"] == made["token"][:8] + "..."
    assert len(token["token_prefix"]) == 11
    assert made["token"] not in str(await dashboard.get("/api/tokens", array(TOKEN)))


async def test_create_with_and_without_description(dashboard: Dashboard) -> None:
    for body, description in (
        ({"description": "CI"}, "CI"),
        ({}, None),
        ({"description": None}, None),
    ):
        made = await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, body, 201)
        assert made["description"] == description


async def test_five_tokens_all_differ_and_are_40_lower_case_hex(dashboard: Dashboard) -> None:
    made = [await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, {}, 201) for _ in range(5)]
    tokens = {one["token"] for one in made}
    assert len(tokens) == 5
    assert all(re.fullmatch("[0-9a-f]{40}", token) for token in tokens)


async def test_get_shows_the_token_masked(dashboard: Dashboard) -> None:
    """Only newer versions of the original have the route, and there it shows the whole token; ours
    are stored hashed."""
    made = await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, {}, 201)
    shown = await dashboard.get(f"/api/tokens/{made['id']}", TOKEN)
    assert shown["token_prefix"] == made["token"][:8] + "..."


async def test_delete_is_204_and_gone(dashboard: Dashboard) -> None:
    made = await dashboard.ask("POST", "/api/tokens", NEW_TOKEN, {}, 201)
    await dashboard.ask("DELETE", f"/api/tokens/{made['id']}", None, status=204)
    assert len(await dashboard.get("/api/tokens", array(TOKEN))) == 1
    assert await dashboard.refusal("DELETE", f"/api/tokens/{made['id']}", 404) == (
        "NotFound",
        f"Resource not found: Token with id {made['id']} not found",
    )


async def test_an_id_that_is_no_number_is_404(dashboard: Dashboard) -> None:
    assert (await dashboard.refusal("DELETE", "/api/tokens/x", 404))[0] == "NotFound"


async def status_with(dashboard: Dashboard, authorization: str) -> int:
    headers = {"Authorization": authorization}
    return (await dashboard.answer("GET", "/api/tokens", headers=headers)).status


async def test_deleting_the_token_in_use_is_204_then_401(stranger: Dashboard) -> None:
    token = stranger.installation.token
    headers = {"Authorization": f"Bearer {token}"}
    (listed,) = (await stranger.answer("GET", "/api/tokens", headers=headers)).body
    path = f"/api/tokens/{listed['id']}"
    assert (await stranger.answer("DELETE", path, headers=headers)).status == 204
    assert await status_with(stranger, f"Bearer {token}") == 401


async def test_last_used_at_is_set_after_use(dashboard: Dashboard, stranger: Dashboard) -> None:
    (before,) = await dashboard.get("/api/tokens", array(TOKEN))
    assert before["last_used_at"] is None
    assert await status_with(stranger, f"Bearer {stranger.installation.token}") == 200
    (after,) = await dashboard.get("/api/tokens", array(TOKEN))
    assert after["last_used_at"] is not None


async def test_malformed_empty_and_wrong_bearers_are_401(stranger: Dashboard) -> None:
    token = stranger.installation.token
    for authorization in ("Bearer", "Bearer ", f"Bearer {'0' * 40}", f"Token {token}", token):
        assert await status_with(stranger, authorization) == 401
