"""Version 2 never changes either: see test_golden_v1.

`golden_v2.json` was written by this code when version 2 was released, from the crashes of the pairs
and the events of golden_v1.json; crashes may be added, keys never changed.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain, group
from tests.grouping.test_golden_v1 import CASES
from tests.grouping.test_pairs_v2 import JOIN, PART

NOW = datetime(2026, 3, 1, tzinfo=UTC)
V2 = GroupingConfig("v2")
GOLDEN: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("golden_v2.json").read_text(encoding="utf-8")
)
DOCUMENTS: dict[str, list[Any]] = {
    **JOIN,
    **PART,
    **{f"v1: {case['name']}": [case["event"]] for case in CASES},
}


def keys(documents: list[Any]) -> list[str]:
    events = [normalise(found, event_id="a" * 32, received_at=NOW) for found in documents]
    assert [group(event, V2).key for event in events] == [
        explain(event, V2).key for event in events
    ]
    return [group(event, V2).key for event in events]


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_keeps_its_key(name: str) -> None:
    assert keys(DOCUMENTS[name]) == GOLDEN[name]


def test_issues_go_on_where_both_versions_take_the_same_values() -> None:
    same = [case for case in CASES if GOLDEN[f"v1: {case['name']}"] == [case["key"]]]
    assert len(same) > len(CASES) / 2
