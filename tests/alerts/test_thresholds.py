"""Thresholds: more than so many events or users in a time that slides, found once a minute."""

import uuid
from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from rustrak.alerts.cooldown import Firing
from rustrak.alerts.evaluate import SETTLED, find_crossings
from rustrak.alerts.notice import AlertType
from rustrak.alerts.rules import Rule, as_rule
from rustrak.database.pool import Connection, fetch_all
from tests.alerts.alerting import add_rule, decide, firings
from tests.installation import Installation
from tests.made_events import digested, error

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUE = uuid.UUID(int=7)

Seen = tuple[int, str]
"""A second after noon, and who had the event."""


def threshold(count: int, minutes: int, *, users: bool = False, **filters: Any) -> Rule:
    """A rule of project 1."""
    kind = AlertType.USER_THRESHOLD if users else AlertType.EVENT_THRESHOLD
    conditions = {"count": count, "minutes": minutes}
    return Rule(1, 1, kind, True, conditions, filters, 0, None, NOON)


async def put(conn: Connection, seen: Sequence[Seen], issue: uuid.UUID = ISSUE) -> None:
    """An issue with these events."""
    times = [NOON + timedelta(seconds=second) for second, _ in seen]
    await conn.execute(
        "INSERT INTO issues (project_id, id, digest_order, first_seen, last_seen, event_count,"
        " newest_position, title, value, culprit) SELECT 1, %s, coalesce(max(digest_order), 0) + 1,"
        " %s, %s, %s, 1, '', '', '' FROM issues",
        (issue, min(times), max(times), len(times)),
    )
    await conn.cursor().executemany(
        "INSERT INTO events VALUES (1, gen_random_uuid(), %s, %s, %s, 0, %s, %s, '', '', 'error',"
        " '', '', 'eu', '', '', '', %s, '{}')",
        [
            (issue, issue, number, time, time, who)
            for number, (time, (_, who)) in enumerate(zip(times, seen, strict=True))
        ],
    )


async def crossings(conn: Connection, rule: Rule, since: int = -1, until: int = 10**6) -> list[int]:
    """The seconds after noon at which a threshold was crossed."""
    found: list[Firing] = await find_crossings(
        conn, rule, NOON + timedelta(seconds=since), NOON + timedelta(seconds=until)
    )
    return [int((firing.occurred_at - NOON).total_seconds()) for firing in found]


async def test_more_than_so_many_within_the_time_is_a_crossing_and_as_many_is_none(
    conn: Connection,
) -> None:
    await put(conn, [(0, ""), (10, ""), (20, ""), (59, ""), (60, "")])
    assert await crossings(conn, threshold(3, 1)) == [59, 60]  # the first left as the fifth came
    assert await crossings(conn, threshold(4, 1)) == []
    assert await crossings(conn, threshold(3, 1), since=59) == [60]
    assert await crossings(conn, threshold(3, 1), since=60) == []
    assert await crossings(conn, threshold(3, 1), until=58) == []


async def test_a_threshold_is_crossed_again_after_it_was_left(conn: Connection) -> None:
    await put(conn, [(second, "") for second in (0, 1, 2, 3, 200, 201, 202)])
    assert await crossings(conn, threshold(2, 1)) == [2, 202]


async def test_users_count_once_however_often_they_come(conn: Connection) -> None:
    seen = [(0, "a"), (1, "b"), (2, "a"), (3, "b"), (4, ""), (61, "c"), (62, "b"), (63, "d")]
    await put(conn, seen)
    assert await crossings(conn, threshold(2, 1, users=True)) == [61, 63]  # "a" left at 62
    assert await crossings(conn, threshold(2, 2, users=True)) == [61]
    assert await crossings(conn, threshold(3, 2, users=True)) == [63]


async def test_only_events_that_meet_the_filters_count(conn: Connection) -> None:
    await put(conn, [(0, ""), (1, ""), (2, "")])
    assert await crossings(conn, threshold(2, 1, environments=["eu"])) == [2]
    assert await crossings(conn, threshold(2, 1, environments=["us"])) == []


@pytest.mark.parametrize("users", [False, True])
async def test_the_statement_finds_what_counting_by_hand_finds(
    conn: Connection, users: bool
) -> None:
    for seed in range(25):
        random = Random(seed)
        issue = uuid.UUID(int=1000 + seed)
        seen = sorted(
            (random.randrange(600), random.choice(["", "a", "b", "c", "d"]))
            for _ in range(random.randrange(1, 60))
        )
        await conn.execute("DELETE FROM issues")
        await conn.execute("DELETE FROM events")
        await put(conn, seen, issue)
        count, minutes = random.randrange(1, 5), random.randrange(1, 4)
        rule = threshold(count, minutes, users=users)
        assert await crossings(conn, rule) == by_hand(seen, count, minutes * 60, users=users), seed


