"""Sizes by type, and how many of a kind."""

import pytest

from rustrak.errors import TooLarge
from rustrak.protocol.envelope import Item
from rustrak.protocol.limits import check_sizes


def items(kind: str, size: int, count: int = 1) -> list[Item]:
    return [Item(kind, {"type": kind}, bytes(size))] * count


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ("event", 1000),
        ("transaction", 1000),
        ("security", 1000),
        ("feedback", 1000),
        ("check_in", 100 * 1024),
        ("client_report", 100 * 1024),
        ("statsd", 1024 * 1024),
        ("log", 12 * 1024 * 1024),
    ],
)
def test_an_item_is_as_large_as_its_type_allows(kind: str, limit: int) -> None:
    check_sizes(items(kind, limit), max_event_bytes=1000)
    with pytest.raises(TooLarge, match=f"the {kind} has {limit + 1} bytes; the limit is {limit}"):
        check_sizes(items("x", 5) + items(kind, limit + 1), max_event_bytes=1000)


def test_files_and_unknown_types_are_limited_by_the_envelope_alone() -> None:
    for kind in ("attachment", "unreal_report", "item_of_next_year", ""):
        check_sizes(items(kind, 20 * 1024 * 1024), max_event_bytes=1)


def test_only_so_many_items_of_a_kind_are_taken() -> None:
    for kind, most in (("attachment", 30), ("session", 100), ("client_report", 100)):
        check_sizes(items(kind, 1, most) + items("x", 1, 800), max_event_bytes=1)
        with pytest.raises(TooLarge, match=f"{most + 1} {kind} items; the limit is {most}"):
            check_sizes(items(kind, 1, most + 1), max_event_bytes=1)
