"""Several web processes on one inherited socket: bound once, so that no restart refuses a
connection.

The parent opens no connection and starts no thread; it forks, waits, and replaces what dies.
"""

import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from rustrak.logging import Note, log

SHORTEST_LIFE = 1.0  # seconds; a child that dies sooner is replaced with a pause, not at once


class Prefork:
    """Keeps `count` children running `work` until SIGTERM or SIGINT.

    `work` is given a descriptor that reads end-of-file once the parent is gone, even by SIGKILL.
    """

    def __init__(self, work: Callable[[int], None], count: int) -> None:
        self._work = work
        self._count = count
        self._children: dict[int, float] = {}
        self._stopping = False
        self._lifeline, self._held_open = os.pipe()

    def run(self) -> None:
        """Fork and supervise; returns when every child has ended after a stop signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        while self._children:
            pid, status = os.wait()  # goes on by itself after a signal
            started = self._children.pop(pid, None)
            if started is None or self._stopping:
                continue
            log.error(Note.CHILD_DIED, pid=pid, status=status)
            if time.monotonic() - started < SHORTEST_LIFE:
                time.sleep(SHORTEST_LIFE)
            if not self._stopping:
                self._start()

    def _start(self) -> None:
        pid = os.fork()
        if pid == 0:
            self._live()
        self._children[pid] = time.monotonic()
        log.info(Note.CHILD_STARTED, pid=pid)

    def _live(self) -> None:
        """The child's whole life; it never returns into the parent's code."""
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._held_open)
            self._work(self._lifeline)
            code = 0
        except Exception:
            log.exception(Note.CHILD_DIED, pid=os.getpid())
        finally:
            os._exit(code)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)
