"""Tags, environments and users of issues.

Whoever folds holds the rows of the issues (they were just upserted), so what is read here stays
true until the commit, and nobody else writes what is written here.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from rustrak.database.arrays import bigints, booleans, integers, texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.projections.event_row import EventRow
from rustrak.projections.tag_folds import Count, Known, PlaceFold, Tag, fold_place

Issue = tuple[int, UUID]
Place = tuple[int, UUID, str]
"""An issue in an environment."""

Folds = Mapping[Place, PlaceFold]


async def fold_tags(conn: Connection, rows: Sequence[EventRow]) -> None:
    """Count events that were inserted by this transaction and whose issues it has upserted."""
    events: defaultdict[Place, list[EventRow]] = defaultdict(list)
    for row in rows:
        events[row.project_id, row.issue_id, row.environment].append(row)
    known = await _find_places(conn, {place[:2] for place in events})
    folds = {place: fold_place(found, known.get(place)) for place, found in events.items()}
    here, anywhere = await _count_new_users(conn, folds)
    await _add_to_places(conn, folds, here)
    await _add_to_tags(conn, folds)
    await _add_people(conn, anywhere, Counter(place[:2] for place in folds.keys() - known.keys()))


async def _find_places(conn: Connection, issues: set[Issue]) -> dict[Place, Known]:
    rows = await fetch_all(conn, sql("projections/find_places"), **_issues([*issues]))
    return {
        _place(row): Known(
            Count(row["event_count"], row["first_seen"], row["last_seen"]), row["common_tags"]
        )
        for row in rows
    }


async def _count_new_users(conn: Connection, folds: Folds) -> tuple[Counter[Place], Counter[Issue]]:
    """How many users are new in each environment, and how many in each issue."""
    seen = {(place, user) for place, fold in folds.items() for user in fold.users}
    by_issue = [*{(place[:2], user) for place, user in seen}]
    if not by_issue:
        return Counter(), Counter()
    issues, users = zip(*by_issue, strict=True)
    rows = await fetch_all(
        conn, sql("projections/find_users"), **_issues(issues), users=texts(users)
    )
    known = {(_place(row), row["value"]) for row in rows}
    known_by_issue = {(place[:2], user) for place, user in known}
    return (
        Counter(place for place, _ in seen - known),
        Counter(issue for issue, _ in set(by_issue) - known_by_issue),
    )


async def _add_to_places(conn: Connection, folds: Folds, new_users: Counter[Place]) -> None:
    counts = [fold.count for fold in folds.values()]
    await execute(
        conn,
        sql("projections/add_to_places"),
        **_places([*folds]),
        **_counts(counts),
        user_counts=bigints([new_users[place] for place in folds]),
        common_tags=texts(orjson.dumps(fold.common).decode() for fold in folds.values()),
    )


async def _add_to_tags(conn: Connection, folds: Folds) -> None:
    tags: list[tuple[Place, Tag, bool, Count]] = []
    for place, fold in folds.items():
        tags += [(place, tag, True, fold.count) for tag in fold.new_common.items()]
        tags += [(place, tag, False, count) for tag, count in fold.tags.items()]
    if not tags:
        return
    places, named, are_common, counts = zip(*tags, strict=True)
    await execute(
        conn,
        sql("projections/add_to_tags"),
        **_places(places),
        **_counts(counts),
        keys=texts(key for key, _ in named),
        values=texts(value for _, value in named),
        are_common=booleans(are_common),
    )


async def _add_people(
    conn: Connection, users: Counter[Issue], environments: Counter[Issue]
) -> None:
    issues = [*(users | environments)]
    if issues:
        await execute(
            conn,
            sql("projections/add_people"),
            **_issues(issues),
            users=bigints([users[issue] for issue in issues]),
            environments=integers([environments[issue] for issue in issues]),
        )


def _place(row: Mapping[str, Any]) -> Place:
    return row["project_id"], row["issue_id"], row["environment"]


def _issues(issues: Sequence[Issue]) -> dict[str, Any]:
    return {
        "project_ids": integers([issue[0] for issue in issues]),
        "issue_ids": uuids([issue[1] for issue in issues]),
    }


def _places(places: Sequence[Place]) -> dict[str, Any]:
    return {
        **_issues([place[:2] for place in places]),
        "environments": texts([place[2] for place in places]),
    }


def _counts(counts: Sequence[Count]) -> dict[str, Any]:
    return {
        "event_counts": bigints([count.events for count in counts]),
        "first_seen": times([count.first_seen for count in counts]),
        "last_seen": times([count.last_seen for count in counts]),
    }
