"""What a fold reports about the items whose rows it was given."""

from dataclasses import dataclass, field

from rustrak.projections.apply_outcomes import Outcome

Place = tuple[int, int]
"""Where an item is: the envelope's position in the ledger, and the item's number in it."""

Ending = tuple[Outcome, str]
"""How an item ended, and why."""

DUPLICATE: Ending = (Outcome.DUPLICATE, "")


@dataclass(slots=True)
class Folded:
    """The items that were not simply applied, and how many issues changed."""

    endings: dict[Place, Ending] = field(default_factory=dict)
    opened: int = 0
    regressed: int = 0