def by_hand(seen: Sequence[Seen], count: int, seconds: int, *, users: bool) -> list[int]:
    """Slide over the events one by one."""
    window: deque[Seen] = deque()
    present: Counter[str] = Counter()
    crossed = []
    for number, (second, user) in enumerate(seen):
        if users and not user:
            continue
        while window and window[0][0] <= second - seconds:
            _, gone = window.popleft()
            present[gone] -= 1
        before = len(+present)
        who = user if users else str(number)
        window.append((second, who))
        present[who] += 1
        if len(+present) == count + 1 and before == count:
            crossed.append(second)
    return crossed


async def test_a_rule_fires_from_digested_events_within_a_minute_and_then_rests(
    installation: Installation, conn: Connection
) -> None:
    rule = await add_rule(
        installation, alert_type="event_threshold", conditions={"count": 2, "minutes": 5}
    )
    await age(conn)
    await digested(installation, *[error()] * 5)
    now = datetime.now(UTC)
    await decide(conn, now)
    assert await firings(conn, rule["id"]) == []  # what was received just now may not be all
    await decide(conn, now + SETTLED)
    (first,) = await firings(conn, rule["id"])
    await digested(installation, *[error()] * 5)
    await decide(conn, datetime.now(UTC) + SETTLED)
    assert await firings(conn, rule["id"]) == [first]


async def test_a_new_rule_does_not_look_back(installation: Installation, conn: Connection) -> None:
    await digested(installation, *[error()] * 5)
    rule = await add_rule(
        installation, alert_type="event_threshold", conditions={"count": 2, "minutes": 5}
    )
    await decide(conn, datetime.now(UTC) + timedelta(minutes=1))
    assert await firings(conn, rule["id"]) == []
    await digested(installation, error())
    await decide(conn, datetime.now(UTC) + timedelta(minutes=2))
    assert await firings(conn, rule["id"]) == []  # it was above before


async def test_a_changed_threshold_counts_from_now_on_and_a_renamed_one_goes_on(
    installation: Installation, conn: Connection
) -> None:
    conditions = {"count": 2, "minutes": 5}
    rule = await add_rule(installation, alert_type="event_threshold", conditions=conditions)
    await age(conn)
    path = f"/api/projects/{installation.project_id}/alert-rules/{rule['id']}"
    before = await evaluated_until(conn)
    await installation.request("PATCH", path, {"name": "x", "conditions": conditions})
    assert await evaluated_until(conn) == before
    await installation.request("PATCH", path, {"conditions": {"count": 3, "minutes": 5}})
    assert await evaluated_until(conn) > before


async def test_what_waits_to_be_digested_holds_the_clock_back(
    installation: Installation, conn: Connection
) -> None:
    rule = await add_rule(
        installation, alert_type="user_threshold", conditions={"count": 1, "minutes": 1}
    )
    await age(conn)
    for user in ("a", "b"):
        await installation.send(error(user={"id": user}))
    await decide(conn, datetime.now(UTC) + timedelta(hours=1))
    assert await firings(conn, rule["id"]) == []
    await installation.digest()
    await decide(conn, datetime.now(UTC) + timedelta(hours=1))
    assert len(await firings(conn, rule["id"])) == 1


async def test_a_muted_issue_crosses_nothing(installation: Installation, conn: Connection) -> None:
    rule = await add_rule(
        installation, alert_type="event_threshold", conditions={"count": 1, "minutes": 1}
    )
    await age(conn)
    await digested(installation, error(), error())
    (issue,) = await installation.issues()
    path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    await installation.request("PATCH", path, {"is_muted": True})
    await decide(conn, datetime.now(UTC) + timedelta(minutes=1))
    assert await firings(conn, rule["id"]) == []


async def age(conn: Connection) -> None:
    """Make every rule a minute old."""
    await conn.execute("UPDATE alert_rules SET evaluated_until = now() - interval '1 minute'")


async def evaluated_until(conn: Connection) -> datetime:
    (row,) = await fetch_all(conn, "SELECT * FROM alert_rules")
    return as_rule(row).evaluated_until
