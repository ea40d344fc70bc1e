"""What the shapes have in common."""

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from rustrak.protocol.jsontext import find_unstorable

Row = TypeVar("Row", bound=BaseModel)

LARGEST_PAGE = 1000
"""Rows a page; more belongs on several pages."""
LARGEST_LIMIT = 100
"""Rows a page of long texts."""


def _storable(text: str) -> str:
    if find_unstorable(text) is not None:
        raise ValueError("must not contain NUL or half a surrogate pair")
    return text


Text = Annotated[str, AfterValidator(_storable)]
"""A text PostgreSQL can hold."""
Word = Annotated[Text, Field(max_length=200)]
"""A name to look for."""
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of a project or a user."""


class Order(StrEnum):
    DESC = "desc"
    ASC = "asc"


class Body(BaseModel):
    """A request's body; unknown fields are ignored, and null means absent."""

    model_config = ConfigDict(extra="ignore", strict=True, defer_build=True)


class Query(BaseModel):
    """A request's query string; unknown parameters are ignored, and an empty one is absent."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


def split_commas(value: object) -> object:
    """The values of a parameter that takes several, with commas between them."""
    return value.split(",") if isinstance(value, str) else value


Environments = Annotated[list[Word] | None, BeforeValidator(split_commas), Field(max_length=50)]
"""Names of environments with commas between them; none means all."""


Projects = Annotated[list[int] | None, BeforeValidator(split_commas), Field(max_length=1000)]
"""Ids with commas between them; none means all that one may see."""


class PageQuery(Query):
    """A numbered page."""

    page: Annotated[int, Field(ge=1, le=2**31)] = 1
    per_page: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


class CursorQuery(Query):
    """A page that starts where a cursor says."""

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT)] = 20


class EnvironmentQuery(CursorQuery):
    """The same of some environments only."""

    environment: Environments = None


class Reply(BaseModel):
    """A response's body."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Page(Reply, Generic[Row]):
    """A numbered page of a list."""

    items: list[Row]
    total_count: int
    page: int
    per_page: int
    total_pages: int

    @classmethod
    def of(cls, items: list[Row], total: int, query: PageQuery) -> "Page[Row]":
        """One page of `total` rows."""
        return cls(
            items=items,
            total_count=total,
            page=query.page,
            per_page=query.per_page,
            total_pages=-(-total // query.per_page),
        )


class CursorPage(Reply, Generic[Row]):
    """A page of a list that grows while it is read; the last one has no `next_cursor`."""

    items: list[Row]
    next_cursor: Annotated[str | None, Field(exclude_if=lambda cursor: cursor is None)] = None
    has_more: bool

    @classmethod
    def of(cls, items: list[Row], next_cursor: str | None) -> "CursorPage[Row]":
        """One page; without a cursor to a next one it is the last."""
        return cls(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)


class FieldError(Reply):
    """What is wrong with one field of the body, or one parameter."""

    field: str
    """Dotted where it is nested; empty for the body as a whole."""
    code: str
    """A word for programs, such as 'missing' or 'enum'."""
    message: str


class ErrorDetail(Reply):
    type: str
    message: str
    """What was wrong; of several faults the first."""
    fields: Annotated[list[FieldError], Field(exclude_if=lambda fields: not fields)] = []
    """Left out where no field is to blame."""


class Error(Reply):
    """What every refusal looks like."""

    error: ErrorDetail
