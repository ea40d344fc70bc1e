"""The OpenAPI document, made from the table of routes: what a handler's signature says is what is
checked, answered and described."""

import inspect
import re
import sys
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from aiohttp import web

from rustrak import __version__
from rustrak.accounts.access import Needs
from rustrak.api.examples import example_of
from rustrak.api.identify import COOKIE
from rustrak.api.openapi_intake import INTAKE_SCHEMAS, intake_and_health
from rustrak.api.openapi_models import Models, Schema
from rustrak.api.route import Route
from rustrak.api.routes import ROUTES
from rustrak.schemas.base import Error

JSON = "application/json"

REFUSALS: Final = {
    304: "It is what you have already.",
    400: "The request is not JSON, or a field or parameter has a value that cannot be taken.",
    401: "No credentials, or unknown ones.",
    403: "The credentials do not allow this, or a page of another site asked for it.",
    404: "There is no such thing, or it is not yours to see.",
    409: "It is there already, or has changed meanwhile.",
    413: "The body is too large.",
    422: "It was understood, and cannot be done.",
    429: "Too often; try again after `Retry-After` seconds.",
    500: "A mistake of the server's; the message has the number of the incident in its log.",
    502: "Another server did not do its part.",
    503: "The database does not answer; try again after `Retry-After` seconds.",
}
WAITING: Final = frozenset({429, 503})

UUIDS: Final = frozenset({"attachment_id", "comment_id", "event_id", "issue_id"})
TEXTS: Final = frozenset({"log_id", "short_id"})
"""Ids in paths that are no numbers."""

NEEDS: Final = {
    Needs.NOTHING: "",
    Needs.LOGIN: "For anybody logged in; a token needs `read` to look and `write` to change.",
    Needs.SESSION: "For somebody logged in with a browser, not for tokens.",
    Needs.VIEWER: "For viewers of the project; a token needs `read`.",
    Needs.EDITOR: "For editors of the project; a token needs `write`.",
    Needs.PROJECT_ADMIN: "For administrators of the project; a token needs `admin`.",
    Needs.INSTALLATION_ADMIN: "For administrators of the installation; a token needs `admin`.",
}
BEARER: Final[Schema] = {"bearer": []}
SESSION: Final[Schema] = {"session": []}

ABOUT: Final = """\
JSON in, JSON out. Credentials are a bearer token, or the session cookie of `POST /auth/login`.

Paths take no trailing slash. HEAD answers where GET does; any other method is a 405 that says which
are meant. Unknown fields and parameters are ignored unless a schema forbids them; null and an
empty parameter mean absent. Times end in Z. A URL has at most 8 KB. Every refusal is an `Error`."""


def describe() -> dict[str, Any]:
    """The whole document; takes a second and two megabytes."""
    models = Models(ROUTES)
    paths: dict[str, Any] = {}
    used: Counter[str] = Counter()
    for route in ROUTES:
        path = re.sub(r"{(\w+):[^}]+}", r"{\1}", route.path)
        name = route.handler.__name__
        used[name] += 1
        operation = {"operationId": name if used[name] == 1 else f"{name}_{used[name]}"}
        paths.setdefault(path, {})[route.method.lower()] = operation | _operation(route, models)
    schemas = {**models.components, **INTAKE_SCHEMAS}
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Rustrak", "version": __version__, "description": ABOUT},
        "tags": _tags(ROUTES),
        "paths": paths | intake_and_health(),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {_name(status): _refusal(status, models) for status in REFUSALS},
            "securitySchemes": _security_schemes(),
        },
    }
    _add_examples(described)
    return described


def write(described: dict[str, Any]) -> bytes:
    """The document as compact JSON."""
    return orjson.dumps(described)


