"""The past regrouped on a real ledger: shown, applied while events arrive, undone."""

import asyncio
from random import Random
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.errors import Conflict
from rustrak.grouping import GroupingConfig
from rustrak.regroup import reread, settle, work
from rustrak.regroup.run import APPLYING, FAILED, UNDOING, create, get, request
from tests.installation import Installation
from tests.made_events import digested, error
from tests.projections.test_aggregates import assert_counts_are_right
from tests.projections.test_rearranging import TABLES

ONE = GroupingConfig.of("v2", "error.type:*Error -> errors\n")
BY_CUSTOMER = GroupingConfig.of("v2", "type:* -> {{ default }} {{ tags.customer }}\n")
KINDS = ("KeyError", "IndexError", "Warning", "Timeout")


def made(random: Random) -> dict[str, Any]:
    return error(
        random.choice(KINDS),
        "no",
        user={"id": random.choice("123")},
        environment=random.choice(["production", "staging"]),
        release=random.choice(["1", "2"]),
        tags={"customer": random.choice(["acme", "bolt"])},
    )


async def filled(installation: Installation, events: int = 30, seed: int = 1) -> None:
    random = Random(seed)
    await digested(installation, *(made(random) for _ in range(events)))


async def dump(conn: Connection) -> dict[str, list[Any]]:
    query = "SELECT to_jsonb(t) AS row FROM {} t WHERE project_id = 1 ORDER BY row"
    return {table: await fetch_all(conn, query.format(table)) for table in TABLES}


async def previewed(conn: Connection, config: GroupingConfig = ONE) -> dict[str, Any]:
    row = await create(conn, 1, config, since=None, until=None, created_by="user:1")
    assert await work.advance(conn, 1, row["id"], 0)
    return await get(conn, 1, row["id"])


async def applied(conn: Connection, run: dict[str, Any]) -> dict[str, Any]:
    await request(conn, 1, run["id"], APPLYING)
    assert await work.advance(conn, 1, run["id"], 0)
    return await get(conn, 1, run["id"])


async def undone(conn: Connection, run: dict[str, Any]) -> dict[str, Any]:
    await request(conn, 1, run["id"], UNDOING)
    assert await work.advance(conn, 1, run["id"], 0)
    return await get(conn, 1, run["id"])


async def issues_by_count(conn: Connection) -> dict[str, int]:
    rows = await fetch_all(conn, "SELECT id, event_count FROM issues WHERE project_id = 1")
    return {str(row["id"]): row["event_count"] for row in rows}


@pytest.mark.parametrize("config", [ONE, BY_CUSTOMER])
async def test_what_is_shown_is_what_is_applied_and_undoing_it_restores_every_table(
    installation: Installation, conn: Connection, config: GroupingConfig
) -> None:
    await filled(installation)
    before = await dump(conn)
    run = await previewed(conn, config)
    assert await dump(conn) == before, "a preview writes nothing live"
    run = await applied(conn, run)
    assert run["state"] == "applied"
    await assert_counts_are_right(conn)
    after = await issues_by_count(conn)
    for change in run["difference"]["changes"]:
        for side in change["after"]:
            assert after[side["id"]] == side["events"]
        for side in change["before"]:
            if side["id"] not in {issue["id"] for issue in change["after"]}:
                assert side["id"] not in after
    again = await previewed(conn, config)
    assert again["difference"]["changed"] == 0, "there is nothing left to change"
    run = await undone(conn, run)
    assert run["state"] == "undone"
    restored = await dump(conn)
    for table in TABLES:
        assert restored[table] == before[table], table


async def test_the_difference_is_told_in_a_sentence_with_examples(
    installation: Installation, conn: Connection
) -> None:
    await filled(installation)
    difference = (await previewed(conn))["difference"]
    assert difference["headline"] == "2 issues become 1, 2 unchanged"
    assert (difference["merged"], difference["split"], difference["unchanged"]) == (1, 0, 2)
    (change,) = difference["changes"]
    assert {issue["title"] for issue in change["before"]} == {"KeyError: no", "IndexError: no"}
    assert change["examples"]
    split = (await previewed(conn, BY_CUSTOMER))["difference"]
    assert split["headline"].startswith("1 splits in 2, ")


