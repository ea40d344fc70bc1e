"""Tags, charts and summaries of issues, by environment."""

from datetime import timedelta

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.projections.event_row import grouping_id
from rustrak.search import tags as figures_of_tags
from rustrak.search.stats import DAY, MONTH, project_stats, sparklines
from rustrak.search.summary import summarise
from rustrak.search.tags import tag_values, tags
from tests.seen_events import START, fold, seen

A, B = grouping_id(1, "a"), grouping_id(1, "b")
PROD, TEST = {"environment": "prod"}, {"environment": "test"}
EVENTS = [
    seen(1, release="1.0", user="id:1", tags={"colour": "red"}, **PROD),
    seen(2, release="1.1", user="id:1", tags={"colour": "red"}, **TEST),
    seen(3, release="1.1", user="id:2", tags={"colour": "blue"}, **TEST),
    seen(70, release="1.1", tags={"colour": "red"}),
    seen(71, "b", release="1.1", user="id:9"),
    seen(1500, "b", release="1.2", **PROD),
    seen(1501, project=2, **PROD),
]
NOW = START + timedelta(hours=30)


async def test_tags_are_listed_with_their_most_frequent_values(conn: Connection) -> None:
    await fold(conn, EVENTS)
    (row,) = await fetch_all(conn, f"SELECT digest_order AS number FROM issues WHERE id = '{A}'")
    number = row["number"]
    found = {tag.key: tag for tag in await tags(conn, project_id=1, number=number)}
    assert sorted(found) == ["colour", "environment", "level", "release", "user"]
    colour = found["colour"]
    assert (colour.value_count, colour.event_count) == (2, 4)
    assert [(value.value, value.event_count) for value in colour.values] == [
        ("red", 3),
        ("blue", 1),
    ]
    assert colour.values[0].first_seen == START + timedelta(minutes=1)
    assert colour.values[0].last_seen == START + timedelta(minutes=70)
    (few,) = [
        tag for tag in await tags(conn, project_id=1, number=number, limit=1) if tag.key == "colour"
    ]
    assert (few.value_count, len(few.values)) == (2, 1)


async def test_tags_are_the_same_however_many_values_a_key_has(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key has many values, one has, several have."""
    serials = [seen(2000 + n, tags={"serial": str(n % 4)}, **PROD) for n in range(9)]
    await fold(conn, [*EVENTS, *serials])
    (row,) = await fetch_all(conn, f"SELECT digest_order AS number FROM issues WHERE id = '{A}'")
    answers = []
    for many in (1000, 3, 1):
        monkeypatch.setattr(figures_of_tags, "MANY_VALUES", many)
        for environments in (None, ["prod"]):
            found = await tags(
                conn, project_id=1, number=row["number"], environments=environments, limit=3
            )
            answers.append(found)
    assert answers[0] == answers[2] == answers[4]
    assert answers[1] == answers[3] == answers[5]
    (serial,) = [tag for tag in answers[0] if tag.key == "serial"]
    assert (serial.value_count, serial.event_count) == (4, 9)
    assert [value.event_count for value in serial.values] == [3, 2, 2]


async def test_values_of_a_tag_come_in_pages_and_by_environment(conn: Connection) -> None:
    await fold(conn, EVENTS)
    issue = {"project_id": 1, "issue_id": A}
    page = await tag_values(conn, "colour", **issue, limit=1, offset=1)
    assert page is not None
    assert ([value.value for value in page.values], page.value_count) == (["blue"], 2)
    in_test = await tag_values(conn, "colour", **issue, environments=["test"])
    assert in_test is not None
    assert [(value.value, value.event_count) for value in in_test.values] == [
        ("blue", 1),
        ("red", 1),
    ]
    assert await tag_values(conn, "colour", project_id=2, issue_id=A) is None
    assert await tag_values(conn, "size", **issue) is None


async def test_charts_have_a_bar_for_every_hour_or_day(conn: Connection) -> None:
    await fold(conn, EVENTS)
    hours = await sparklines(conn, [(1, A), (1, B), (2, A)], DAY, now=START + timedelta(hours=3))
    assert [bar.event_count for bar in hours[1, A]][-4:] == [3, 1, 0, 0]
    assert [bar.event_count for bar in hours[1, B]][-4:] == [0, 1, 0, 0]
    assert sum(bar.event_count for bar in hours[2, A]) == 0
    assert (len(hours[1, A]), hours[1, A][-1].start) == (24, START + timedelta(hours=3))
    days = await project_stats(conn, [1], MONTH, now=NOW)
    assert ([bar.event_count for bar in days][-2:], len(days)) == ([5, 1], 30)
    in_prod = await project_stats(conn, [1, 2], MONTH, now=NOW, environments=["prod"])
    assert [bar.event_count for bar in in_prod][-2:] == [1, 2]
    a_month_later = await project_stats(conn, [1], MONTH, now=NOW + timedelta(days=40))
    assert sum(bar.event_count for bar in a_month_later) == 0


async def test_an_issue_is_summarised_by_environment(conn: Connection) -> None:
    await fold(conn, EVENTS)
    whole = await summarise(conn, project_id=1, issue_id=A)
    assert (whole.event_count, whole.user_count) == (4, 2)
    assert (whole.first_release, whole.last_release) == ("1.0", "1.1")
    assert (whole.first_environment, whole.last_environment) == ("prod", "")
    part = await summarise(conn, project_id=1, issue_id=A, environments=["test", "prod"])
    assert (part.event_count, part.user_count, part.last_environment) == (3, 2, "test")
    none = await summarise(conn, project_id=1, issue_id=A, environments=["nowhere"])
    assert (none.event_count, none.user_count, none.first_seen, none.first_release) == (
        0,
        0,
        None,
        "",
    )