def _operation(route: Route, models: Models) -> dict[str, Any]:
    summary, _, rest = inspect.cleandoc(route.handler.__doc__ or "").partition("\n\n")
    paragraphs = [text for text in (rest, NEEDS[route.needs]) if text]
    operation: dict[str, Any] = {
        "tags": [_tag(route)],
        "summary": " ".join(summary.split()).removesuffix("."),
        "description": "\n\n".join(paragraphs),
        "security": _security(route.needs),
        "parameters": [_path_parameter(name) for name in re.findall(r"{(\w+)", route.path)],
        "responses": {},
    }
    shape = route.shape
    if shape.query is not None:
        operation["parameters"] += models.parameters(shape.query)
    if shape.body is not None:
        schema, required = models.body(shape.body)
        operation["requestBody"] = {"required": required, "content": {JSON: {"schema": schema}}}
    operation["responses"] = _responses(route, models)
    return operation


def _responses(route: Route, models: Models) -> dict[str, Any]:
    shape = route.shape
    if shape.reply is None:
        success: dict[str, Any] = {"204": {"description": "Done."}}
    elif isinstance(shape.reply, type) and issubclass(shape.reply, web.StreamResponse):
        success = {str(route.status): {"description": "Bytes.", "content": {"*/*": {}}}}
    else:
        content = {JSON: {"schema": models.reply(shape.reply)}}
        success = {str(route.status): {"description": "Success.", "content": content}}
    refused = {
        str(status): {"$ref": f"#/components/responses/{_name(status)}"}
        for status in sorted(refusals(route))
    }
    return success | refused


def refusals(route: Route) -> set[int]:
    """Every status a route can refuse with."""
    found = {500, 503, *route.refusals}
    if route.shape.query is not None or route.shape.body is not None:
        found.add(400)
    if route.shape.body is not None:
        found.add(413)
    if route.needs is not Needs.NOTHING:
        found |= {401, 403}
    if "{" in route.path:
        found.add(404)
    return found


def _path_parameter(name: str) -> dict[str, Any]:
    schema: Schema = {"type": "string", "minLength": 1}
    if name in UUIDS:
        schema = {"type": "string", "format": "uuid"}
    elif name.endswith("_id") and name not in TEXTS:
        schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _refusal(status: int, models: Models) -> dict[str, Any]:
    response: dict[str, Any] = {"description": REFUSALS[status]}
    if status >= 400:
        response["content"] = {JSON: {"schema": models.reply(Error)}}
    if status in WAITING:
        seconds = {"type": "integer", "minimum": 0}
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": seconds}}
    return response


def _security(needs: Needs) -> list[Schema]:
    if needs is Needs.NOTHING:
        return []
    return [SESSION] if needs is Needs.SESSION else [BEARER, SESSION]


def _security_schemes() -> dict[str, Any]:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `POST /api/tokens`: 40 hexadecimal digits.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "Set by `POST /auth/login`. Changes must come from the same site.",
        },
        "dsn": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Sentry-Auth",
            "description": "`Sentry sentry_version=7, sentry_key=KEY`; the key of a DSN. It may "
            "also come as the parameter `sentry_key`, or in the envelope.",
        },
    }


def _tags(routes: Sequence[Route]) -> list[dict[str, str]]:
    """The rooms the handlers are in, described by the first sentence of their module."""
    modules = {_tag(route): route.handler.__module__ for route in routes}
    described = [
        {"name": tag, "description": (sys.modules[name].__doc__ or "").partition("\n\n")[0]}
        for tag, name in modules.items()
    ]
    return [
        *described,
        {"name": "health", "description": "What load balancers and platforms ask."},
        {"name": "intake", "description": "What SDKs, browsers and crash uploaders send to."},
    ]


def _tag(route: Route) -> str:
    return str(route.handler.__module__).rpartition(".")[2].replace("_", " ")


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _add_examples(described: dict[str, Any]) -> None:
    """An example beside every schema of a body."""
    schemas = described["components"]["schemas"]
    for path in described["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                if "schema" in media:
                    media["example"] = example_of(media["schema"], schemas)
