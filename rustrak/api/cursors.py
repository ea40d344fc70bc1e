"""Pages of lists that grow while they are read: each page ends with the place of its last row."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rustrak.errors import Invalid

BigInt = Annotated[int, Field(ge=0, lt=2**63)]
"""A number PostgreSQL can be asked for."""


class Place(BaseModel):
    """Where a row stands in its list; written out, the cursor to the rows behind it."""

    model_config = ConfigDict(strict=True)


class ItemPlace(Place):
    """The place of what came as one item of an envelope."""

    position: BigInt
    item: BigInt


class DecisionPlace(Place):
    """The place of a decision in the ledger."""

    position: BigInt


Row = TypeVar("Row")
SomePlace = TypeVar("SomePlace", bound=Place)


def cut(
    rows: Sequence[Row], limit: int, place: Callable[[Row], Place]
) -> tuple[Sequence[Row], str | None]:
    """The rows of a page, and the cursor to the next one if a row more than `limit` was found."""
    shown = rows[:limit]
    return shown, write_cursor(place(shown[-1])) if len(rows) > limit else None


def write_cursor(place: Place) -> str:
    """A place as a text for a query string, opaque to clients."""
    return base64.urlsafe_b64encode(place.model_dump_json().encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, kind: type[SomePlace]) -> SomePlace | None:
    """The place that was written, None without a cursor. Raises Invalid for what was made up."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("Invalid cursor encoding") from None
    try:
        return kind.model_validate_json(text)
    except ValidationError:
        raise Invalid("Invalid cursor format") from None
