"""The issues of one page. What is counted of the events that are meant is at most what is counted
of all of them, so that only the first of a list have to be counted to know which come first."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import StrEnum
from operator import gt, lt
from typing import Final

from rustrak.database.pool import Connection
from rustrak.search.answers import Asked, Counted, Place
from rustrak.search.decide import Decided, count_part

Before = Callable[[Place, Place], bool]


class Sort(StrEnum):
    """Of events that are meant; `users` and `priority` are the issue's. Ties go by number."""

    DIGEST_ORDER = "digest_order"
    LAST_SEEN = "last_seen"
    FIRST_SEEN = "first_seen"
    EVENTS = "events"
    USERS = "users"
    PRIORITY = "priority"


_FIGURE: Final = {Sort.EVENTS: 0, Sort.FIRST_SEEN: 1, Sort.LAST_SEEN: 2}
"""Where in the figures it is what a list is sorted by."""

FIRST_COUNTED: Final = 100
"""Issues counted at first; then those that may come before the last of the best."""


async def first_places(
    conn: Connection,
    asked: Asked,
    decided: Decided,
    sort: Sort,
    *,
    descending: bool,
    count: int,
    after: Place | None,
) -> list[Place]:
    """The first places of a list, or the first after a place of it."""
    keys = decided.keys
    places = [place for place in asked.ranked if place[1] in keys]
    if descending:
        places.reverse()
    before = gt if descending else lt
    may_stop = sort not in _FIGURE or descending == (sort is not Sort.FIRST_SEEN)
    best: list[Place] = []
    end = max(FIRST_COUNTED, 2 * count) if may_stop else len(places)
    start = 0
    while start < end:
        some = await _exact(conn, asked, decided, places[start:end], sort)
        best += [place for place in some if after is None or before(after, place)]
        best = sorted(best, reverse=descending)[:count]
        start, end = end, _end(places, best, before, count, end)
    return best


def _end(
    places: Sequence[Place], best: Sequence[Place], before: Before, count: int, end: int
) -> int:
    """Where to stop: behind the places that may come before the last of the best."""
    if len(best) < count:
        return min(2 * end, len(places))
    return max(end, bisect_left(places, True, key=lambda place: not before(place, best[-1])))


async def _exact(
    conn: Connection, asked: Asked, decided: Decided, places: Sequence[Place], sort: Sort
) -> list[Place]:
    """The places by what is counted of the events that are meant."""
    if sort not in _FIGURE:
        return [*places]
    keys = frozenset(key for _, key in places)
    counted: Counted = {**decided.counted, **await count_part(conn, asked, decided, keys)}
    which = _FIGURE[sort]
    return [
        place if (figures := counted.get(place[1])) is None else (figures[which], place[1])
        for place in places
    ]
