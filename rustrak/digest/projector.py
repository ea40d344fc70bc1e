"""The interface between item types and the tables they fill: reading is pure, folding is SQL.

A new type is one file in `projectors/`, its table in sql/projections and its line in PROJECTORS;
a replay fills the table from what was received before.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from rustrak.database.pool import Connection
from rustrak.events.filters import FilterRules
from rustrak.events.scrub import ScrubRules, scrub
from rustrak.grouping.timeline import Timeline
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.projections.folded import Folded, Place
from rustrak.protocol.envelope import Envelope, Item
from rustrak.protocol.jsontext import parse_json


class Filtered(Exception):
    """Raised by `read` for an item its project does not want; the message is the reason's code."""


@dataclass(frozen=True, slots=True)
class ProjectRules:
    """What a project has decided about items that are read.

    Filters and scrubbing are the rules of now, not of when an item was received: a replay applies
    those of its day, and so brings back what a filter kept out once the filter is gone. Grouping
    goes by when an item was received.
    """

    filters: FilterRules = field(default_factory=FilterRules)
    scrubbing: ScrubRules = field(default_factory=ScrubRules)
    grouping: Timeline = field(default_factory=Timeline)
    is_deleted: bool = False


DEFAULT_RULES: Final = ProjectRules()


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One item of an envelope in the ledger."""

    stored: StoredEnvelope
    envelope: Envelope
    number: int
    rules: ProjectRules = DEFAULT_RULES

    @property
    def item(self) -> Item:
        return self.envelope.items[self.number]

    @property
    def payload(self) -> bytes:
        return self.envelope.items[self.number].payload

    @property
    def document(self) -> Any:
        """The payload's JSON without what the project's rules do not allow. Raises Malformed."""
        return scrub(parse_json(self.payload), self.rules.scrubbing)[0]

    @property
    def headers(self) -> Mapping[str, Any]:
        """Those of the envelope, which say for all items when they were sent and by which trace."""
        return self.envelope.headers

    @property
    def place(self) -> Place:
        return self.stored.position, self.number

    @property
    def project_id(self) -> int:
        return self.stored.project_id

    @property
    def received_at(self) -> datetime:
        return self.stored.received_at


@dataclass(frozen=True, slots=True)
class Projector:
    """What becomes of the items of some types.

    `read` turns an item into rows, each with `position` and `item`; it raises a Problem for a
    payload nobody can read, and Filtered. `fold` writes the rows of a batch, in key order, so that
    folding them again changes nothing. `category` is what its items are counted as.
    """

    category: str
    item_types: frozenset[str]
    read: Callable[[StoredItem], Sequence[Any]]
    fold: Callable[[Connection, Sequence[Any]], Awaitable[Folded]]
