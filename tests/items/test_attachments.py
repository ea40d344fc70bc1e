"""Attachments: what may be said of them in a header of ours. Samples by hand."""

from typing import Any

import pytest

from rustrak.items.attachments import UNNAMED, Attachment, read_attachment, safe_filename


def test_an_attachment_is_described() -> None:
    headers = {
        "type": "attachment",
        "filename": "C:\\logs\\Übersicht 1.txt",
        "content_type": "Text/Plain; charset=utf-8",
        "attachment_type": "event.view_hierarchy",
    }
    assert read_attachment(headers, 42) == Attachment(
        "Übersicht 1.txt", "text/plain", "event.view_hierarchy", 42
    )


def test_an_attachment_may_say_nothing() -> None:
    assert read_attachment({}, 0) == Attachment(
        UNNAMED, "application/octet-stream", "event.attachment", 0
    )


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("screenshot-1.jpg", "screenshot-1.jpg"),
        ("../../etc/passwd", "passwd"),
        ("/absolute/", UNNAMED),
        ("..", UNNAMED),
        (".env", "env"),
        ('a"; filename="b.html', "a__ filename=_b.html"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x"),
        ("a\0b.txt", "a_b.txt"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("\ud800.txt", "_.txt"),
        (None, UNNAMED),
        (5, UNNAMED),
        ("___", UNNAMED),
    ],
)
def test_a_filename_is_fit_for_a_header(sent: Any, safe: str) -> None:
    assert safe_filename(sent) == safe


def test_a_long_filename_keeps_its_extension() -> None:
    name = safe_filename("x" * 100_000 + ".log")
    assert len(name) == 200
    assert name.endswith("xx.log")


@pytest.mark.parametrize(
    "sent", [None, 5, "", "text", "text/html\r\nX: y", "a/b/c", "ä/b", "x" * 999]
)
def test_a_type_that_is_none_is_a_heap_of_octets(sent: Any) -> None:
    assert read_attachment({"content_type": sent}, 1).content_type == "application/octet-stream"


@pytest.mark.parametrize("kind", [None, "", "event.tomorrow", [], "event.minidump\n\n.x"])
def test_an_unknown_kind_is_a_plain_file(kind: Any) -> None:
    assert read_attachment({"attachment_type": kind}, 1).attachment_type == "event.attachment"
