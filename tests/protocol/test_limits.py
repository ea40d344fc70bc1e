"""Sizes by type, and how many of a kind."""

import pytest

from rustrak.config import load_settings
from rustrak.errors import ConfigurationError, TooLarge
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
    check_sizes(items(kind, limit), max_event_bytes=1000, max_item_bytes={})
    with pytest.raises(TooLarge, match=f"the {kind} has {limit + 1} bytes; the limit is {limit}"):
        check_sizes(items("x", 5) + items(kind, limit + 1), max_event_bytes=1000, max_item_bytes={})


def test_files_and_unknown_types_are_limited_by_the_envelope_alone() -> None:
    for kind in ("attachment", "unreal_report", "item_of_next_year", ""):
        check_sizes(items(kind, 20 * 1024 * 1024), max_event_bytes=1, max_item_bytes={})


def test_only_so_many_items_of_a_kind_are_taken() -> None:
    for kind, most in (("attachment", 30), ("session", 100), ("client_report", 100)):
        check_sizes(items(kind, 1, most) + items("x", 1, 800), max_event_bytes=1, max_item_bytes={})
        with pytest.raises(TooLarge, match=f"{most + 1} {kind} items; the limit is {most}"):
            check_sizes(items(kind, 1, most + 1), max_event_bytes=1, max_item_bytes={})


def test_an_installation_sets_limits_of_its_own() -> None:
    own = {"attachment": 10, "log": 20 * 1024 * 1024, "event": 5}
    check_sizes(items("log", 13 * 1024 * 1024), max_event_bytes=1000, max_item_bytes=own)
    for kind in ("attachment", "event"):
        with pytest.raises(TooLarge, match=f"the {kind} has 11 bytes; the limit is"):
            check_sizes(items(kind, 11), max_event_bytes=1000, max_item_bytes=own)


def test_own_limits_are_read_from_the_environment() -> None:
    settings = load_settings({"RUSTRAK_MAX_ITEM_BYTES": " log=100, attachment=2048"})
    assert settings.max_item_bytes == {"log": 100, "attachment": 2048}
    for wrong in ("log", "log=", "log=many", "=5", "log=-1"):
        with pytest.raises(ConfigurationError, match="RUSTRAK_MAX_ITEM_BYTES: must look like"):
            load_settings({"RUSTRAK_MAX_ITEM_BYTES": wrong})
