"""What a tree says of every issue at once: sets of issues, joined by AND, OR and NOT. Pure.

A tag term holds for all, some or none of an issue's events. With the issues of "all" and those of
"all or some" as two sets, a tree is evaluated like one of sets, and what is in the first set of
the result needs no look at an event. (Kleene's logic of three values.)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from rustrak.search.query import And, Node, Not, Or, TagTerm, Term

Keys = frozenset[int]
"""Issues, by project and number: `project << 32 | number`."""

NONE: Final[Keys] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The issues of which something is true of every event, and those of which it may be true of
    one."""

    certain: Keys
    possible: Keys

    @property
    def open(self) -> Keys:
        """The issues whose events have to be asked."""
        return self.possible - self.certain


Verdicts = Mapping[Term, Verdict]


def evaluate(node: Node, verdicts: Verdicts, everything: Keys) -> Verdict:
    """The verdict of a tree, from those of its terms and the issues in question."""
    if isinstance(node, Not):
        inner = evaluate(node.node, verdicts, everything)
        return Verdict(everything - inner.possible, everything - inner.certain)
    if isinstance(node, (And, Or)):
        join: Callable[[Keys, Keys], Keys] = and_ if isinstance(node, And) else or_
        start = everything if isinstance(node, And) else NONE
        parts = [evaluate(part, verdicts, everything) for part in node.nodes]
        return Verdict(
            reduce(join, (part.certain for part in parts), start),
            reduce(join, (part.possible for part in parts), start),
        )
    return verdicts[node]


def suppose(
    node: Node, verdicts: Verdicts, everything: Keys, term: TagTerm
) -> tuple[Verdict, Verdict]:
    """The verdicts if the term were true of every event, and if it were true of none."""
    always, never = Verdict(everything, everything), Verdict(NONE, NONE)
    return (
        evaluate(node, {**verdicts, term: always}, everything),
        evaluate(node, {**verdicts, term: never}, everything),
    )


def holds(node: Node, is_true: Callable[[Term], bool]) -> bool:
    """Whether a tree is true of one event, of which every term is either true or false."""
    if isinstance(node, Not):
        return not holds(node.node, is_true)
    if isinstance(node, And):
        return all(holds(part, is_true) for part in node.nodes)
    if isinstance(node, Or):
        return any(holds(part, is_true) for part in node.nodes)
    return is_true(node)
