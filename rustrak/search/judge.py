"""Events asked one by one, where tags alone cannot tell: two terms that are each true of some
events of an issue may be true of none together."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from psycopg.rows import DictRow

from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.search.answers import Asked, Counted, Figures
from rustrak.search.evaluate import Keys, holds, suppose
from rustrak.search.query import USER, TagTerm, Term
from rustrak.search.values import exactly


async def judge(conn: Connection, asked: Asked, keys: Keys) -> Counted:
    """The issues with an event that is meant, and what is counted of these events."""
    found: dict[int, Figures] = {}
    for row in await _meant(conn, asked, keys, with_users=False):
        new = (row["events"], row["first_seen"], row["last_seen"])
        old = found.get(row["key"])
        found[row["key"]] = new if old is None else add(old, new)
    return found


async def count_users(conn: Connection, asked: Asked, keys: Iterable[int]) -> dict[int, int]:
    """How many users the events have that are meant, of each issue."""
    users: dict[int, set[str]] = {key: set() for key in keys}
    for row in await _meant(conn, asked, frozenset(users), with_users=True):
        users[row["key"]].update(row["users"] or ())
    return {key: len(known) for key, known in users.items()}


def add(one: Figures, other: Figures) -> Figures:
    """The figures of two sets of events that have none in common."""
    return one[0] + other[0], min(one[1], other[1]), max(one[2], other[2])


def only_users(asked: Asked, keys: Keys) -> TagTerm | None:
    """A term that names the users without whom no event of these issues can be meant."""
    for term in asked.tags:
        if term.key == USER and term.pattern is None:
            _, without = suppose(asked.query.tree, asked.verdicts, keys, term)
            if not without.possible & keys:
                return term
    return None


async def _meant(conn: Connection, asked: Asked, keys: Keys, *, with_users: bool) -> list[DictRow]:
    """Rows of those combinations of true tag terms that make the tree true."""
    if not keys:
        return []
    terms = [term for term in asked.tags if asked.verdicts[term].open & keys]
    users = only_users(asked, keys)
    name, columns = _statement(terms, users)
    params = {
        "keys": list(keys),
        "environments": asked.environments,
        "with_users": with_users,
        **columns,
    }
    cursor = await conn.execute(sql(f"search/{name}"), params, prepare=False)
    return [row for row in await cursor.fetchall() if _is_meant(asked, terms, row)]


_SLOTS: Final = 4


def _statement(terms: Sequence[TagTerm], users: TagTerm | None) -> tuple[str, dict[str, Any]]:
    """Which statement to use, and the terms as its parameters."""
    if users is None and len(terms) <= _SLOTS:
        spare = [None] * (_SLOTS - len(terms))
        slots = enumerate([*terms, *spare])
        columns: dict[str, Any] = {}
        for number, term in slots:
            columns[f"key_{number}"] = term.key if term else None
            columns[f"patterns_{number}"] = _patterns(term) if term else []
        return "judge_events_by_four", columns
    rows = [
        (number, term.key, pattern)
        for number, term in enumerate(terms)
        for pattern in _patterns(term)
    ]
    numbers, keys, patterns = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"numbers": [*numbers], "term_keys": [*keys], "patterns": [*patterns]}
    if users is None:
        return "judge_events", columns
    return "judge_events_of_users", {**columns, "only_users": list(users.values)}


def _patterns(term: TagTerm) -> list[str]:
    if term.pattern is None:
        return [exactly(value) for value in term.values]
    return [term.pattern]


def _is_meant(asked: Asked, terms: Sequence[TagTerm], row: DictRow) -> bool:
    true = {term for number, term in enumerate(terms) if row["bits"] >> number & 1}

    def is_true(term: Term) -> bool:
        return term in true or row["key"] in asked.verdicts[term].certain

    return holds(asked.query.tree, is_true)
