"""Makes the bodies to send: a fresh event id, time and serial in each, then gzip as SDKs do.

Called by the scenarios, before the clock starts (the soak alone makes them as it goes).
"""

import os
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self
from uuid import uuid4

from bench.corpus import EVENT_ID, SENT_AT, SERIAL, SIZES, load_corpus

CHUNK = 500
"""Bodies made by a process at a time: about 2 MB through its pipe."""

GZIP_MEMBER = 31
"""zlib's window bits for one gzip member with header and check sum."""


@dataclass(slots=True)
class Bodies:
    """Bodies ready to send, and the event id each one carries in its header and payload."""

    event_ids: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def extend(self, more: "Bodies") -> None:
        """Append `more` in its order."""
        self.event_ids += more.event_ids
        self.bodies += more.bodies


def make_bodies(
    corpus: Sequence[Sequence[bytes]], serials: range, gzip_level: int, random: Random
) -> Bodies:
    """One body for each serial, its template drawn by Zipf's law over the stack traces."""
    made = Bodies()
    weights = list(accumulate(1 / rank for rank in range(1, len(corpus) + 1)))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
    traces = random.choices(corpus, cum_weights=weights, k=len(serials))
    for serial, variants in zip(serials, traces, strict=True):
        event_id = uuid4().hex
        envelope = (
            random.choice(variants)
            .replace(EVENT_ID, event_id.encode())
            .replace(SENT_AT, now)
            .replace(SERIAL, b"%09d" % serial)
        )
        made.event_ids.append(event_id)
        made.bodies.append(zlib.compress(envelope, gzip_level, GZIP_MEMBER))
    return made


_corpus: list[list[bytes]] = []
"""The templates of a body-making process, read once when it starts."""


def _start_process(directory: Path, size: str) -> None:
    os.nice(10)  # the soak makes bodies while the server works
    _corpus[:] = load_corpus(directory, SIZES[size])


def _make_chunk(serials: range, gzip_level: int) -> Bodies:
    return make_bodies(_corpus, serials, gzip_level, Random())


class BodyMaker:
    """A process per core that makes bodies; a context manager.

    gzip -9 takes 0.1 to 0.4 ms for an event of 8 KB: 100,000 keep one process busy for 40 s.
    """

    def __init__(self, directory: Path, size: str, gzip_level: int) -> None:
        load_corpus(directory, SIZES[size])  # made here, once, not by every process
        self._gzip_level = gzip_level
        self._serial = 0
        self._pool = ProcessPoolExecutor(
            mp_context=get_context("spawn"),
            initializer=_start_process,
            initargs=(directory, size),
        )

    def make(self, count: int, gzip_level: int | None = None) -> Bodies:
        """`count` bodies with serials that go on where the last call ended; blocks."""
        level = self._gzip_level if gzip_level is None else gzip_level
        end = self._serial + count
        starts = range(self._serial, end, CHUNK)
        self._serial = end
        chunks = [range(start, min(start + CHUNK, end)) for start in starts]
        made = Bodies()
        for chunk in self._pool.map(_make_chunk, chunks, [level] * len(chunks)):
            made.extend(chunk)
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
