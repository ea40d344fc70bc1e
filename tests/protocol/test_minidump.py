"""Crash dumps and the forms they come in. Dumps are made by hand, byte for byte."""

import gzip
import json
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem, TooLarge
from rustrak.events.normalise import normalise
from rustrak.events.title import title
from rustrak.grouping import group
from rustrak.protocol.jsontext import dumps
from rustrak.protocol.minidump import (
    DUMP_FIELD,
    MAX_ATTACHMENTS,
    MAX_EVENT_BYTES,
    MAX_FIELD_BYTES,
    MAX_FIELDS,
    FormPart,
    crash_event,
    is_minidump,
    read_exception_code,
    read_minidump_form,
)

LIMIT = 1_000_000
WRITTEN = 1_772_000_000  # Unix seconds
NOW = datetime.fromtimestamp(WRITTEN + 60, UTC)
BASE, SIZE = 0x7F00_0000_0000, 0x10_0000
LIBRARY = "/opt/shop/libgame.so"

WINDOWS, LINUX, MACOS = 2, 0x8201, 0x8101
X86, ARM, X86_64, ARM64 = 0, 5, 9, 12
INSTRUCTION_AT = {X86: (184, "<I"), ARM: (64, "<I"), X86_64: (248, "<Q"), ARM64: (264, "<Q")}


def made_dump(
    *,
    code: int = 11,
    address: int = 0,
    instruction: int = BASE + 0x1A2B,
    system: int = LINUX,
    cpu: int = X86_64,
    base: int = BASE,
    path: str = LIBRARY,
    padding: bytes = b"",
) -> bytes:
    """A dump of the four parts that are read: exception, system, modules, saved registers."""
    offset, layout = INSTRUCTION_AT[cpu]
    registers = bytes(offset) + struct.pack(layout, instruction)
    name = path.encode("utf-16-le")
    at = 32 + 3 * 12
    parts = [registers, struct.pack("<I", len(name)) + name]
    registers_at, name_at = at, at + len(registers)
    other = struct.pack("<QI8xI84x", 0x1000, 0x1000, 0)
    parts += [
        struct.pack("<I4xIIQQ", 77, code, 0, 0, address)
        + bytes(160 - 32)
        + struct.pack("<II", len(registers), registers_at),
        struct.pack("<HHHBBIIIII", cpu, 0, 0, 4, 1, 10, 0, 19045, system, 0) + bytes(28),
        struct.pack("<I", 2) + padding + other + struct.pack("<QI8xI84x", base, SIZE, name_at),
    ]
    at += len(parts[0]) + len(parts[1])
    entries = b""
    for kind, part in zip((6, 7, 4), parts[2:], strict=True):
        entries += struct.pack("<III", kind, len(part), at)
        at += len(part)
    header = struct.pack("<4sIIIIIQ", b"MDMP", 0xA793, 3, 32, 0, WRITTEN, 0)
    return header + entries + b"".join(parts)


DUMP = made_dump()
DUMP_PART: FormPart = (DUMP_FIELD, "a.dmp", "application/x-dmp", DUMP)


def field(name: str, value: Any) -> FormPart:
    contents = value if isinstance(value, bytes) else str(value).encode()
    return name, None, None, contents


def event_of(*parts: FormPart) -> dict[str, Any]:
    document, _ = read_minidump_form([*parts, DUMP_PART], limit=LIMIT)
    return document


def named(dump: bytes) -> str:
    event = normalise(crash_event(dump), event_id="a" * 32, received_at=NOW)
    return title(event).title


def key(dump: bytes) -> str:
    return group(normalise(crash_event(dump), event_id="a" * 32, received_at=NOW)).key


@pytest.mark.parametrize(
    ("data", "expected"),
    [(DUMP, True), (b"PMDM", True), (b"MDM", False), (b"", False), (b" MDMP", False)],
)
def test_a_dump_is_known_by_its_first_bytes(data: bytes, expected: bool) -> None:
    assert is_minidump(data) is expected


