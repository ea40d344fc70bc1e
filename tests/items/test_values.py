"""Single values: items and events must agree on what a name is."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rustrak.events import labels
from rustrak.events.attributes import Errors
from rustrak.items.values import (
    MAX_QUANTITY,
    hex_id,
    quantity,
    read_environment,
    read_release,
    text,
)

names = st.text(max_size=30) | st.integers() | st.booleans() | st.none() | st.just([])


@given(names)
@example("x" * 201)
@example("a/b")
@example("..")
def test_a_release_is_the_same_in_events_and_items(value: Any) -> None:
    expected = labels.read_release(value, Errors())
    assert read_release(value) == expected.replace("\0", "\ufffd")


@given(names)
@example("x" * 65)
@example("a b")
@example("None")
def test_an_environment_is_the_same_in_events_and_items(value: Any) -> None:
    expected = labels.read_environment(value, Errors())
    assert read_environment(value) == expected.replace("\0", "\ufffd")


@pytest.mark.parametrize(
    ("value", "count"),
    [
        *((0, 0), (7, 7), (7.0, 7), (-1, 0), (2**62, MAX_QUANTITY), (1e30, MAX_QUANTITY)),
        *((0.5, 0), (True, 0), ("7", 0), (None, 0), (float("nan"), 0), (float("inf"), 0)),
    ],
)
def test_a_quantity_is_a_whole_number_within_its_limits(value: Any, count: int) -> None:
    assert quantity(value) == count


@pytest.mark.parametrize(
    ("value", "found"),
    [
        *(("FA90FDEAD5F74052", "fa90fdead5f74052"), ("0" * 16, ""), ("fa90", "")),
        *(("fa90fdead5f7405g", ""), ("fa90fdead5f740522", ""), (None, ""), (16, "")),
    ],
)
def test_an_id_is_hexadecimal_and_of_the_right_length(value: Any, found: str) -> None:
    assert hex_id(value, 16) == found


def test_a_trace_id_may_be_dashed() -> None:
    dashed = "4c79f60c-1121-4eb3-8604-f4ae0781bfb2"
    assert hex_id(dashed, 32) == dashed.replace("-", "")


def test_a_text_is_trimmed_cut_and_storable() -> None:
    assert text("  " + "x" * 50, 10) == "x" * 7 + "..."
    assert text("a\0\ud800", 10) == "a\ufffd\ufffd"
    assert text(["x"], 10) == text(None, 10) == ""
