"""Which issues have an event that is meant: from tags where they can tell, else from the events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rustrak.database.pool import Connection
from rustrak.search.answers import Asked, Counted, Figures, count_events, count_others, count_tagged
from rustrak.search.evaluate import Keys, Verdict, evaluate, suppose
from rustrak.search.judge import judge
from rustrak.search.query import TagTerm, Term


@dataclass(frozen=True, slots=True)
class Decided:
    """The issues found, apart by what is known of their events that are meant."""

    certain: Keys
    """All events are meant."""
    alone: Mapping[TagTerm, Keys]
    """Those with this tag are meant; `count_alone` counts them, which most lists need not."""
    counted: Counted
    """The others, counted already."""

    @property
    def keys(self) -> Keys:
        return self.certain.union(self.counted, *self.alone.values())


async def decide(conn: Connection, asked: Asked) -> Decided:
    """Evaluate the tree for all issues at once, and look closer where it stays open."""
    verdict = evaluate(asked.query.tree, asked.verdicts, asked.keys)
    rest = verdict.open
    alone: dict[TagTerm, Keys] = {}
    for term in asked.tags if rest else ():
        alone[term], _ = _same_and_opposite(asked, rest, term)
        rest -= alone[term]
    return Decided(verdict.certain, alone, await _look_closer(conn, asked, rest))


async def count_alone(conn: Connection, asked: Asked, decided: Decided, keys: Keys) -> Counted:
    """What is counted of the events that are meant, of those issues where one tag alone tells."""
    found: dict[int, Figures] = {}
    for term, found_by in decided.alone.items():
        found |= await count_tagged(conn, asked, term, found_by & keys)
    return found


def _same_and_opposite(asked: Asked, keys: Keys, term: TagTerm) -> tuple[Keys, Keys]:
    """The issues whose events are meant if and only if the term is true of them; if it is not."""
    always, never = suppose(asked.query.tree, asked.verdicts, keys, term)
    return (
        keys & (always.certain - never.possible),
        keys & (never.certain - always.possible),
    )


async def _look_closer(conn: Connection, asked: Asked, keys: Keys) -> Counted:
    """Count the events of each term: it may be true of all, whatever its values, and where it alone
    makes the difference, its figures or those of the other values are the answer. Only what then
    is open is asked of events."""
    if not keys:
        return {}
    totals = await count_events(conn, asked, keys)
    tagged = {
        term: await count_tagged(conn, asked, term, keys & asked.verdicts[term].open)
        for term in asked.tags
    }
    asked = replace(asked, verdicts=_sharpen(asked, tagged, totals))
    verdict = evaluate(asked.query.tree, asked.verdicts, keys)
    found = {key: totals[key] for key in keys & verdict.certain}
    still_open = keys & verdict.open
    for term, figures in tagged.items():
        same, opposite = _same_and_opposite(asked, still_open, term)
        found |= {key: figures[key] for key in same}
        others = await count_others(conn, asked, term, opposite)
        complete = {
            key: rest for key, rest in others.items() if figures[key][0] + rest[0] == totals[key][0]
        }
        found |= complete
        still_open -= same | complete.keys()
    return {**found, **await judge(conn, asked, still_open)}


def _sharpen(
    asked: Asked, tagged: Mapping[TagTerm, Counted], totals: Counted
) -> dict[Term, Verdict]:
    """The verdicts, with the issues for certain all of whose events are counted by a term."""
    sharper = dict(asked.verdicts)
    for term, counted in tagged.items():
        certain = {key for key, figures in counted.items() if figures[0] == totals[key][0]}
        known = asked.verdicts[term]
        sharper[term] = Verdict(known.certain | certain, known.possible)
    return sharper
