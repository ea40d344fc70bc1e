"""How fast all read tables are made again from the ledger, by the command an operator would use.

Called by the command line.
"""

import re
import time
from pathlib import Path

from bench.report import Metrics
from bench.server import HOST, environment, rustrak

_FOLDED = re.compile(r"([\d,]+) envelopes folded in ([\d,.]+) s")


def rebuild(directory: Path, port: int, processes: int) -> Metrics:
    """Rebuild what the server in `directory` has stored, while it runs on with nothing to do."""
    from rustrak.database.embedded import running_url

    url = running_url(directory / "data")
    assert url is not None, f"nothing runs on {HOST}"
    settings = environment(port, DATABASE_URL=url)
    started = time.perf_counter()
    said = rustrak(settings, "replay", "rebuild", "--processes", str(processes))
    found = _FOLDED.search(said)
    assert found is not None, said
    folded = float(found[1].replace(",", ""))
    seconds = float(found[2].replace(",", ""))
    return {
        "envelopes": folded,
        "rebuild s": seconds,
        "envelopes /s": folded / seconds,
        "with start of the command s": time.perf_counter() - started,
    }
