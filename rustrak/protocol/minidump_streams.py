"""What a minidump says about the crash itself: the exception, where it struck, the system.

Used by `minidump`. Every number in a dump is the client's: what does not fit the bytes ends in a
`struct.error` that is caught here, and counts are capped. Sources: Microsoft's minidumpapiset.h;
Breakpad's minidump_format.h for other systems.
"""

import struct
from typing import Any, Final

from rustrak.protocol.jsontext import clean_text

MAX_STREAMS: Final = 256
"""Entries read of a directory; dumps have 10 to 40."""
MAX_MODULES: Final = 4096
"""Modules looked through; a browser loads some hundreds."""
MAX_NAME_BYTES: Final = 1024
"""Bytes of UTF-16 read of the path of a module."""

_MODULE_LIST, _EXCEPTION, _SYSTEM_INFO = 4, 6, 7  # types of streams

_HEADER = struct.Struct("<4s4xII4xI")  # signature, streams, offset of their directory, time
_ENTRY = struct.Struct("<III")  # type, size, offset
_RECORD = struct.Struct("<I4xI12xQ")  # thread, code, address
_CONTEXT = struct.Struct("<II")  # size and offset of the saved registers
_CONTEXT_AT = 160  # bytes into the exception
_SYSTEM = struct.Struct("<H6xIIII")  # processor; major, minor, build, platform
_MODULE = struct.Struct("<QI8xI84x")  # base address, size, offset of the path
_LENGTH = struct.Struct("<I")

_SYSTEMS = {
    1: "Windows",
    2: "Windows",
    3: "Windows",
    0x8101: "macOS",
    0x8102: "iOS",
    0x8201: "Linux",
    0x8203: "Android",
    0x8206: "Fuchsia",
}
_PROCESSORS = {0: "x86", 5: "arm", 9: "x86_64", 10: "x86", 12: "arm64", 0x8003: "arm64"}
# Where the instruction pointer is in the saved registers of a processor.
_INSTRUCTION = {
    "x86": struct.Struct("<184xI"),
    "x86_64": struct.Struct("<248xQ"),
    "arm": struct.Struct("<64xI"),
    "arm64": struct.Struct("<264xQ"),
}

_SIGNALS = {
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    11: "SIGSEGV",
    13: "SIGPIPE",
    15: "SIGTERM",
    31: "SIGSYS",
}
_MACH_EXCEPTIONS = {
    1: "EXC_BAD_ACCESS",
    2: "EXC_BAD_INSTRUCTION",
    3: "EXC_ARITHMETIC",
    5: "EXC_SOFTWARE",
    6: "EXC_BREAKPOINT",
    10: "EXC_CRASH",
    11: "EXC_RESOURCE",
    12: "EXC_GUARD",
}
_WINDOWS_EXCEPTIONS = {
    0x80000002: "EXCEPTION_DATATYPE_MISALIGNMENT",
    0x80000003: "EXCEPTION_BREAKPOINT",
    0x80000004: "EXCEPTION_SINGLE_STEP",
    0xC0000005: "EXCEPTION_ACCESS_VIOLATION",
    0xC0000006: "EXCEPTION_IN_PAGE_ERROR",
    0xC000001D: "EXCEPTION_ILLEGAL_INSTRUCTION",
    0xC0000025: "EXCEPTION_NONCONTINUABLE_EXCEPTION",
    0xC000008C: "EXCEPTION_ARRAY_BOUNDS_EXCEEDED",
    0xC000008E: "EXCEPTION_FLT_DIVIDE_BY_ZERO",
    0xC0000094: "EXCEPTION_INT_DIVIDE_BY_ZERO",
    0xC0000095: "EXCEPTION_INT_OVERFLOW",
    0xC0000096: "EXCEPTION_PRIV_INSTRUCTION",
    0xC00000FD: "EXCEPTION_STACK_OVERFLOW",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
    0xE06D7363: "Unhandled C++ exception",
}
_EXCEPTIONS = {
    "Windows": _WINDOWS_EXCEPTIONS,
    "macOS": _MACH_EXCEPTIONS,
    "iOS": _MACH_EXCEPTIONS,
    "Linux": _SIGNALS,
    "Android": _SIGNALS,
}

_Streams = dict[int, memoryview]


