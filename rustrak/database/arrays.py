"""Columns of many rows as PostgreSQL arrays, for set-based statements: `unnest(%(names)b::text[])`.

Performance: psycopg asks each element for its type and dumps it in Python; building the binary form
of a whole column with a few C calls takes a seventh of that, and a batch has 10,000 elements.
Source: PostgreSQL, array_send and array_recv.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from struct import Struct, pack
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_length = Struct(">i").pack


class Column(bytes):
    """A one-dimensional array without nulls, ready to be sent."""

    element: ClassVar[int]


def _column(name: str, element: str, array: str) -> type[Column]:
    """A kind of column, known to psycopg by the type of its array."""
    types = psycopg.adapters.types
    kind = type(name, (Column,), {"element": types[element].oid})
    dumper = type(f"{name}Dumper", (_Dumper,), {"oid": types[array].array_oid})
    psycopg.adapters.register_dumper(kind, dumper)
    return kind


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer:
        return bytes(obj)


_Booleans = _column("_Booleans", "bool", "bool")
_Integers = _column("_Integers", "int4", "int4")
_Bigints = _column("_Bigints", "int8", "int8")
_Texts = _column("_Texts", "text", "text")
_Byteas = _column("_Byteas", "bytea", "bytea")
_Uuids = _column("_Uuids", "uuid", "uuid")
_Times = _column("_Times", "timestamptz", "timestamptz")


def booleans(values: Sequence[bool]) -> Column:
    """boolean[]"""
    return _of(_Booleans, len(values), _numbers("?", 1, values))


def integers(values: Sequence[int]) -> Column:
    """integer[]"""
    return _of(_Integers, len(values), _numbers("i", 4, values))


def bigints(values: Sequence[int]) -> Column:
    """bigint[]"""
    return _of(_Bigints, len(values), _numbers("q", 8, values))


def times(values: Sequence[datetime]) -> Column:
    """timestamptz[], of aware datetimes"""
    return _of(
        _Times,
        len(values),
        _numbers("q", 8, [(value - _EPOCH) // _MICROSECOND for value in values]),
    )


def texts(values: Iterable[str]) -> Column:
    """text[]"""
    return _blobs(_Texts, [value.encode() for value in values])


def byteas(values: Sequence[bytes]) -> Column:
    """bytea[]"""
    return _blobs(_Byteas, values)


def uuids(values: Iterable[UUID]) -> Column:
    """uuid[]"""
    return _blobs(_Uuids, [value.bytes for value in values])


def hex_uuids(values: Iterable[str]) -> Column:
    """uuid[], of 32 hexadecimal digits each"""
    return _blobs(_Uuids, [bytes.fromhex(value) for value in values])


def _numbers(code: str, size: int, values: Sequence[int]) -> bytes:
    pairs = chain.from_iterable(zip(repeat(size), values, strict=False))
    return pack(">" + f"i{code}" * len(values), *pairs)


def _blobs(kind: type[Column], values: Sequence[bytes]) -> Column:
    pairs = zip(map(_length, map(len, values)), values, strict=True)
    return _of(kind, len(values), b"".join(chain.from_iterable(pairs)))


def _of(kind: type[Column], count: int, elements: bytes) -> Column:
    """Dimensions, no nulls, the element's type; then length and lower bound of the dimension."""
    if not count:
        return kind(pack(">iiI", 0, 0, kind.element))
    return kind(pack(">iiIii", 1, 0, kind.element, count, 1) + elements)
