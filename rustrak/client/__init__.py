"""A client for scripts and commands, typed by the models the server validates with.

async with Client("https://errors.example.com", token="…") as rustrak:
    for project in await rustrak.projects.list():
        async for issue in rustrak.issues.list(project.id):
            print(issue.short_id, issue.title)
"""

from rustrak.client.client import Client
from rustrak.client.errors import (
    ApiError,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthorized,
    UnexpectedAnswer,
)
from rustrak.client.listing import Listing
from rustrak.errors import RustrakError, ServerUnreachable

__all__ = [
    "ApiError",
    "BadRequest",
    "Client",
    "Conflict",
    "Forbidden",
    "Listing",
    "NotFound",
    "RateLimited",
    "RustrakError",
    "ServerUnreachable",
    "Unauthorized",
    "UnexpectedAnswer",
]
