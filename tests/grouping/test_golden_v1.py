"""Version 1 never changes: its keys are in every installation's database.

A failure here means that upgrading would split people's issues. Put the improvement into a new
version; never adjust golden_v1.json.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain, group

NOW = datetime(2026, 3, 1, tzinfo=UTC)
V1 = GroupingConfig("v1")
CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("golden_v1.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_golden_event_keeps_its_key(case: dict[str, Any]) -> None:
    event = normalise(case["event"], event_id="a" * 32, received_at=NOW)

    assert (
        group(event, GroupingConfig("v1")).key
        == explain(event, GroupingConfig("v1")).key
        == case["key"]
    )


def test_every_golden_event_has_a_key_of_its_own() -> None:
    assert len({case["key"] for case in CASES}) == len(CASES)
