"""Whatever an event holds: it is applied, not parked. Sent in many envelopes, digested at once."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.installation import Installation, envelope

ATTRIBUTES = [
    "event_id",
    "type",
    "timestamp",
    "start_timestamp",
    "received",
    "platform",
    "level",
    "logger",
    "transaction",
    "transaction_info",
    "culprit",
    "server_name",
    "site",
    "release",
    "dist",
    "environment",
    "modules",
    "fingerprint",
    "checksum",
    "logentry",
    "message",
    "exception",
    "threads",
    "stacktrace",
    "template",
    "breadcrumbs",
    "request",
    "user",
    "contexts",
    "debug_meta",
    "sdk",
    "tags",
    "extra",
    "csp",
    "nel",
    "errors",
    "_meta",
    "spans",
    "measurements",
    "sentry.interfaces.Exception",
    "sentry.interfaces.Message",
    "sentry.interfaces.Stacktrace",
    "sentry.interfaces.Http",
    "sentry.interfaces.User",
]

WRONG = [
    b"null",
    b"true",
    b"-1",
    b"1e400",
    b"9" * 400,
    b"NaN",
    b"-Infinity",
    b'""',
    b'"\\u0000\\ud800"',
    b"[]",
    b'[null, 7, "x", [], {}]',
    b"{}",
    b'{"values": {"frames": [7]}, "id": [], "formatted": {}, "name": 1e99}',
    b"[" * 900 + b"]" * 900,
    b"[" * 3000 + b"]" * 3000,
    b'{"values": [{"stacktrace": {"frames": [{"lineno": 1e99, "vars": []}]}}]}',
]

RICH: dict[str, Any] = {
    "message": "m",
    "logentry": {"message": "a %s", "params": ["b"], "formatted": "a b"},
    "platform": "python",
    "level": "error",
    "logger": "l",
    "transaction": "/t",
    "server_name": "s",
    "release": "r@1",
    "dist": "1",
    "environment": "prod",
    "timestamp": "2026-01-02T03:04:05Z",
    "fingerprint": ["{{ default }}", "x"],
    "tags": {"colour": "red"},
    "extra": {"k": "v"},
    "user": {"id": "1", "email": "a@b.cd", "username": "u", "ip_address": "127.0.0.1"},
    "request": {"url": "http://h/p", "headers": [["User-Agent", "x"]], "method": "GET"},
    "contexts": {"os": {"name": "Linux", "version": "6"}, "runtime": {"name": "CPython"}},
    "sdk": {"name": "sentry.python", "version": "2"},
    "exception": {
        "values": [
            {
                "type": "T",
                "value": "v",
                "module": "m",
                "mechanism": {"type": "generic"},
                "stacktrace": {"frames": [{"function": "f", "module": "m", "filename": "a.py"}]},
            }
        ]
    },
    "breadcrumbs": {"values": [{"message": "b", "category": "c"}]},
}


async def all_applied(installation: Installation, events: Iterable[bytes]) -> None:
    """Send each event in an envelope, digest them at once, and check that none was set aside."""
    bodies = [
        envelope({"event_id": f"{number:032x}"}, ({"type": "event"}, event))
        for number, event in enumerate(events, 1)
    ]
    turnstile = asyncio.Semaphore(16)

    async def post(body: bytes) -> int:
        async with turnstile:
            response = await installation.post_envelope(body)
            await response.read()
            return response.status

    assert set(await asyncio.gather(*map(post, bodies))) == {200}
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.parked, books.duplicate) == (len(bodies), 0, 0)
    assert books.is_even
    await installation.issues(per_page="1000")


async def test_an_attribute_of_the_wrong_type_never_costs_the_event(
    installation: Installation,
) -> None:
    await all_applied(
        installation,
        (
            b'{"message":"m",' + json.dumps(name).encode() + b":" + value + b"}"
            for name in ATTRIBUTES
            for value in WRONG
        ),
    )


def spoiled(value: Any) -> Iterator[Any]:
    """The value with one text or key after the other holding a NUL and a lone surrogate."""
    if isinstance(value, str):
        yield f"\0\ud800{value}\udfff"
    elif isinstance(value, list):
        for place, item in enumerate(value):
            for worse in spoiled(item):
                yield [*value[:place], worse, *value[place + 1 :]]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield {**value, f"\0\ud800{key}": item}
            for worse in spoiled(item):
                yield {**value, key: worse}


async def test_nul_and_lone_surrogates_in_any_text_never_cost_the_event(
    installation: Installation,
) -> None:
    await all_applied(installation, (json.dumps(event).encode() for event in spoiled(RICH)))


async def test_broken_utf8_never_costs_the_event(installation: Installation) -> None:
    texts = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80abc")
    await all_applied(
        installation,
        (b'{"%b":"%b","tags":{"%b":"%b"}}' % (b"message", text, text, text) for text in texts),
    )


async def test_times_nobody_lives_in_never_cost_the_event(installation: Installation) -> None:
    times = [-1, 0, 1e20, -1e300, 2**63, 253402300800, 1700000000000, "infinity", "now", "x"]
    times += ["0000-00-00T00:00:00Z", "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]
    times += ["0001-01-01T00:00:00+23:59", "2026-02-30T00:00:00Z", "2026-01-01T25:61:61Z", "٣"]
    await all_applied(
        installation, (json.dumps({"message": "m", "timestamp": time}).encode() for time in times)
    )


async def test_crowds_and_long_texts_never_cost_the_event(installation: Installation) -> None:
    frames = [{"function": f"f{number}", "lineno": 2**40} for number in range(5000)]
    crowds: list[dict[str, Any]] = [
        {"tags": {f"{number}": 1 for number in range(100_000)}},
        {"tags": [[f"{number}", "x"] for number in range(50_000)]},
        {"extra": {f"{number}": 1 for number in range(80_000)}},
        {"breadcrumbs": [{} for _ in range(200_000)]},
        {"exception": [{"type": "T"} for _ in range(50_000)]},
        {"exception": [{"type": "T", "stacktrace": {"frames": frames}}]},
        {"threads": [{"id": number} for number in range(50_000)]},
        {"fingerprint": ["x"] * 100_000},
        {"message": "é" * 170_000},
        {"transaction": "x" * 900_000, "release": "y" * 100_000},
        {"exception": {"type": "T" * 500_000, "value": "v" * 500_000}},
        {"level": "x" * 9000, "platform": "y" * 9000, "environment": "z" * 9000},
        {"user": {"id": "9" * 100_000}, "server_name": "s" * 100_000},
        {"sdk": {"name": "n" * 100_000, "version": "v" * 100_000}},
    ]
    events = ({"message": "m", **crowd} for crowd in crowds)
    await all_applied(
        installation, (json.dumps(event, separators=(",", ":")).encode() for event in events)
    )
