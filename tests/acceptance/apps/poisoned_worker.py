"""A worker that stumbles over marked events: `poisoned_worker.py raise|die|write`."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace

from rustrak.config import load_settings
from rustrak.digest.projector import StoredItem
from rustrak.digest.projectors.events import EVENTS
from rustrak.digest.worker import run_worker
from rustrak.logging import configure_logging
from rustrak.projections.event_row import EventRow
from rustrak.running import run_until_stopped

POISON = b"Poison"


def raise_an_error(row: EventRow) -> EventRow:
    raise RuntimeError("cannot read this one")


def die(row: EventRow) -> EventRow:
    os._exit(9)


def write_what_the_database_refuses(row: EventRow) -> EventRow:
    return replace(row, title="a\0b")


STUMBLES: dict[str, Callable[[EventRow], EventRow]] = {
    "raise": raise_an_error,
    "die": die,
    "write": write_what_the_database_refuses,
}


def main(stumble: Callable[[EventRow], EventRow], url: str) -> None:
    """Digest until SIGTERM, or until an event ends the process."""

    def read(item: StoredItem) -> list[EventRow]:
        rows = [*EVENTS.read(item)]
        return [stumble(row) for row in rows] if POISON in item.payload else rows

    projectors = [replace(EVENTS, read=read)]
    settings = load_settings()
    configure_logging(settings, sys.stdout)
    run_until_stopped(lambda stop: run_worker(settings, url, stop, projectors))


if __name__ == "__main__":
    main(STUMBLES[sys.argv[1]], os.environ["DATABASE_URL"])
