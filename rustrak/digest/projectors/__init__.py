"""One file an item type. A type that is not here is kept raw and counted as unsupported."""

from typing import Final

from rustrak.digest.projector import Projector
from rustrak.digest.projectors.events import EVENTS

PROJECTORS: Final[tuple[Projector, ...]] = (EVENTS,)
"""In the order of their locks."""
