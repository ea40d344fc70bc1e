"""A search as people type it, read into a `Query`: total, pure, and clear about what is wrong.

Grammar, the loosest binding first: `a OR b`, `a b` or `a AND b`, `NOT a` or `!a`, `(a)`, terms.
See docs/search.md.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rustrak.errors import Invalid
from rustrak.protocol.jsontext import find_unstorable
from rustrak.search.query import ENVIRONMENT, And, Node, Not, Or, Query, TagTerm
from rustrak.search.terms import read_term
from rustrak.search.words import Word, fail, split_words

LONGEST: Final = 1000
"""Characters."""
MOST_TERMS: Final = 30
DEEPEST: Final = 10
"""Brackets and NOTs inside each other."""


def parse(text: str, now: datetime) -> Query:
    """The query; `now` (aware) is what times like -24h count from.

    Raises Invalid, which says the character, the problem and what to write instead.
    """
    if len(text) > LONGEST:
        raise fail(LONGEST + 1, f"a search has at most {LONGEST} characters")
    place = find_unstorable(text)
    if place is not None:
        raise fail(place + 1, "this character cannot be stored, so nothing has it; remove it")
    words = split_words(text)
    terms = [word for word in words if word.kind == "term"]
    if len(terms) > MOST_TERMS:
        raise fail(terms[MOST_TERMS].position, f"a search has at most {MOST_TERMS} terms")
    if len(words) == 1:
        return Query()
    return _in_environments(_Parser(words, now).read())


class _Parser:
    """Recursive descent; the depth is bounded."""

    def __init__(self, words: Sequence[Word], now: datetime) -> None:
        self._words = words
        self._now = now
        self._place = 0
        self._depth = 0

    def read(self) -> Node:
        node = self._either()
        if self._word.kind != "end":
            raise fail(self._word.position, "this bracket closes nothing; remove it or add a (")
        return node

    @property
    def _word(self) -> Word:
        return self._words[self._place]

    def _take(self) -> Word:
        word = self._word
        self._place += 1
        return word

    def _either(self) -> Node:
        nodes = [self._all()]
        while self._word.kind == "OR":
            self._take()
            nodes.append(self._all())
        return _any_of(nodes)

    def _all(self) -> Node:
        nodes = [self._one()]
        while self._word.kind not in (")", "OR", "end"):
            if self._word.kind == "AND":
                self._take()
            nodes.append(self._one())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _one(self) -> Node:
        word = self._take()
        if word.kind in ("!", "NOT"):
            with_depth = self._deeper(word)
            node: Node = Not(self._one())
            self._depth = with_depth
            return node
        if word.kind == "(":
            return self._bracketed(word)
        if word.kind != "term":
            self._place -= 1
            before = "the end" if word.kind == "end" else word.kind
            raise fail(word.position, f"a term is missing before {before}, as in is:unresolved")
        try:
            return read_term(word.key, word.value, self._now)
        except Invalid as error:
            raise fail(word.position, str(error)) from None

    def _bracketed(self, opened: Word) -> Node:
        depth = self._deeper(opened)
        node = self._either()
        if self._word.kind != ")":
            raise fail(opened.position, "this bracket is not closed; add a )")
        self._take()
        self._depth = depth
        return node

    def _deeper(self, word: Word) -> int:
        """The depth to return to."""
        if self._depth == DEEPEST:
            raise fail(word.position, f"brackets and NOTs go at most {DEEPEST} deep")
        self._depth += 1
        return self._depth - 1


def _any_of(nodes: Sequence[Node]) -> Node:
    """One of several; values of one tag become one term, which is answered by one look."""
    values: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, TagTerm) and node.pattern is None:
            values.setdefault(node.key, []).extend(node.values)
    others = [node for node in nodes if not (isinstance(node, TagTerm) and node.pattern is None)]
    joined = [TagTerm(key, tuple(dict.fromkeys(wanted))) for key, wanted in values.items()]
    together = (*joined, *others)
    return together[0] if len(together) == 1 else Or(together)


def _in_environments(tree: Node) -> Query:
    """Take `environment:` out of what must hold at the top: what is counted by environment is
    known without looking at events."""
    nodes = list(tree.nodes) if isinstance(tree, And) else [tree]
    for node in nodes:
        if isinstance(node, TagTerm) and node.key == ENVIRONMENT:
            nodes.remove(node)
            return Query(nodes[0] if len(nodes) == 1 else And(tuple(nodes)), node)
    return Query(tree)