async def test_status_and_assignee_stay_with_the_issue_that_gives_the_most_events(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, *(error("KeyError") for _ in range(3)), error("IndexError"))
    issues = {issue["title"].partition(":")[0]: issue for issue in await installation.issues()}
    place = f"/api/projects/{installation.project_id}/issues/"
    await installation.request("PATCH", place + issues["KeyError"]["id"], {"priority": "high"})
    await applied(conn, await previewed(conn))
    (issue,) = await installation.issues()
    assert (issue["id"], issue["priority"]) == (issues["KeyError"]["id"], "high")


async def test_events_received_from_then_on_are_grouped_by_it_and_the_rest_stays(
    installation: Installation, conn: Connection
) -> None:
    await filled(installation)
    run = await applied(conn, await previewed(conn))
    await filled(installation, 20, seed=2)
    await assert_counts_are_right(conn)
    titles = [issue["title"].partition(":")[0] for issue in await installation.issues()]
    assert sorted(title for title in titles if not title.endswith("Error")) == [
        "Timeout",
        "Warning",
    ]
    assert len(titles) == 3
    await undone(conn, run)
    await assert_counts_are_right(conn)
    assert len(await installation.issues()) == 4


async def test_digests_go_on_while_the_past_is_regrouped(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "MOST_MOVED", 1)
    monkeypatch.setattr(reread, "BATCH", 7)
    await filled(installation, 40)
    run = await previewed(conn, BY_CUSTOMER)

    async def digest() -> None:
        for seed in range(3, 9):
            await filled(installation, 10, seed)

    run, _ = await asyncio.gather(applied(conn, run), digest())
    await assert_counts_are_right(conn)
    again = await previewed(conn, BY_CUSTOMER)
    assert again["difference"]["changed"] == 0


async def test_what_was_interrupted_goes_on_where_it_is_run_again(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "MOST_MOVED", 1)
    await filled(installation)
    run = await previewed(conn, BY_CUSTOMER)
    await request(conn, 1, run["id"], APPLYING)
    moves = 0
    real = settle._move

    async def fails_at_the_third(*args: Any) -> None:
        nonlocal moves
        moves += 1
        if moves == 3:
            raise ConnectionError
        await real(*args)

    monkeypatch.setattr(settle, "_move", fails_at_the_third)
    with pytest.raises(ConnectionError):
        await work.advance(conn, 1, run["id"], 0)
    await assert_counts_are_right(conn)
    assert await work.work(conn, 0) == 1
    assert (await get(conn, 1, run["id"]))["state"] == "applied"
    await assert_counts_are_right(conn)
    decisions = await fetch_all(
        conn,
        "SELECT FROM decisions WHERE kind = 'change_grouping' AND project_id = 1",
    )
    assert len(decisions) == 2, "one at birth, one decision however often it was run"


async def test_a_regrouping_is_asked_for_in_order(
    installation: Installation, conn: Connection
) -> None:
    await filled(installation, 5)
    run = await previewed(conn)
    for state in (UNDOING, FAILED):
        with pytest.raises(Conflict, match="is previewed"):
            await request(conn, 1, run["id"], state)
    await applied(conn, run)
    with pytest.raises(Conflict, match="is applied"):
        await request(conn, 1, run["id"], APPLYING)


async def test_many_events_are_read_by_other_processes(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(installation)
    monkeypatch.setattr(reread, "FEW", 10)
    row = await create(conn, 1, ONE, since=None, until=None, created_by="user:1")
    await work.advance(conn, 1, row["id"], 1)
    found = await get(conn, 1, row["id"])
    assert (found["state"], found["done"]) == ("previewed", 0)
    assert found["difference"]["headline"] == "2 issues become 1, 2 unchanged"


async def test_issues_that_are_merged_meanwhile_keep_their_counts(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(installation)
    run = await previewed(conn, BY_CUSTOMER)
    issues = await installation.issues()
    place = f"/api/projects/{installation.project_id}/issues/{issues[0]['id']}/merge"
    real = settle._destinations

    async def with_a_merge(*given: Any) -> Any:
        moves = await real(*given)
        await installation.request("POST", place, {"issues": [issues[1]["id"]]})
        return moves

    monkeypatch.setattr(settle, "_destinations", with_a_merge)
    await applied(conn, run)
    await assert_counts_are_right(conn)
    strays = await fetch_all(
        conn,
        "SELECT FROM events JOIN groupings ON groupings.project_id = events.project_id"
        " AND groupings.id = grouping_id WHERE groupings.issue_id <> events.issue_id",
    )
    assert strays == []