def test_a_dump_tells_what_crashed_where() -> None:
    assert read_exception_code(DUMP) == {
        "type": "SIGSEGV",
        "value": "libgame.so + 0x1a2b, address 0x0",
        "code": 11,
        "address": 0,
        "thread_id": 77,
        "os": {"name": "Linux", "version": "10.0.19045"},
        "cpu": "x86_64",
        "frame": {
            "package": LIBRARY,
            "instruction_addr": "0x7f0000001a2b",
            "image_addr": "0x7f0000000000",
        },
    }


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (WINDOWS, 0xC0000005, "EXCEPTION_ACCESS_VIOLATION"),
        (WINDOWS, 11, "Exception 0xb"),
        (LINUX, 6, "SIGABRT"),
        (MACOS, 1, "EXC_BAD_ACCESS"),
        (0xFFFF, 11, "Exception 0xb"),
    ],
)
def test_each_system_has_names_of_its_own(system: int, code: int, expected: str) -> None:
    assert read_exception_code(made_dump(system=system, code=code))["type"] == expected


@pytest.mark.parametrize("cpu", [X86, ARM, X86_64, ARM64])
def test_the_instruction_comes_from_the_registers_of_each_processor(cpu: int) -> None:
    crash = read_exception_code(made_dump(cpu=cpu, base=0x40_0000, instruction=0x40_0010))

    assert crash["value"] == "libgame.so + 0x10, address 0x0"


def test_without_registers_the_address_of_the_exception_is_the_place() -> None:
    dump = made_dump(system=WINDOWS, code=0xC0000005, address=BASE + 5, path="C:\\a\\game.exe")
    exception_at = dump.index(struct.pack("<I4xI", 77, 0xC0000005))
    cut_registers = bytearray(dump)
    cut_registers[exception_at + 160 : exception_at + 168] = bytes(8)

    crash = read_exception_code(bytes(cut_registers))
    assert crash["value"] == f"game.exe + 0x5, address {BASE + 5:#x}"


def test_a_module_list_may_be_padded() -> None:
    assert read_exception_code(made_dump(padding=bytes(4))) == read_exception_code(DUMP)


def test_an_instruction_outside_every_module_has_no_package() -> None:
    crash = read_exception_code(made_dump(instruction=0x10))

    assert crash["frame"] == {"instruction_addr": "0x10"}
    assert crash["value"] == "address 0x0"


def test_the_end_of_a_very_long_path_is_kept() -> None:
    crash = read_exception_code(made_dump(path="/long" * 1000 + "/libgame.so"))

    assert crash["frame"]["package"].endswith("/libgame.so")
    assert len(crash["frame"]["package"]) == 512


def test_a_dump_cut_anywhere_tells_less_or_nothing() -> None:
    whole = read_exception_code(DUMP)
    for length in range(len(DUMP)):
        crash = read_exception_code(DUMP[:length])
        assert crash == {} or crash["code"] == whole["code"]
    assert read_exception_code(DUMP[:200]) == {}


@pytest.mark.parametrize(
    "dump",
    [
        b"",
        b"MDMP",
        b"PMDM" + DUMP[4:],
        b"MDMP" + b"\xff" * 1000,
        b"MDMP" + bytes(1000),
        DUMP[:8] + b"\xff\xff\xff\xff" + DUMP[12:],
        DUMP[:12] + b"\xff\xff\xff\xff" + DUMP[16:],
    ],
)
def test_hostile_dumps_are_crashes_that_tell_nothing_or_the_truth(dump: bytes) -> None:
    crash = read_exception_code(dump)

    assert crash == {} or crash["type"] == "SIGSEGV"
    assert crash_event(dump)["level"] == "fatal"


def test_a_crash_without_an_event_gets_one() -> None:
    event = normalise(crash_event(DUMP), event_id="a" * 32, received_at=NOW)

    assert (event.type, event.platform, event.level) == ("error", "native", "fatal")
    assert event.handled is False
    assert event.timestamp == datetime.fromtimestamp(WRITTEN, UTC)
    assert title(event).title == "SIGSEGV: libgame.so + 0x1a2b, address 0x0"
    assert (event.tags["mechanism"], event.tags["os.name"]) == ("minidump", "Linux")
    assert event.exceptions[0].frames[0].package == LIBRARY
    assert event.errors == []


