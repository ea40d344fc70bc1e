"""How long it takes to decide to which issue an event belongs, by version.

Called by the command line.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from bench.report import Metrics


def measure_grouping(corpus: Sequence[Sequence[bytes]], runs: int) -> Metrics:
    """Microseconds an event, normalised beforehand; frames as often met before as in a corpus."""
    from rustrak.events.decode import decode_event
    from rustrak.events.normalise import normalise
    from rustrak.grouping import VERSIONS, GroupingConfig, group
    from rustrak.protocol.envelope import parse_envelope

    now = datetime.now(UTC)
    events = [
        normalise(decode_event(item.payload), event_id="a" * 32, received_at=now)
        for trace in corpus
        for text in trace
        for item in parse_envelope(text).items[:1]
    ]
    timings: dict[str, list[float]] = {version: [] for version in VERSIONS}
    for _ in range(runs):
        for version, seconds in timings.items():
            config = GroupingConfig(version)
            started = time.perf_counter()
            for event in events:
                group(event, config)
            seconds.append(time.perf_counter() - started)
    return {
        f"{version} us/event": 1e6 * median(seconds) / len(events)
        for version, seconds in timings.items()
    }
