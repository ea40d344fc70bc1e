"""What handlers need, put on the application once by `rustrak.web`."""

from aiohttp import web

from rustrak.config import Settings
from rustrak.database.pool import Pool

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
POOL: web.AppKey[Pool] = web.AppKey("pool", Pool)
