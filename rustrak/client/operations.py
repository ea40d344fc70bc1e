"""What operators ask."""

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.schemas.operations import RateLimit, StorageByProject, StorageSummary, Version


class Operations(Noun):
    """Version, quotas and storage."""

    async def version(self) -> Version:
        return await self._get(Version, "health", "version")

    def rate_limits(self) -> Listing[RateLimit]:
        return self._whole(RateLimit, "api", "rate-limits")

    async def storage(self) -> StorageSummary:
        return await self._get(StorageSummary, "api", "storage", "summary")

    async def storage_by_project(self) -> StorageByProject:
        return await self._get(StorageByProject, "api", "storage", "projects")
