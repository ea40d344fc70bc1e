"""Which configuration an event is grouped by."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rustrak.grouping import FIRST
from rustrak.grouping.timeline import ALWAYS, read_timeline

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def change(position: int, rules: str, since: str | None = None, until: str | None = None) -> Any:
    details = {"version": "v2", "rules": rules, "since": since, "until": until}
    kind = "change_grouping"
    decided_at = day(position)
    return {"position": position, "kind": kind, "decided_at": decided_at, "details": details}


def undo(position: int, undone: int) -> Any:
    details = {"position": undone}
    return {"position": position, "kind": "undo", "decided_at": day(position), "details": details}


def test_the_latest_decision_that_covers_a_moment_counts() -> None:
    timeline = read_timeline(
        [
            change(1, "# one", ALWAYS),
            change(2, "# two"),
            change(3, "# three", day(5).isoformat(), day(7).isoformat()),
        ]
    )
    found = [timeline.at(day(number)).rules.text for number in (0, 1, 2, 4, 5, 6, 7)]
    assert found == ["# one", "# one", "# two", "# two", "# three", "# three", "# two"]


def test_without_a_decision_it_is_the_first_version() -> None:
    assert read_timeline([]).at(START) is FIRST
    assert read_timeline([change(2, "# two")]).at(day(1)) is FIRST


def test_what_was_undone_never_was_until_the_undo_is_undone() -> None:
    decisions = [change(1, "# one", ALWAYS), change(2, "# two", ALWAYS), undo(3, 2)]
    assert read_timeline(decisions).at(START).rules.text == "# one"
    assert read_timeline([*decisions, undo(4, 3)]).at(START).rules.text == "# two"
    assert read_timeline([*decisions, undo(4, 3), undo(5, 4)]).at(START).rules.text == "# one"


@given(st.integers(0, 10**6))
def test_the_order_of_reading_is_no_matter(seed: int) -> None:
    random = Random(seed)
    decisions = [
        undo(position, random.randint(1, position))
        if position > 2 and random.random() < 0.4
        else change(position, f"# {position}", ALWAYS)
        for position in range(1, 9)
    ]
    shuffled = random.sample(decisions, k=len(decisions))
    assert read_timeline(shuffled) == read_timeline(decisions)
