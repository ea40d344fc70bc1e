"""Decompression bombs against a real process: refused, and its memory stays as it was."""

import gzip
import io
import sys
import zlib
from pathlib import Path

import brotli
import pytest
from aiohttp import ClientSession

from tests.acceptance.site import Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HOLLOW = bytes(400 * 1024 * 1024)  # four times what an envelope may have
ROOM = 30  # MB above idle
BOMBS = {
    "gzip": lambda: gzip.compress(HOLLOW, 1),
    "deflate": lambda: zlib.compress(HOLLOW, 1),
    "br": lambda: brotli.compress(HOLLOW, quality=1),
    "zstd": lambda: zstd.compress(HOLLOW),
}


def memory(pid: int, name: str) -> int:
    """A figure of the process in MB: VmRSS, or VmHWM for its peak."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) // 1000
    raise AssertionError(f"no {name}")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
async def test_bombs_in_all_encodings_leave_memory_flat(site: Site) -> None:
    web = await site.start_web()
    await site.send({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "message": "here"})
    idle = memory(web.pid, "VmRSS")
    async with ClientSession() as client:
        for coding, bomb in BOMBS.items():
            headers = {**site.envelope_headers, "Content-Encoding": coding}
            body = bomb()
            for _ in range(2):
                async with client.post(
                    site.envelope_url, data=io.BytesIO(body), headers=headers
                ) as answer:
                    assert answer.status == 413, await answer.text()
    assert memory(web.pid, "VmHWM") <= idle + ROOM
