"""A client of the installation under test."""

from collections.abc import AsyncIterator

import pytest

from rustrak.client import Client
from tests.installation import Installation


@pytest.fixture
async def rustrak(installation: Installation) -> AsyncIterator[Client]:
    async with Client(installation.base_url, installation.token) as client:
        yield client