def read_exception_code(dump: bytes) -> dict[str, Any]:
    """The crash as `{type, value, code, address, thread_id, os, cpu, frame}`.

    `type` is the name of the signal or exception and `value` one line with the addresses; `code`
    and `address` are the numbers (the address of the fault, which is not always that of the code).
    `os` is `{}` or `{name, version}`, `cpu` an architecture or "". `frame` has `instruction_addr`
    and, of the module that holds it, `package` (its path) and `image_addr`. What cannot be read is
    left empty. Returns {} when there is no exception to read, and for dumps of big-endian machines.
    """
    if not dump.startswith(b"MDMP"):
        return {}
    view = memoryview(dump)
    try:
        streams = _streams(view)
        thread_id, code, address = _RECORD.unpack_from(streams[_EXCEPTION])
    except (struct.error, KeyError):
        return {}
    system, cpu = _system(streams)
    instruction = _instruction(view, streams[_EXCEPTION], cpu)
    frame = _frame(address if instruction is None else instruction, view, streams)
    return {
        "type": _name(code, system.get("name", "")),
        "value": _value(address, frame),
        "code": code,
        "address": address,
        "thread_id": thread_id,
        "os": system,
        "cpu": cpu,
        "frame": frame,
    }


def written_at(dump: bytes) -> int | None:
    """When the dump was written, in Unix seconds by the client's clock."""
    try:
        signature, _, _, seconds = _HEADER.unpack_from(dump)
    except struct.error:
        return None
    return int(seconds) if seconds and signature == b"MDMP" else None


def _streams(view: memoryview) -> _Streams:
    """The parts of a dump by type: the first of each type, if it lies within the dump."""
    _, count, directory, _ = _HEADER.unpack_from(view)
    streams: _Streams = {}
    for index in range(min(count, MAX_STREAMS)):
        kind, size, start = _ENTRY.unpack_from(view, directory + index * _ENTRY.size)
        if start + size <= len(view):
            streams.setdefault(kind, view[start : start + size])
    return streams


def _system(streams: _Streams) -> tuple[dict[str, str], str]:
    """The operating system and the processor; Breakpad leaves the version of Linux at zero."""
    try:
        processor, major, minor, build, platform = _SYSTEM.unpack_from(streams[_SYSTEM_INFO])
    except (struct.error, KeyError):
        return {}, ""
    system = {}
    if platform in _SYSTEMS:
        system["name"] = _SYSTEMS[platform]
        if major:
            system["version"] = f"{major}.{minor}.{build}"
    return system, _PROCESSORS.get(processor, "")


def _instruction(view: memoryview, exception: memoryview, cpu: str) -> int | None:
    """The instruction pointer. Outside Windows the exception has only the address of the data."""
    if cpu not in _INSTRUCTION:
        return None
    try:
        size, start = _CONTEXT.unpack_from(exception, _CONTEXT_AT)
        (instruction,) = _INSTRUCTION[cpu].unpack_from(view[start : start + size])
    except struct.error:
        return None
    return int(instruction)


def _frame(instruction: int, view: memoryview, streams: _Streams) -> dict[str, str]:
    """The crashing frame, with its module when the list names one that holds the instruction."""
    frame = {"instruction_addr": hex(instruction)}
    try:
        modules = streams[_MODULE_LIST]
        (count,) = _LENGTH.unpack_from(modules)
        # some writers align the first module to eight bytes
        first = 8 if len(modules) == 8 + count * _MODULE.size else 4
        for index in range(min(count, MAX_MODULES)):
            base, size, path = _MODULE.unpack_from(modules, first + index * _MODULE.size)
            if base <= instruction < base + size:
                frame |= {"package": _text(view, path), "image_addr": hex(base)}
                break
    except (struct.error, KeyError):
        pass
    return frame


def _text(view: memoryview, start: int) -> str:
    """A string of a dump; of a long path the end, which has the name."""
    (size,) = _LENGTH.unpack_from(view, start)
    start += _LENGTH.size
    raw = view[start : start + (size & ~1)][-MAX_NAME_BYTES:]
    return clean_text(bytes(raw).decode("utf-16-le", "replace"))


def _name(code: int, system: str) -> str:
    return _EXCEPTIONS.get(system, {}).get(code) or f"Exception {code:#x}"


def _value(address: int, frame: dict[str, str]) -> str:
    """`libgame.so + 0x1a2b, address 0x0`: the offset is the same in every run of one build."""
    if "package" not in frame:
        return f"address {address:#x}"
    module = frame["package"].replace("\\", "/").rpartition("/")[2]
    offset = int(frame["instruction_addr"], 16) - int(frame["image_addr"], 16)
    return f"{module} + {offset:#x}, address {address:#x}"
