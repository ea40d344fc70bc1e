"""What a search asks for: a tree of terms. Made by `parse`, answered by `find_issues`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

ENVIRONMENT: Final = "environment"
USER: Final = "user"
ANYTHING: Final = "%"


@dataclass(frozen=True, slots=True)
class TagTerm:
    """Events with a tag whose value is one of `values`, or is LIKE the pattern if there is one."""

    key: str
    values: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class StatusTerm:
    """Issues in a state; a muted one that is resolved counts as resolved."""

    status: Literal["unresolved", "resolved", "muted"]


@dataclass(frozen=True, slots=True)
class AssigneeTerm:
    """Issues assigned to a user: by e-mail, the one who asks, anyone or nobody."""

    who: Literal["me", "anyone", "nobody"] | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Issues whose text is LIKE the pattern in any case; `any` is title, value or culprit."""

    field: Literal["title", "culprit", "type", "platform", "priority", "any"]
    pattern: str


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """Issues with a count from `low` to `high`, both included."""

    field: Literal["events", "users"]
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class TimeTerm:
    """Issues seen first, or last, from `low` until before `high`."""

    field: Literal["first_seen", "last_seen"]
    low: datetime | None = None
    high: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShortIdTerm:
    """The issue called WEB-42; the slug in lower case."""

    slug: str
    number: int


IssueTerm = StatusTerm | AssigneeTerm | TextTerm | NumberTerm | TimeTerm | ShortIdTerm
Term = TagTerm | IssueTerm


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple["Node", ...]


Node = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """An event is meant if it is of one of the environments and the tree is true of it and its
    issue. An issue is found if one of its events is meant."""

    tree: Node = And(())
    environments: TagTerm | None = None
    """None for all of them, and for events of none."""

    def within(self, environments: Sequence[str]) -> "Query":
        """The same search in some environments only; all of them if none is named."""
        if not environments:
            return self
        wanted = TagTerm(ENVIRONMENT, tuple(environments))
        narrower = () if self.environments is None else (self.environments,)
        return Query(And((self.tree, *narrower)), wanted)


def conjuncts(node: Node) -> Iterator[Term]:
    """The terms that hold wherever the tree does."""
    if isinstance(node, And):
        for part in node.nodes:
            yield from conjuncts(part)
    elif not isinstance(node, (Not, Or)):
        yield node


def terms_of(node: Node) -> Iterator[Term]:
    """Every term of a tree, from left to right."""
    if isinstance(node, Not):
        yield from terms_of(node.node)
    elif isinstance(node, (And, Or)):
        for part in node.nodes:
            yield from terms_of(part)
    else:
        yield node
