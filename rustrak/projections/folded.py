"""What a fold reports about the items whose rows it was given."""

from dataclasses import dataclass, field

from rustrak.projections.apply_outcomes import Outcome
from rustrak.projections.changes import Change

Place = tuple[int, int]
"""Where an item is: the envelope's position in the ledger, and the item's number in it."""

Ending = tuple[Outcome, str]
"""How an item ended, and why."""

DUPLICATE: Ending = (Outcome.DUPLICATE, "")


@dataclass(slots=True)
class Folded:
    """The items that were not simply applied, and the issues that came to attention."""

    endings: dict[Place, Ending] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
