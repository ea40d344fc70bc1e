"""What an SDK removed is told by path, whatever it wrote into `_meta`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.meta import (
    MAX_ANNOTATIONS,
    MAX_DEPTH,
    MAX_NOTES,
    MAX_PATH,
    MAX_TEXT,
    Annotation,
    Remark,
    read_meta,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["", "rem", "err", "len", "val", "extra", "0"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


def read(meta: Any) -> list[Annotation]:
    return read_meta({"_meta": meta})


def read_one(annotation: Any) -> Annotation:
    (only,) = read({"extra": {"": annotation}})
    return only


def test_annotations_are_read_in_the_order_of_the_document() -> None:
    meta = {
        "exception": {"values": {"0": {"stacktrace": {"frames": {"": {"len": 900}}}}}},
        "message": {"": {"rem": [["!limit", "s", 509, 512]], "len": 1000}},
        "request": {
            "": {"err": ["invalid_data"]},
            "cookies": {"sid": {"": {"rem": [["!config", "x"], ["@ip:mask", "m"]]}}},
        },
    }

    assert read(meta) == [
        Annotation("exception.values.0.stacktrace.frames", length=900),
        Annotation("message", [Remark("!limit", "substituted", 509, 512)], length=1000),
        Annotation("request", errors=["invalid_data"]),
        Annotation(
            "request.cookies.sid", [Remark("!config", "removed"), Remark("@ip:mask", "masked")]
        ),
    ]


def test_the_event_itself_may_be_annotated() -> None:
    assert read({"": {"len": 3}}) == [Annotation("", length=3)]


def test_an_error_is_its_code_without_details() -> None:
    errors = ["missing_attribute", ["invalid_data", {"reason": "secret"}], [], 7, [7]]

    assert read_one({"err": errors, "val": "secret"}).errors == [
        "missing_attribute",
        "invalid_data",
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["!raw", "a"], Remark("!raw", "annotated")),
        (["r", "e", 1], Remark("r", "encrypted", 1)),
        (["r", "p", 1, 2, 3], Remark("r", "pseudonymised", 1, 2)),
        (["r"], Remark("r", "")),
        (["r", "z", -1, 2**31], Remark("r", "")),
        (["r", ["s"], True, 1.5], Remark("r", "")),
    ],
)
def test_remarks_in_every_form(raw: list[Any], expected: Remark) -> None:
    assert read_one({"rem": [raw]}).remarks == [expected]


@pytest.mark.parametrize(
    "annotation",
    [
        *(None, "text", [], {}, {"rem": None}, {"len": True}, {"val": "original"}),
        {"rem": "x", "err": {}, "len": "7"},
        {"rem": [None, [], [7, "s"], ["", "s"], {}]},
    ],
)
def test_what_is_no_annotation_is_left_out(annotation: Any) -> None:
    assert read({"extra": {"": annotation}}) == []


@pytest.mark.parametrize("document", [None, [], "x", 7, {}, {"_meta": None}, {"_meta": ["x"]}])
def test_a_document_without_annotations_has_none(document: Any) -> None:
    assert read_meta(document) == []


def test_everything_is_capped() -> None:
    annotation = {"rem": [["r" * 1000, "x"]] * 100, "err": ["e" * 1000] * 100}
    wide = {"k" * 2000 + str(number): {"": annotation} for number in range(2000)}

    annotations = read({"extra": wide})

    assert len(annotations) == MAX_ANNOTATIONS
    for read_back in annotations:
        assert len(read_back.path) == MAX_PATH
        assert len(read_back.remarks) == len(read_back.errors) == MAX_NOTES
        assert len(read_back.remarks[0].rule) == len(read_back.errors[0]) == MAX_TEXT


def test_nesting_beyond_the_limit_is_not_read() -> None:
    meta: dict[str, Any] = {"": {"len": 1}}
    for _ in range(5000):
        meta = {"": {"len": 1}, "k": meta}

    assert len(read(meta)) == MAX_DEPTH + 1


@given(json_values)
def test_any_document_gives_a_list(document: Any) -> None:
    assert isinstance(read_meta(document), list)
    for annotation in read(document):
        assert annotation.remarks or annotation.errors or annotation.length is not None
