"""What became of received items."""

from datetime import datetime

from rustrak.schemas.base import Reply


class Series(Reply):
    """How many there were of one kind, in each hour of the answer."""

    category: str
    outcome: str
    reason: str
    total: int
    quantities: list[int]
    """One number for each of `hours`."""


class SeriesList(Reply):
    total: int
    """The sum of the series below."""
    series: list[Series]
    has_more: bool
    """Whether smaller series were left out."""


class Outcomes(Reply):
    hours: list[datetime]
    """The starts of the hours, oldest first."""
    received: SeriesList
    """Items, by the hour of receipt and what they are counted as here."""
    reported: SeriesList
    """What clients and relays say they dropped, in categories and reasons of their own."""
