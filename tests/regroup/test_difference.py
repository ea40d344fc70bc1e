"""What a regrouping changes, from counts alone."""

from collections import Counter
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rustrak.regroup.difference import compare


def key(number: int) -> UUID:
    return UUID(int=number)


A, B, C = key(1), key(2), key(3)
NUMBERS = {A: 1, B: 2, C: 3}
NEW, OTHER = key(10), key(11)


def test_nothing_moves_where_nothing_changes() -> None:
    found = compare(Counter({(A, A): 3, (B, B): 1}), {A: A, B: B}, NUMBERS)
    assert (found.headline(), found.routes) == ("2 unchanged", {})


def test_several_issues_become_the_one_with_the_most_events() -> None:
    found = compare(Counter({(A, NEW): 2, (B, NEW): 5, (C, C): 1}), {A: A, B: B, C: C}, NUMBERS)
    assert found.routes == {NEW: B}
    assert found.headline() == "2 issues become 1, 1 unchanged"
    (change,) = found.changes
    assert (change.before, change.after) == ({A: 2, B: 5}, {B: 7})
    assert (found.merged, found.split) == (1, 0)


def test_of_equals_the_older_one_stays() -> None:
    found = compare(Counter({(B, NEW): 5, (A, NEW): 5}), {A: A, B: B}, NUMBERS)
    assert found.routes == {NEW: A}


def test_an_issue_that_splits_stays_with_its_largest_part() -> None:
    found = compare(Counter({(A, NEW): 2, (A, OTHER): 7}), {A: A}, NUMBERS)
    assert found.routes == {OTHER: A}
    assert found.headline() == "1 splits in 2, 0 unchanged"
    assert found.changes[0].after == {A: 7, NEW: 2}


def test_an_issue_that_keeps_events_stays_with_those() -> None:
    found = compare(Counter({(A, A): 1, (A, NEW): 9}), {A: A}, NUMBERS)
    assert found.routes == {}
    assert found.changes[0].after == {A: 1, NEW: 9}


def test_a_known_grouping_leads_where_it_led() -> None:
    found = compare(Counter({(A, B): 4, (B, B): 1}), {A: A, B: B}, NUMBERS)
    assert found.routes == {}
    assert found.changes[0].after == {B: 5}


@given(st.integers(0, 10**6))
def test_no_event_is_lost_and_no_issue_taken_twice(seed: int) -> None:
    random = Random(seed)
    issues = [key(number) for number in range(1, 7)]
    groupings = [*issues[:3], *(key(number) for number in range(20, 26))]
    flows = Counter(
        {
            (random.choice(issues), random.choice(groupings)): random.randint(1, 5)
            for _ in range(random.randint(1, 12))
        }
    )
    known = {grouping: grouping for grouping in issues[:3]}
    numbers = {issue: order for order, issue in enumerate(issues)}
    found = compare(flows, known, numbers)
    taken = list(found.routes.values())
    assert len(taken) == len(set(taken))
    assert not set(taken) & {known[g] for _, g in flows if g in known}
    for change in found.changes:
        assert sum(change.before.values()) == sum(change.after.values())
    touched = sum(sum(change.before.values()) for change in found.changes)
    assert touched <= flows.total()
    assert found.unchanged + sum(len(c.before) for c in found.changes) == len(
        {issue for issue, _ in flows}
    )
