"""What operators ask."""

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.schemas.operations import Health, RateLimit, StorageByProject, StorageSummary, Version
from rustrak.schemas.rebuilds import NewRebuild, Rebuild


class Operations(Noun):
    """Version, quotas, storage and rebuilds."""

    async def version(self) -> Version:
        return await self._get(Version, "health", "version")

    async def health(self) -> Health:
        return await self._get(Health, "api", "health")

    def rate_limits(self) -> Listing[RateLimit]:
        return self._whole(RateLimit, "api", "rate-limits")

    async def storage(self) -> StorageSummary:
        return await self._get(StorageSummary, "api", "storage", "summary")

    async def storage_by_project(self) -> StorageByProject:
        return await self._get(StorageByProject, "api", "storage", "projects")

    def rebuilds(self) -> Listing[Rebuild]:
        return self._whole(Rebuild, "api", "rebuilds")

    async def rebuild(self, *, is_check: bool = False) -> Rebuild:
        """Ask for all read tables to be made again, or only compared."""
        body = NewRebuild(is_check=is_check)
        return await self._send("POST", Rebuild, "api", "rebuilds", body=body)

    async def get_rebuild(self, rebuild_id: int) -> Rebuild:
        return await self._get(Rebuild, "api", "rebuilds", rebuild_id)