def test_a_crash_that_tells_nothing_is_called_a_minidump() -> None:
    event = normalise(crash_event(), event_id="a" * 32, received_at=NOW)

    assert (event.exceptions[0].type, event.exceptions[0].synthetic) == ("Minidump", True)
    assert event.handled is False
    assert named(b"") == "Minidump: the dump names no exception"


def test_crashes_group_by_exception_and_module_not_by_address() -> None:
    moved = made_dump(base=BASE + SIZE, instruction=BASE + SIZE + 0x1A2B, address=0x8)

    assert key(moved) == key(DUMP)
    assert key(made_dump(path="/opt/shop/libother.so")) != key(DUMP)
    assert key(made_dump(code=6)) != key(DUMP)


def test_a_form_of_nothing_but_a_dump_is_an_event_with_an_attachment() -> None:
    document, (dump,) = read_minidump_form([(DUMP_FIELD, None, None, DUMP)], limit=LIMIT)

    assert document["exception"] == crash_event(DUMP)["exception"]
    assert dump.payload == DUMP
    assert dump.headers == {
        "type": "attachment",
        "length": len(DUMP),
        "filename": DUMP_FIELD,
        "content_type": "application/octet-stream",
        "attachment_type": "event.minidump",
    }


def test_a_compressed_dump_is_inflated() -> None:
    part = (DUMP_FIELD, "a.dmp.gz", "application/gzip", gzip.compress(DUMP))
    _, (dump,) = read_minidump_form([part], limit=len(DUMP))

    assert (dump.payload, dump.headers["length"]) == (DUMP, len(DUMP))


def test_a_bomb_is_too_large() -> None:
    bomb = gzip.compress(b"MDMP" + bytes(LIMIT))

    with pytest.raises(TooLarge):
        read_minidump_form([(DUMP_FIELD, "a", None, bomb)], limit=LIMIT)
    with pytest.raises(TooLarge):
        read_minidump_form([DUMP_PART], limit=len(DUMP) - 1)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [field("sentry", "{}")],
        [("file", "a.dmp", None, DUMP)],
        [(DUMP_FIELD, "a", None, b"")],
        [(DUMP_FIELD, "a", None, b"not a dump")],
        [(DUMP_FIELD, "a", None, gzip.compress(b"not a dump"))],
        [(DUMP_FIELD, "a", None, gzip.compress(DUMP)[:-4])],
    ],
)
def test_a_form_without_a_dump_is_refused(parts: list[FormPart]) -> None:
    with pytest.raises(Malformed):
        read_minidump_form(parts, limit=LIMIT)


def test_the_event_of_the_client_is_kept_but_not_its_exception() -> None:
    sent = {
        "event_id": "b" * 32,
        "release": "shop@1",
        "level": "error",
        "platform": None,
        "type": "transaction",
        "contexts": {"gpu": {"name": "G"}},
        "exception": [{"type": "Old"}],
    }
    document = event_of(field("sentry", json.dumps(sent)))

    assert (document["event_id"], document["release"]) == ("b" * 32, "shop@1")
    assert (document["level"], document["platform"]) == ("error", "native")
    assert document["contexts"]["gpu"] == {"name": "G"}
    assert document["contexts"]["os"]["name"] == "Linux"
    assert document["exception"] == crash_event(DUMP)["exception"]
    assert document["type"] == "error"


def test_an_event_in_chunks_is_joined_by_number() -> None:
    text = json.dumps({"release": "shop@1", "tags": {"a": "b"}})
    chunks = [field(f"sentry__{i + 1}", text[i * 4 : i * 4 + 4]) for i in range(12)]

    document = event_of(*reversed(chunks))
    assert (document["release"], document["tags"]) == ("shop@1", {"a": "b"})
    assert "extra" not in document


def test_bracketed_fields_are_paths_into_the_event() -> None:
    document = event_of(
        field("sentry[release]", "shop@2"),
        field("sentry[tags][kind]", "x"),
        field("sentry", '{"release":"shop@1","tags":"none","dist":"7"}'),
    )

    assert (document["release"], document["dist"]) == ("shop@2", "7")
    assert document["tags"] == {"kind": "x"}


