"""Sessions: each counted once, whatever happens to its updates on the way. Samples by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed
from rustrak.items.sessions import MAX_BUCKETS, SessionCount, read_session, read_sessions
from rustrak.items.values import MAX_QUANTITY
from tests.items.hostile import NOW

SID = "7c7b6585-f901-4351-bf8d-02711b721929"
HOUR = datetime(2026, 3, 1, 11, tzinfo=UTC)


def update(**changes: Any) -> list[SessionCount]:
    raw = {
        "sid": SID,
        "did": "ada",
        "init": True,
        "started": "2026-03-01T11:59:59.5Z",
        "status": "ok",
        "attrs": {"release": "shop@1.0", "environment": "prod"},
    }
    return read_session({**raw, **changes}, {}, received_at=NOW)


def aggregates(*buckets: Any, **attrs: Any) -> list[SessionCount]:
    payload = {"attrs": {"release": "shop@1.0", **attrs}, "aggregates": list(buckets)}
    return read_sessions(payload, {}, received_at=NOW)


def bucket(minute: int = 0, **counts: Any) -> dict[str, Any]:
    return {"started": f"2026-03-01T11:{minute:02}:00Z", **counts}


def folded(contributions: list[SessionCount]) -> tuple[int, int, int, int]:
    """What a table with a unique key makes of them."""
    kept: dict[str, SessionCount] = {}
    for one in contributions:
        kept.setdefault(one.key, one)
    return (
        sum(one.total for one in kept.values()),
        sum(one.errored for one in kept.values()),
        sum(one.crashed for one in kept.values()),
        sum(one.abnormal for one in kept.values()),
    )


def test_a_first_update_says_that_the_session_exists() -> None:
    (found,) = update()

    sid = SID.replace("-", "")
    assert found == SessionCount(f"{sid}:total", sid, "shop@1.0", "prod", HOUR, found.user, total=1)
    assert len(found.user) == 32


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (1, 0, 0, 0)),
        ({"status": "exited"}, (1, 0, 0, 0)),
        ({"status": "ok", "errors": 3}, (1, 1, 0, 0)),
        ({"status": "exited", "errors": 1.0}, (1, 1, 0, 0)),
        ({"status": "errored"}, (1, 1, 0, 0)),
        ({"status": "unhandled"}, (1, 1, 0, 0)),
        ({"status": "crashed"}, (1, 1, 1, 0)),
        ({"status": "abnormal", "errors": 5}, (1, 1, 0, 1)),
        ({"status": "tomorrow's word"}, (1, 0, 0, 0)),
        ({"status": ["crashed"], "errors": -1}, (1, 0, 0, 0)),
        ({"init": False}, (1, 0, 0, 0)),
    ],
)
def test_what_an_update_counts(changes: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert folded(update(**changes)) == expected


@given(st.data())
def test_updates_count_each_session_once_in_any_order_and_repetition(data: st.DataObject) -> None:
    endings = data.draw(st.lists(st.sampled_from(["exited", "crashed", "abnormal"]), max_size=5))
    sent: list[SessionCount] = []
    errored = 0
    for number, ending in enumerate(endings):
        errors = data.draw(st.integers(0, 2))
        errored += bool(errors) or ending != "exited"
        updates = [
            update(sid=f"{number + 1:032x}", **change)
            for change in ({}, {"errors": errors, "init": False}, {"status": ending, "init": False})
        ]
        lost = data.draw(st.booleans())  # the first update may never arrive
        sent += [one for found in updates[lost:] for one in found]
    repeated = sent + data.draw(st.lists(st.sampled_from(sent))) if sent else []
    assert folded(data.draw(st.permutations(repeated))) == (
        len(endings),
        errored,
        endings.count("crashed"),
        endings.count("abnormal"),
    )


@pytest.mark.parametrize("sid", [None, "", "0" * 32, "not a uuid", 7])
def test_a_session_without_a_uuid_is_known_by_what_stays_the_same(sid: Any) -> None:
    first, last = update(sid=sid), update(sid=sid, status="crashed", errors=1)
    other = update(sid=sid, started="2026-03-01T11:59:59.6Z")

    assert folded(first + last) == (1, 1, 1, 0)
    assert folded(first + other) == (2, 0, 0, 0)


@pytest.mark.parametrize("did", [None, "", True, [], {}])
def test_a_session_may_have_no_user(did: Any) -> None:
    assert update(did=did)[0].user == ""


def test_a_user_is_the_same_in_every_session_and_not_readable() -> None:
    ada, again, other = update(did="ada"), update(did="ada", sid="a" * 32), update(did="bob")

    assert ada[0].user == again[0].user != other[0].user
    assert "ada" not in ada[0].user
    assert update(did=42)[0].user == update(did="42")[0].user


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        (timedelta(days=5), True),
        (timedelta(days=5, seconds=1), False),
        (timedelta(seconds=-60), True),
        (timedelta(seconds=-61), False),
    ],
)
def test_a_session_of_the_future_or_over_five_days_old_is_refused(
    age: timedelta, kept: bool
) -> None:
    started = (NOW - age).isoformat()
    if kept:
        assert update(started=started)
    else:
        with pytest.raises(Malformed, match="start"):
            update(started=started)


@pytest.mark.parametrize("attrs", [None, {}, {"release": ""}, {"release": "a/b"}, []])
def test_a_session_without_a_release_is_refused(attrs: Any) -> None:
    with pytest.raises(Malformed, match="release"):
        update(attrs=attrs)


def test_a_wrong_clock_is_corrected_by_the_time_of_sending() -> None:
    raw = {"sid": SID, "started": "2020-01-01T00:00:00Z", "attrs": {"release": "shop@1.0"}}
    (found,) = read_session(raw, {"sent_at": "2020-01-01T00:30:00Z"}, received_at=NOW)

    assert found.hour == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_buckets_are_added_up_by_hour_and_user() -> None:
    found = aggregates(
        bucket(1, exited=5, errored=1, did="ada"),
        bucket(2, exited=1, crashed=2, abnormal=1, unhandled=1, did="ada"),
        bucket(3, exited=7),
        environment="prod",
    )

    ada, nobody = found
    assert (ada.total, ada.errored, ada.crashed, ada.abnormal) == (11, 5, 2, 1)
    assert (nobody.total, nobody.errored, nobody.user) == (7, 0, "")
    assert {(one.key, one.sid, one.hour, one.environment) for one in found} == {
        ("", "", HOUR, "prod")
    }


@pytest.mark.parametrize(
    "unusable",
    [None, [], "x", {}, {"started": "x", "exited": 1}, bucket(0), bucket(0, exited=-1)],
)
def test_an_unusable_bucket_does_not_lose_the_others(unusable: Any) -> None:
    (found,) = aggregates(unusable, bucket(5, exited=3))
    assert found.total == 3


def test_buckets_and_their_numbers_are_capped() -> None:
    (found,) = aggregates(*[bucket(0, exited=2**62, crashed=1)] * (MAX_BUCKETS + 1))

    assert found.crashed == MAX_BUCKETS
    assert found.total == (MAX_QUANTITY + 1) * MAX_BUCKETS < 2**46
