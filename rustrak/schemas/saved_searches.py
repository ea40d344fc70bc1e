"""Searches that people keep."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from rustrak.schemas.base import Body, Reply, Text


class SavedSearch(Reply):
    name: str
    query: str
    saved_at: datetime


class SearchToSave(Body):
    name: Annotated[Text, Field(min_length=1, max_length=60)]
    query: Annotated[Text, Field(max_length=1000)]
    """As `q` has it."""
