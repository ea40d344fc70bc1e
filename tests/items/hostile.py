"""Payloads nobody should send, and what must be true of whatever is read from them."""

import json
import math
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from rustrak.protocol.jsontext import clean_text

NOW = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_LONGEST = 8192  # characters of the longest text any row holds

any_text = st.text(st.characters(codec=None, categories=None), max_size=20)
_times = st.sampled_from(
    [NOW.timestamp(), NOW.isoformat(), "2026-03-01", 1e20, -1, float("nan"), "infinity", 2**62]
)
_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | _times | st.just("a" * 32)
)


def payloads(names: Iterable[str], words: Iterable[str] = ()) -> st.SearchStrategy[bytes]:
    """JSON as a lax client writes it, mostly made of attributes the reader looks at."""
    keys = st.sampled_from(sorted(names)) | any_text
    scalars = _scalars | st.sampled_from(sorted(words)) if words else _scalars
    value = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=20,
    )
    return st.dictionaries(keys, value, max_size=8).map(lambda found: json.dumps(found).encode())


def assert_storable(value: Any) -> None:
    """Every text, number and time of a row fits a column of PostgreSQL."""
    match value:
        case str():
            assert clean_text(value) == value
            assert len(value) <= _LONGEST
        case bool() | None:
            pass
        case int():
            assert -(2**63) <= value < 2**63
        case float():
            assert math.isfinite(value)
        case datetime():
            assert value.tzinfo is not None
            assert _EARLIEST <= value <= _LATEST
        case dict():
            assert_storable([*value.keys(), *value.values()])
        case list() | tuple():
            for entry in value:
                assert_storable(entry)
        case _:
            assert is_dataclass(value)
            assert_storable([getattr(value, field.name) for field in fields(value)])
