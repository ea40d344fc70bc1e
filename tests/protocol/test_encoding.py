"""Content-Encoding: what comes out, what is refused, and how much memory a bomb may take."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Malformed, Problem, TooLarge, UnsupportedEncoding
from rustrak.protocol import encoding
from rustrak.protocol.encoding import MAX_MEMBERS, STEP_BYTES, inflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 1024 * 1024
EVENT = b'{"message": "' + bytes(range(256)) * 40 + b'"}'


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


COMPRESSORS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
}
every_coding = pytest.mark.parametrize(
    ("coding", "compress"), COMPRESSORS.values(), ids=COMPRESSORS.keys()
)
either_zlib = pytest.mark.parametrize("module", ["zlib", "isal.isal_zlib"])


@pytest.fixture
def _zlib_module(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "zlib", pytest.importorskip(module))


@every_coding
def test_a_compressed_body_comes_back(coding: str, compress: Callable[[bytes], bytes]) -> None:
    assert inflate(compress(EVENT), coding, limit=LIMIT) == EVENT


@every_coding
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 300_000])
def test_sizes_around_the_step_come_back(
    coding: str, compress: Callable[[bytes], bytes], size: int
) -> None:
    data = (b"0123456789abcdef" * 20_000)[:size]
    assert inflate(compress(data), coding, limit=LIMIT) == data


@every_coding
def test_the_limit_itself_is_allowed_and_one_byte_more_is_not(
    coding: str, compress: Callable[[bytes], bytes]
) -> None:
    body = compress(EVENT)
    assert inflate(body, coding, limit=len(EVENT)) == EVENT
    with pytest.raises(TooLarge):
        inflate(body, coding, limit=len(EVENT) - 1)


@every_coding
def test_a_truncated_body_is_refused(coding: str, compress: Callable[[bytes], bytes]) -> None:
    body = compress(EVENT)
    for kept in {0, 1, 5, len(body) // 2, len(body) - 1}:
        with pytest.raises(Malformed):
            inflate(body[:kept], coding, limit=LIMIT)


@every_coding
@pytest.mark.parametrize("garbage", [b"\0", b"garbage", bytes(70_000)])
def test_bytes_after_the_end_are_refused(
    coding: str, compress: Callable[[bytes], bytes], garbage: bytes
) -> None:
    with pytest.raises(Malformed):
        inflate(compress(EVENT) + garbage, coding, limit=LIMIT)


@every_coding
def test_corrupt_bytes_are_refused(coding: str, compress: Callable[[bytes], bytes]) -> None:
    body = bytearray(compress(EVENT))
    body[: len(body) // 2] = b"\xff" * (len(body) // 2)
    with pytest.raises(Malformed):
        inflate(bytes(body), coding, limit=LIMIT)


@pytest.mark.parametrize("position", [-1, -5])
def test_a_wrong_gzip_checksum_or_length_is_refused(position: int) -> None:
    body = bytearray(gzip.compress(EVENT))
    body[position] ^= 0xFF
    with pytest.raises(Malformed):
        inflate(bytes(body), "gzip", limit=LIMIT)


@pytest.mark.parametrize("header", ["", " ", "identity", "IDENTITY", "utf-8", "UTF-8"])
def test_identity_passes_through(header: str) -> None:
    assert inflate(EVENT, header, limit=len(EVENT)) == EVENT


@pytest.mark.parametrize("header", ["GZIP", " gzip ", "X-Gzip", "identity, gzip", "gzip,identity"])
def test_the_header_is_compared_in_any_case_and_trimmed(header: str) -> None:
    assert inflate(gzip.compress(EVENT), header, limit=LIMIT) == EVENT


@pytest.mark.parametrize("header", ["", "gzip", "zstd"])
def test_a_plain_body_beyond_the_limit_is_too_large(header: str) -> None:
    with pytest.raises(TooLarge):
        inflate(EVENT, header, limit=len(EVENT) - 1)


@pytest.mark.parametrize("header", ["gzip", "x-gzip", "zstd"])
def test_a_body_that_a_proxy_has_inflated_passes_through(header: str) -> None:
    assert inflate(b'{"event_id": 1}', header, limit=LIMIT) == b'{"event_id": 1}'


def test_a_raw_deflate_body_that_starts_with_a_brace_is_still_inflated() -> None:
    body = raw_deflate(b"\xe0")
    assert body.startswith(b"{")
    assert inflate(body, "deflate", limit=LIMIT) == b"\xe0"


def test_codings_are_undone_from_the_last_to_the_first() -> None:
    body = zstd.compress(brotli.compress(gzip.compress(EVENT)))
    assert inflate(body, "gzip, br ,zstd", limit=LIMIT) == EVENT


@pytest.mark.parametrize("header", ["snappy", "gzip, lzma", "gzip;q=1", "gzip,gzip,gzip,gzip"])
def test_unknown_and_too_many_codings_are_unsupported(header: str) -> None:
    with pytest.raises(UnsupportedEncoding):
        inflate(gzip.compress(EVENT), header, limit=LIMIT)


def test_a_long_header_is_not_echoed() -> None:
    with pytest.raises(UnsupportedEncoding) as caught:
        inflate(b"", "x" * 5000, limit=LIMIT)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_several_members_are_joined_up_to_a_limit(
    coding: str, compress: Callable[[bytes], bytes]
) -> None:
    assert inflate(compress(b"a") * MAX_MEMBERS, coding, limit=LIMIT) == b"a" * MAX_MEMBERS
    with pytest.raises(Malformed):
        inflate(compress(b"a") * (MAX_MEMBERS + 1), coding, limit=LIMIT)
    with pytest.raises(Malformed):
        inflate(compress(b"") * 50_000, coding, limit=LIMIT)


def test_a_zstd_window_beyond_the_ceiling_is_refused() -> None:
    window = zstd.CompressionParameter.window_log
    for log, allowed in ((encoding.MAX_ZSTD_WINDOW_LOG, True), (27, False)):
        compressor = zstd.ZstdCompressor(options={window: log})
        body = compressor.compress(b"a") + compressor.flush()  # no content size in the frame
        if allowed:
            assert inflate(body, "zstd", limit=LIMIT) == b"a"
        else:
            with pytest.raises(Malformed):
                inflate(body, "zstd", limit=LIMIT)


@either_zlib
@pytest.mark.usefixtures("_zlib_module")
@given(data=st.binary(max_size=3000), level=st.sampled_from([0, 1, 9]), repeat=st.integers(0, 300))
def test_both_inflating_libraries_read_what_was_written(
    data: bytes, level: int, repeat: int
) -> None:
    original = data * repeat
    for coding, wbits in (("gzip", 31), ("deflate", 15), ("deflate", -15)):
        compressor = zlib.compressobj(level, wbits=wbits)
        body = compressor.compress(original) + compressor.flush()
        assert inflate(body, coding, limit=len(original)) == original
        with pytest.raises(Malformed):
            inflate(body[:-1], coding, limit=len(original))
        with pytest.raises(Malformed):
            inflate(body + b"\0", coding, limit=len(original))


@given(
    body=st.binary(max_size=300)
    | st.tuples(
        st.sampled_from(list(COMPRESSORS.values())), st.binary(), st.binary(max_size=9)
    ).map(lambda parts: parts[0][1](parts[1]) + parts[2]),
    header=st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "deflate,zstd", ""])
    | st.text(max_size=20),
)
def test_any_bytes_give_bytes_within_the_limit_or_a_problem(body: bytes, header: str) -> None:
    try:
        decoded = inflate(body, header, limit=1000)
    except Problem:
        return
    assert len(decoded) <= 1000


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


ZEROS = 24 * LIMIT


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", lambda: gzip.compress(bytes(ZEROS), 1)),
        ("deflate", lambda: zlib.compress(bytes(ZEROS), 1)),
        ("br", lambda: brotli.compress(bytes(ZEROS), quality=1)),
        ("zstd", lambda: zstd.compress(bytes(ZEROS))),
    ],
)
def test_a_bomb_grows_to_the_limit_and_leaves_nothing_behind(
    coding: str, bomb: Callable[[], bytes], traced: None
) -> None:
    body = bomb()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    errors: list[TooLarge] = []  # with their tracebacks, as a log queue may keep them
    for _ in range(5):
        with pytest.raises(TooLarge) as caught:
            inflate(body, coding, limit=LIMIT)
        errors.append(caught.value)
    after, peak = tracemalloc.get_traced_memory()
    assert peak - before < LIMIT + 10 * STEP_BYTES
    assert after - before < 10 * STEP_BYTES
