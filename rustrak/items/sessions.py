"""Sessions (release health): `session` updates and `sessions` aggregates to contributions.

One session sends several updates, each telling everything again, and networks lose, repeat and
reorder them. So an update is not added up: it says up to three things about its session, each a
contribution of 1 with a key of its own, `<sid>:total`, `<sid>:errored`, `<sid>:crashed` and
`<sid>:abnormal`. A fold that adds a contribution only when its key is new in the project is exact
in any order and with any repetition, because a key always means the same fact:

- total: the session exists. Every update proves that, so every update says it; `init` is not
  needed. (Python sets it on each update, .NET moves it to a later one, and it can get lost.)
- errored: it had an error (`errors` > 0, or a status that implies one).
- crashed, abnormal: it ended so; such a session is errored too. Healthy = total - errored.

An ending that contradicts an earlier one counts too, which a client never sends: the last word
would depend on the order. Keys need to be kept for MAX_SESSION_AGE and a day, because older
updates are refused. If updates of one session disagree about release, environment or start, the
first to arrive decides where it counts; the sums stay exact. Users are a set, not a sum: unite
them by (hour, release, environment, user) even when the key is not new, for the user may become
known late.

Aggregates are increments without an identity; their key is empty and every one is added, once for
its place in the ledger. Source: Sentry protocol, sessions.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rustrak.errors import Malformed
from rustrak.items.clock import corrected, drift
from rustrak.items.values import (
    document,
    entries,
    mapping,
    quantity,
    read_environment,
    read_release,
    uuid,
)
from rustrak.protocol.jsontext import dumps
from rustrak.protocol.timestamps import MAX_AHEAD, parse_timestamp

MAX_SESSION_AGE: Final = timedelta(days=5)
"""Between the start of a session and the receipt of an update."""
MAX_BUCKETS: Final = 10_000
"""Aggregates in one item; one a minute and user, sent once a minute."""

_DIGEST_BYTES = 16
_COUNTERS = {  # total, errored, crashed, abnormal
    "total": (1, 0, 0, 0),
    "errored": (0, 1, 0, 0),
    "crashed": (0, 0, 1, 0),
    "abnormal": (0, 0, 0, 1),
}


@dataclass(slots=True, frozen=True)
class SessionCount:
    """A contribution to one hour of one release and environment.

    `hour` is when the session started, `user` a hash or empty, `key` and `sid` are empty in
    aggregates. The counters of aggregates stay below 2**46.
    """

    key: str
    sid: str
    release: str
    environment: str
    hour: datetime
    user: str
    total: int = 0
    errored: int = 0
    crashed: int = 0
    abnormal: int = 0


def read_session(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> list[SessionCount]:
    """The one to three contributions of one update.

    Raises Malformed without a release or a usable start.
    """
    update = document(payload)
    attrs = mapping(update.get("attrs"))
    hour = _hour(update.get("started"), drift(headers, received_at), received_at)
    if hour is None:
        raise Malformed("the session's start is missing, in the future or over 5 days old")
    sid = uuid(update.get("sid")) or _derived_sid(update, attrs)
    name, where = _release(attrs), read_environment(attrs.get("environment"))
    user = _user(update)
    return [
        SessionCount(f"{sid}:{part}", sid, name, where, hour, user, *_COUNTERS[part])
        for part in _parts(update.get("status"), quantity(update.get("errors")))
    ]


def read_sessions(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> list[SessionCount]:
    """One contribution for each hour and user of an item; unusable buckets are left out.

    Raises Malformed without a release.
    """
    report = document(payload)
    attrs = mapping(report.get("attrs"))
    name, where = _release(attrs), read_environment(attrs.get("environment"))
    off = drift(headers, received_at)
    sums: dict[tuple[datetime, str], list[int]] = {}
    for bucket in entries(report.get("aggregates"), MAX_BUCKETS):
        hour = _hour(bucket.get("started"), off, received_at)
        counts = _bucket_counts(bucket)
        if hour is not None and counts[0]:
            known = sums.setdefault((hour, _user(bucket)), [0, 0, 0, 0])
            known[:] = [a + b for a, b in zip(known, counts, strict=True)]
    return [
        SessionCount("", "", name, where, hour, user, *counts)
        for (hour, user), counts in sums.items()
    ]


def _parts(status: object, errors: int) -> list[str]:
    """What an update says of its session, as names of counters; unknown words mean `ok`."""
    if status == "crashed" or status == "abnormal":
        return ["total", "errored", str(status)]
    if errors or status == "errored" or status == "unhandled":
        return ["total", "errored"]
    return ["total"]


def _bucket_counts(bucket: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """(total, errored, crashed, abnormal); in buckets each session has one status only."""
    exited, errored, unhandled, crashed, abnormal = (
        quantity(bucket.get(status))
        for status in ("exited", "errored", "unhandled", "crashed", "abnormal")
    )
    errored += unhandled + crashed + abnormal
    return exited + errored, errored, crashed, abnormal


def _hour(started: object, off: timedelta, received_at: datetime) -> datetime | None:
    start = corrected(parse_timestamp(started), off)
    if start is None or not received_at - MAX_SESSION_AGE <= start <= received_at + MAX_AHEAD:
        return None
    return start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _release(attrs: Mapping[str, Any]) -> str:
    name = read_release(attrs.get("release"))
    if not name:
        raise Malformed("the session names no release")
    return name


def _derived_sid(update: Mapping[str, Any], attrs: Mapping[str, Any]) -> str:
    """The identity of a session without a UUID: what stays the same in all its updates."""
    same = [update.get("sid"), update.get("started"), update.get("did")]
    same += [attrs.get("release"), attrs.get("environment")]
    return hashlib.blake2s(dumps(same), digest_size=_DIGEST_BYTES).hexdigest()


def _user(raw: Mapping[str, Any]) -> str:
    did = raw.get("did")
    if did is None or did == "" or isinstance(did, bool | dict | list):
        return ""
    return user_hash(str(did))


def user_hash(did: str) -> str:
    """A hash of a distinct id: of one length, and a mail address does not spread."""
    return hashlib.blake2s(dumps(did), digest_size=_DIGEST_BYTES).hexdigest()
