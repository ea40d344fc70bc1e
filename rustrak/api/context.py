"""What handlers need, put on the application once by `rustrak.web`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from rustrak.accounts.oidc.provider import Provider
from rustrak.config import Settings
from rustrak.database.pool import Pool

if TYPE_CHECKING:
    from rustrak.api.metrics import Metrics

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
POOL: web.AppKey[Pool] = web.AppKey("pool", Pool)
INTAKE_STATE: web.AppKey[Callable[[], str]] = web.AppKey("intake_state")
"""Whether intake takes anything in: 'ok', or why not."""
PROVIDER: web.AppKey[Provider | None] = web.AppKey("provider")
"""Where people may log in besides here, if anywhere."""
METRICS: "web.AppKey[Metrics]" = web.AppKey("metrics")
