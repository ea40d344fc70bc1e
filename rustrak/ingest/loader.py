"""The loader script: a tag on a page that collects errors until the SDK itself is there.

Source: Sentry protocol, loader script.
"""

from aiohttp.web import Request

from rustrak.errors import Forbidden, Overloaded, Unauthenticated
from rustrak.ingest import replies
from rustrak.ingest.receive import Intake
from rustrak.ingest.replies import Reply
from rustrak.ingest.scripts import LOADER
from rustrak.protocol.auth import credentials
from rustrak.protocol.dsn import format_dsn

CACHED = "public, max-age=3600, s-maxage=60, stale-while-revalidate=315360000"
NOTHING = b"/* no project has this key; check the address of the loader script */\n"


async def serve_loader(intake: Intake, request: Request) -> Reply:
    """GET /js-sdk-loader/{key}.js or .min.js.

    An unknown key gets a script that does nothing: a 404 would be an error on somebody's page.
    """
    origin = request.headers.get("Origin")
    key = request.match_info["file"].removesuffix(".js").removesuffix(".min")
    try:
        who = credentials({}, {}, path_key=key)
        project_id = await intake.keys.project_of(who.key, None)
    except (Unauthenticated, Forbidden, Overloaded):
        return replies.script(origin, NOTHING, "no-store")
    config = {"dsn": format_dsn(intake.settings.url, who.key, project_id)}
    if intake.settings.browser_sdk_url:
        config["sdk"] = intake.settings.browser_sdk_url
    return replies.script(origin, LOADER.called_with(config), CACHED)
