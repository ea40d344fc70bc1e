"""One project as one file: a gzip stream of records, read and written a record at a time. Pure.

A record is a line of JSON; `bytes` in it says how many raw bytes follow. The first names the format
and the project, the last counts the records and has the SHA-256 of all that came before it. See
docs/archive.md.
"""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

import orjson

from rustrak.errors import RustrakError

FORMAT: Final = "rustrak-archive"
VERSION: Final = 1
LONGEST_LINE: Final = 8 * 1024 * 1024  # bytes
LARGEST_BODY: Final = 512 * 1024 * 1024  # bytes; intake takes less
LEVEL: Final = 1  # bodies are compressed already


class BadArchive(RustrakError):
    """A file that is no archive, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a line says, by its `type`, and the bytes behind it."""

    said: Mapping[str, Any]
    body: bytes = b""

    @property
    def type(self) -> str:
        return str(self.said["type"])


class ArchiveWriter:
    """Writes records to a binary file; `close` ends the archive: without it the file is none."""

    def __init__(self, file: IO[bytes], project: Mapping[str, Any]) -> None:
        self._file = gzip.GzipFile(fileobj=file, mode="wb", compresslevel=LEVEL, mtime=0)
        self._hash = hashlib.sha256()
        self.records = 0
        self.write({"type": FORMAT, "version": VERSION, "project": dict(project)})

    def write(self, said: Mapping[str, Any], body: bytes = b"") -> None:
        """Append a record."""
        line = orjson.dumps({**said, "bytes": len(body)} if body else said) + b"\n"
        for part in (line, body):
            self._hash.update(part)
            self._file.write(part)
        self.records += 1

    def close(self) -> None:
        """Append the last record."""
        end = {"type": "end", "records": self.records, "sha256": self._hash.hexdigest()}
        self._file.write(orjson.dumps(end) + b"\n")
        self._file.close()


def read_archive(file: IO[bytes]) -> Iterator[Record]:
    """The records of an archive but the last, the header first.

    Raises BadArchive for anything else, at the latest where the last record should be: whoever
    reads must not believe what it read before the iteration ends.
    """
    digest, count = hashlib.sha256(), 0
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as stream:
            while True:
                line = stream.readline(LONGEST_LINE + 1)
                said = _line(line, count)
                if said["type"] == "end":
                    _check_end(said, count, digest.hexdigest())
                    return
                body = _body(stream, said)
                digest.update(line)
                digest.update(body)
                count += 1
                yield Record(said, body)
    except (OSError, EOFError) as error:
        raise BadArchive(f"the file is no archive, or damaged: {error}") from None


def _line(line: bytes, count: int) -> dict[str, Any]:
    if not line:
        raise BadArchive(f"the archive ends after {count} records, without its last one")
    if len(line) > LONGEST_LINE:
        raise BadArchive(f"record {count + 1} is longer than {LONGEST_LINE} bytes")
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise BadArchive(f"record {count + 1} is none; is this a file of `rustrak export`?")
    if count == 0 and said["type"] != FORMAT:
        raise BadArchive("this is no archive of Rustrak")
    if count == 0 and said.get("version") != VERSION:
        version = said.get("version")
        raise BadArchive(f"the archive has format {version}, this program reads {VERSION}")
    return said


def _body(stream: gzip.GzipFile, said: Mapping[str, Any]) -> bytes:
    length = said.get("bytes", 0)
    if not isinstance(length, int) or not 0 <= length <= LARGEST_BODY:
        raise BadArchive(f"a record claims a body of {length!r:.40} bytes")
    body = stream.read(length)
    if len(body) < length:
        raise BadArchive("the archive ends within a body")
    return body


def _check_end(said: Mapping[str, Any], count: int, digest: str) -> None:
    if said.get("records") != count or said.get("sha256") != digest:
        raise BadArchive("the archive was changed after it was written: its checksum is wrong")
