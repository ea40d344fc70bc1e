"""A search with the answers to its terms, and what is counted of the issues they leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

from psycopg.rows import DictRow

from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.projections.tag_numbers import environment_number
from rustrak.search.evaluate import NONE, Keys, Verdict
from rustrak.search.query import Query, TagTerm, Term

MANY: Final = 1000
"""From so many issues on it is faster to read all that have a tag."""

Figures = tuple[int, int, int]
"""What is counted of those events of an issue that are meant: how many they are, when the first
and when the last was received, in microseconds."""

Counted = Mapping[int, Figures]

Place = tuple[int, int]
"""Where an issue is in a list: what it is sorted by, and its key."""


@dataclass(slots=True)
class Asked:
    """What is known before anything is counted."""

    query: Query
    project_ids: list[int]
    environments: list[str] | None
    """Those the query is about; None for all, and for events of none."""
    only: list[int] | None = None
    """Numbers of the only issues that can be found, of any project; None for all."""
    ranked: list[Place] = field(default_factory=list)
    """Every issue that can be found by what is counted of all its events in these environments,
    the least first."""
    keys: Keys = NONE
    """The same issues."""
    tags: dict[TagTerm, list[int]] = field(default_factory=dict)
    """The terms about events, and the numbers of the tags each means."""
    verdicts: dict[Term, Verdict] = field(default_factory=dict)

    def scope(self) -> dict[str, Any]:
        """The parameters that every statement about tags has."""
        return {"project_ids": self.project_ids, "numbers": numbers_of(self.environments)}


def numbers_of(environments: Sequence[str] | None) -> list[int] | None:
    """As they stand in the tables of what is counted; None for all."""
    return None if environments is None else [*map(environment_number, environments)]


async def count_events(conn: Connection, asked: Asked, keys: Keys) -> Counted:
    """What is counted of all events of some issues."""
    query = sql("search/count_events")
    return _counted(await fetch_arrays(conn, query, asked.scope(), keys=[*keys])) if keys else {}


async def count_tagged(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """What is counted of the events of some issues of which a term is true."""
    if not keys:
        return {}
    wanted = {**asked.scope(), "tags": asked.tags[term]}
    if len(keys) > MANY:
        counted = _counted(await fetch_arrays(conn, sql("search/total_tags"), wanted))
        return {key: counted[key] for key in keys & counted.keys()}
    return _counted(await fetch_arrays(conn, sql("search/count_tags"), wanted, keys=[*keys]))


async def count_others(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """What is counted of their events that have the tag, but none of the values asked for."""
    if not keys:
        return {}
    wanted = {**asked.scope(), "tags": asked.tags[term], "key": term.key}
    return _counted(await fetch_arrays(conn, sql("search/count_other_tags"), wanted, keys=[*keys]))


async def fetch_arrays(
    conn: Connection, query: LiteralString, *params: Mapping[str, Any], **more: Any
) -> DictRow:
    """The one row of a statement that answers with arrays; in binary, because they are long.

    Never prepared: how many rows a value has differs too much for one plan.
    """
    given = {name: value for some in (*params, more) for name, value in some.items()}
    cursor = await conn.execute(query, given, binary=True, prepare=False)
    row = await cursor.fetchone()
    assert row is not None
    return row


def _counted(row: DictRow) -> Counted:
    figures = zip(row["events"], row["first_seen"], row["last_seen"], strict=True)
    return dict(zip(row["keys"], figures, strict=True))
