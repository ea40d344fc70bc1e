"""Tags and environments as numbers: the SQL functions of the same names, and remembered."""

from functools import lru_cache
from hashlib import sha256
from typing import Final

REMEMBERED: Final = 16384  # tags, about 200 bytes each


@lru_cache(maxsize=REMEMBERED)
def tag_number(key: str, value: str) -> int:
    """The first 64 bits of the tag's hash, signed."""
    return int.from_bytes(sha256(f"{key}\n{value}".encode()).digest()[:8], signed=True)


@lru_cache(maxsize=1024)
def environment_number(environment: str) -> int:
    """The first 32 bits of the hash, signed; '' stands for events that name no environment."""
    return int.from_bytes(sha256(environment.encode()).digest()[:4], signed=True)
