"""The part of the table that is about the installation itself."""

from rustrak.accounts.access import Needs
from rustrak.api import operations, rebuilds
from rustrak.api.route import Route

REBUILD = "/api/rebuilds/{rebuild_id}"

OPERATIONS = (
    Route("GET", "/health/version", operations.get_version, Needs.LOGIN),
    Route("GET", "/api/health", operations.get_health, Needs.INSTALLATION_ADMIN),
    Route("GET", "/api/rate-limits", operations.list_rate_limits, Needs.LOGIN),
    Route("GET", "/api/rebuilds", rebuilds.list_rebuilds, Needs.INSTALLATION_ADMIN),
    Route(
        "POST",
        "/api/rebuilds",
        rebuilds.start_rebuild,
        Needs.INSTALLATION_ADMIN,
        201,
        refusals=(409,),
    ),
    Route("GET", REBUILD, rebuilds.get_rebuild, Needs.INSTALLATION_ADMIN),
    Route("DELETE", REBUILD, rebuilds.cancel_rebuild, Needs.INSTALLATION_ADMIN, refusals=(409,)),
    Route("GET", "/api/storage/summary", operations.summarise_storage, Needs.INSTALLATION_ADMIN),
    Route(
        "GET", "/api/storage/projects", operations.list_storage_by_project, Needs.INSTALLATION_ADMIN
    ),
)
