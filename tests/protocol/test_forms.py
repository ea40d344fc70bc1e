"""Forms as crash uploaders write them, byte for byte, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem, TooLarge
from rustrak.protocol.forms import boundary_of, read_form

HEAD = b'Content-Disposition: form-data; name="a"'


def form(*parts: bytes) -> bytes:
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (HEAD, ("a", None, None)),
        (HEAD + b'; filename="c d.txt"\r\nContent-Type: x/y; z=1', ("a", "c d.txt", "x/y; z=1")),
        (HEAD + 'a; filename="räder"'.encode()[1:], ("a", "räder", None)),
        (HEAD + b"; filename*=utf-8''r%C3%A4der", ("a", "räder", None)),
        (HEAD + b"; filename*=bogus''%ff", ("a", "ÿ", None)),
        (HEAD + b"; filename=", ("a", "", None)),
        (b"content-disposition: form-data; name=a", ("a", None, None)),
    ],
)
def test_a_part_has_a_name_and_perhaps_a_file(head: bytes, expected: tuple[str, ...]) -> None:
    ((*found, contents),) = read_form(form(head + b"\r\n\r\nx"), b"b")
    assert (tuple(found), contents) == (expected, b"x")


def test_contents_are_kept_to_the_byte() -> None:
    contents = [b"", b"\r\n", b"\0\xff--b", b"\r\n\r\n--", b"x--b--", b"a\n--b\n"]
    parts = [HEAD + b"\r\n\r\n" + content for content in contents]
    assert [part[3] for part in read_form(form(*parts), b"b")] == contents
    assert [p[3] for p in read_form(b"before\r\n" + form(*parts) + b"after", b"b")] == contents
    assert read_form(b"--b--", b"b") == []


def test_a_form_that_is_cut_off_is_refused() -> None:
    whole = form(HEAD + b"\r\n\r\nx")
    for end in range(len(whole) - 4):
        with pytest.raises(Malformed):
            read_form(whole[:end], b"b")


def test_a_part_without_headers_or_a_name_is_refused() -> None:
    for part in (b"", b"\r\n\r\nx", b"X: y\r\n\r\nx", b"x" * 9000 + b"\r\n\r\nx", b"\xff\r\n\r\n"):
        with pytest.raises(Malformed):
            read_form(form(part), b"b")


def test_parts_are_bounded() -> None:
    with pytest.raises(TooLarge):
        read_form(form(*[HEAD + b"\r\n\r\n"] * 1001), b"b")


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=abc", b"abc"),
        ('multipart/form-data; charset=x; Boundary="a b"', b"a b"),
        ("multipart/form-data;boundary=abc;x=y", b"abc"),
    ],
)
def test_the_boundary_is_found(content_type: str, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type", ["", "multipart/form-data", "x; boundary=", 'x; boundary=""']
)
def test_a_form_without_a_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(Malformed):
        boundary_of(content_type)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_are_parts_or_a_problem(body: bytes, kind: str) -> None:
    for data in (body, b"--b\r\n" + body, form(body), form(HEAD + body)):
        try:
            read_form(data, b"b")
            boundary_of(kind)
        except Problem:
            pass
