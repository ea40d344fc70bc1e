"""Which issues have an event that is meant: from tags where they can tell, else from the events."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rustrak.database.pool import Connection
from rustrak.search.answers import Asked, Counted, Figures, count_events, count_others, count_tagged
from rustrak.search.evaluate import Keys, Verdict, evaluate, suppose
from rustrak.search.judge import judge
from rustrak.search.query import TagTerm


@dataclass(slots=True)
class Decided:
    """The issues found, apart by what is known of their events that are meant."""

    certain: Keys
    """All events are meant."""
    alone: dict[TagTerm, Keys] = field(default_factory=dict)
    """Those with this tag are meant, which are some; `count_part` counts them, which most lists
    need for a page only."""
    without: dict[TagTerm, Keys] = field(default_factory=dict)
    """The same for those without this tag."""
    counted: Counted = field(default_factory=dict)
    """The others, counted already."""

    @property
    def keys(self) -> Keys:
        return self.certain.union(self.counted, *self.alone.values(), *self.without.values())


async def decide(conn: Connection, asked: Asked) -> Decided:
    """Evaluate the tree for all issues at once, and look closer where it stays open.

    Of one tag it is known for certain whether all events of an issue have it; a term of several
    has to be counted for that. Only what then is open is asked of events.
    """
    verdict = evaluate(asked.query.tree, asked.verdicts, asked.keys)
    decided = Decided(verdict.certain)
    exact = [term for term, tags in asked.tags.items() if len(tags) == 1]
    rest = _tell_by_one(asked, verdict.open, decided, exact)
    if rest:
        asked = await _sharpen(conn, asked, rest)
        verdict = evaluate(asked.query.tree, asked.verdicts, rest)
        decided.certain |= verdict.certain & rest
        rest = _tell_by_one(asked, verdict.open & rest, decided, asked.tags)
        decided.counted = await judge(conn, asked, rest)
    return decided


async def count_part(conn: Connection, asked: Asked, decided: Decided, keys: Keys) -> Counted:
    """What is counted of the events that are meant, of those issues where one tag tells."""
    found: dict[int, Figures] = {}
    for term, found_by in decided.alone.items():
        found |= await count_tagged(conn, asked, term, found_by & keys)
    for term, found_by in decided.without.items():
        found |= await _count_without(conn, asked, term, found_by & keys)
    return found


def _tell_by_one(asked: Asked, keys: Keys, decided: Decided, exact: Iterable[TagTerm]) -> Keys:
    """Note the open issues whose events are meant if and only if one term is true of them, or is
    not; the others are returned."""
    exact = frozenset(exact)
    for term in asked.tags:
        always, never = suppose(asked.query.tree, asked.verdicts, keys, term)
        same = keys & (always.certain - never.possible)
        opposite = keys & (never.certain - always.possible) if term in exact else frozenset()
        decided.alone[term] = decided.alone.get(term, frozenset()) | same
        decided.without[term] = decided.without.get(term, frozenset()) | opposite
        keys -= same | opposite
    return keys


async def _count_without(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """The figures of the tag's other values, if every event has one of them; else of events."""
    totals = await count_events(conn, asked, keys)
    tagged = await count_tagged(conn, asked, term, keys)
    others = await count_others(conn, asked, term, keys)
    complete = {
        key: rest for key, rest in others.items() if tagged[key][0] + rest[0] == totals[key][0]
    }
    return {**complete, **await judge(conn, asked, keys - complete.keys())}


async def _sharpen(conn: Connection, asked: Asked, keys: Keys) -> Asked:
    """The same with the issues for certain all of whose events are counted by a term."""
    totals = await count_events(conn, asked, keys)
    sharper = dict(asked.verdicts)
    for term, tags in asked.tags.items():
        known = asked.verdicts[term]
        if len(tags) > 1:
            tagged = await count_tagged(conn, asked, term, keys & known.open)
            certain = {key for key, figures in tagged.items() if figures[0] == totals[key][0]}
            sharper[term] = Verdict(known.certain | certain, known.possible)
    return replace(asked, verdicts=sharper)
