"""Content-Encoding: what a client compressed, back into bytes, never beyond a limit.

For ingest (bodies as they arrive), digest (bodies from the ledger) and the store format.
"""

import sys
from collections.abc import Callable, Generator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol

from rustrak.errors import Malformed, TooLarge, UnsupportedEncoding

# the same interface twice; performance: measured, isal takes half the time for a typical event
zlib: Any = import_module("isal.isal_zlib" if find_spec("isal") else "zlib")

MAX_CODINGS: Final = 3
"""Codings in one header; no SDK sends two, a proxy may add one."""
MAX_MEMBERS: Final = 64
"""gzip members or zstd frames in one body; 50,000 empty ones are cheap to send, dear to read."""
LARGE_BYTES: Final = 8 * 1024 * 1024
"""Decoded bytes that are kept before it is known that the rest fits, too."""
STEP_BYTES: Final = 64 * 1024
"""Input given and output asked for at a time: a bomb is noticed one step beyond the limit."""
MAX_ZSTD_WINDOW_LOG: Final = 23
"""log2 of the window in bytes (8 MiB, RFC 8878); without it 300 bytes may ask for 2 GiB."""

_Steps = Generator[bytes, None, None]
_IDENTITY = frozenset({"", "identity", "utf-8"})  # sentry-ruby sends "", sentry-java 2 "UTF-8"
_RECOGNISABLE = frozenset({"gzip", "x-gzip", "zstd"})  # a magic number that is never "{"
_GZIP_WBITS, _ZLIB_WBITS, _RAW_WBITS = 31, 15, -15


def inflate(body: bytes, content_encoding: str, *, limit: int) -> bytes:
    """Undoes every coding of the header, the last one first; at most `limit` bytes come out.

    Raises TooLarge beyond the limit, Malformed for corrupt or truncated input and for bytes after
    its end, UnsupportedEncoding for unknown codings. Source: Sentry protocol, Content-Encoding.
    """
    codings = content_encoding.lower().split(",")
    if len(codings) > MAX_CODINGS:
        raise UnsupportedEncoding(f"Content-Encoding names more than {MAX_CODINGS} codings")
    for coding in reversed(codings):
        body = _decode(body, coding.strip(), limit)
    return body


def _decode(body: bytes, coding: str, limit: int) -> bytes:
    if coding in _IDENTITY or (coding in _RECOGNISABLE and body.startswith(b"{")):
        # the second case: a proxy has inflated the body and left the header
        if len(body) > limit:
            raise _too_large(limit)
        return body
    steps_of = _CODINGS.get(coding)
    if steps_of is None:
        raise UnsupportedEncoding(
            f"Content-Encoding {coding[:60]!r} is not supported: "
            "send gzip, deflate, br, zstd or no header"
        )
    if steps_of is _gzip and (text := _gzip_at_once(body, limit)) is not None:
        return text
    return _collect(partial(steps_of, body), limit)


def _gzip_at_once(body: bytes, limit: int) -> bytes | None:
    """A typical event is one member and fits one step; None for any other, to be read in steps."""
    stream = zlib.decompressobj(_GZIP_WBITS)
    try:
        text: bytes = stream.decompress(body, min(STEP_BYTES, limit + 1))
    except zlib.error:
        return None
    return text if stream.eof and not stream.unused_data and len(text) <= limit else None


def _collect(new_steps: Callable[[], _Steps], limit: int) -> bytes:
    """All steps as one; what turns out large is counted to its end before any of it is kept, so
    that a bomb costs time but no memory."""
    size = 0
    collected: list[bytes] = []
    steps = new_steps()
    try:
        for step in steps:
            size += len(step)
            if size > limit:
                raise _too_large(limit)
            if size <= LARGE_BYTES:
                collected.append(step)
            else:
                collected.clear()
        if size <= LARGE_BYTES:
            return b"".join(collected)
    finally:
        # the traceback of an error would keep these megabytes and the decoder's window alive
        collected.clear()
        steps.close()
    return b"".join(new_steps())


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the decoded body has more than {limit} bytes")


class _Decoder(Protocol):
    """The interface of `ZstdDecompressor`, to which the other two are adapted."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _steps(body: bytes, new_decoder: Callable[[], _Decoder], max_members: int) -> _Steps:
    fed = 0
    for _ in range(max_members):
        decoder = new_decoder()
        while not decoder.eof:
            data = b""
            if decoder.needs_input:
                data = body[fed : fed + STEP_BYTES]
                fed += len(data)
                if not data:
                    raise Malformed("the compressed body is truncated")
            yield decoder.decompress(data, STEP_BYTES)
        fed -= len(decoder.unused_data)
        if fed == len(body):
            return
    raise Malformed("the compressed body has bytes after its end")


class _ZlibDecoder:
    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._stream.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        output: bytes = self._stream.decompress(self._stream.unconsumed_tail or data, max_length)
        # a full step may leave output behind even when all input is consumed
        self.needs_input = len(output) < max_length and not self._stream.unconsumed_tail
        return output


class _BrotliDecoder:
    unused_data = b""  # bytes after the end are an error to the library

    def __init__(self, new_stream: Callable[[], Any]) -> None:
        self._stream = new_stream()
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return bool(self._stream.is_finished())

    def decompress(self, data: bytes, max_length: int) -> bytes:
        output: bytes = self._stream.process(data, output_buffer_limit=max_length)
        self.needs_input = len(output) < max_length and self._stream.can_accept_more_data()
        return output


def _reading(coding: str, error: type[Exception], steps: _Steps) -> _Steps:
    """The steps, with the library's own error as ours."""
    try:
        yield from steps
    except error:
        raise Malformed(f"the body is not valid {coding}") from None


def _gzip(body: bytes) -> _Steps:
    steps = _steps(body, partial(_ZlibDecoder, _GZIP_WBITS), MAX_MEMBERS)
    return _reading("gzip", zlib.error, steps)


def _deflate(body: bytes) -> _Steps:
    """HTTP means RFC 1950 (zlib), some stacks send RFC 1951 (raw); the first two bytes tell.

    No encoder starts a raw stream like a zlib header: a stored block with dirty padding bits.
    """
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    steps = _steps(body, partial(_ZlibDecoder, _ZLIB_WBITS if is_zlib else _RAW_WBITS), 1)
    return _reading("deflate", zlib.error, steps)


# The two rarer libraries are imported by the first body that needs them: a megabyte of memory.


def _brotli(body: bytes) -> _Steps:
    import brotli

    steps = _steps(body, partial(_BrotliDecoder, brotli.Decompressor), 1)
    return _reading("br", brotli.error, steps)


def _zstd(body: bytes) -> _Steps:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: MAX_ZSTD_WINDOW_LOG}
    new_decoder = partial(zstd.ZstdDecompressor, options=options)
    return _reading("zstd", zstd.ZstdError, _steps(body, new_decoder, MAX_MEMBERS))


_CODINGS: dict[str, Callable[[bytes], _Steps]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