@pytest.mark.parametrize("text", ["{", "[]", "", '{"a":"' + "b" * MAX_EVENT_BYTES + '"}'])
def test_an_unreadable_event_is_noted_and_the_crash_kept(text: str) -> None:
    document = event_of(field("sentry", text), field("sentry[release]", "shop@2"))

    assert document["errors"] == [{"type": "invalid_data", "name": "sentry"}]
    assert document["release"] == "shop@2"
    assert document["level"] == "fatal"


def test_other_fields_become_extra_and_other_files_attachments() -> None:
    parts = [
        field("sentry", '{"extra":{"a":"1"}}'),
        field("prod", "shop\0"),
        field("ver", b"\xff1"),
        field("sentry[tags][]", "no path"),
        ("log", "C:\\logs\\today.txt", "text/plain; charset=utf-8", b"line"),
        ("view", "../view-hierarchy.json", "bad\r\ntype", b"{}"),
        ("__sentry-event", "", None, b"\x80"),
    ]
    document, attachments = read_minidump_form([*parts, DUMP_PART], limit=LIMIT)

    assert document["extra"] == {
        "a": "1",
        "prod": "shop\ufffd",
        "ver": "\ufffd1",
        "sentry[tags][]": "no path",
    }
    names = ("filename", "content_type", "attachment_type")
    assert [tuple(item.headers[name] for name in names) for item in attachments] == [
        ("a.dmp", "application/x-dmp", "event.minidump"),
        ("today.txt", "text/plain", "event.attachment"),
        ("view-hierarchy.json", "application/octet-stream", "event.view_hierarchy"),
        ("__sentry-event", "application/octet-stream", "event.payload"),
    ]


def test_a_flood_of_fields_and_files_is_cut() -> None:
    fields = [field(f"f{i}", "x" * (MAX_FIELD_BYTES + 1)) for i in range(MAX_FIELDS + 1)]
    paths = [field(f"sentry[tags][t{i}]", "x") for i in range(MAX_FIELDS + 1)]
    files = [(f"f{i}", "f.txt", None, b"x") for i in range(MAX_ATTACHMENTS)]
    document, attachments = read_minidump_form([DUMP_PART, *fields, *paths, *files], limit=LIMIT)

    assert len(document["extra"]) == len(document["tags"]) == MAX_FIELDS
    assert {len(value) for value in document["extra"].values()} == {MAX_FIELD_BYTES}
    assert len(attachments) == MAX_ATTACHMENTS


NAMES = st.text(max_size=10) | st.sampled_from(
    ["sentry", "sentry__1", "sentry__2", "sentry[a]", "sentry[a][b]", "sentry[extra]", DUMP_FIELD]
)
CONTENTS = st.binary(max_size=50) | st.sampled_from(
    [DUMP, b"{}", b'{"a":{"b":1}}', b'{"extra":[],"contexts":5,"errors":{}}', b'{"level":7']
)
PARTS = st.tuples(NAMES, st.none() | st.text(max_size=5), st.none() | st.text(), CONTENTS)


@given(st.lists(PARTS, max_size=8))
def test_any_form_with_a_dump_is_a_crash(parts: list[FormPart]) -> None:
    document, attachments = read_minidump_form([DUMP_PART, *parts], limit=LIMIT)

    assert dumps(document)
    assert attachments[0].payload == DUMP
    assert normalise(document, event_id="a" * 32, received_at=NOW).handled is False


@given(st.lists(PARTS, max_size=8))
def test_any_form_gives_an_event_or_a_problem(parts: list[FormPart]) -> None:
    try:
        document, attachments = read_minidump_form(parts, limit=LIMIT)
    except Problem:
        return
    assert is_minidump(attachments[0].payload)
    assert dumps(document)


@given(st.integers(0, len(DUMP) - 4), st.binary(min_size=1, max_size=8), st.binary(max_size=200))
def test_any_damage_to_a_dump_leaves_a_crash_with_a_title(
    at: int, damage: bytes, tail: bytes
) -> None:
    dump = DUMP[:at] + damage + DUMP[at + len(damage) :]

    assert named(dump)
    assert named(b"MDMP" + tail)
    assert dumps(crash_event(dump))
