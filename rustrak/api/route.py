"""What a route is: a path, who may call it, and a handler whose signature says the rest.

A handler is `async def name(call, query: SomeQuery, body: SomeBody) -> SomeReply`, with `query` and
`body` where it reads them. The same models validate, answer, and describe the route in the OpenAPI
document, so the three cannot drift apart.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from rustrak.accounts.access import NOBODY, Needs, check_access
from rustrak.accounts.members import find_role
from rustrak.api.call import Call, number_in_path
from rustrak.api.context import POOL
from rustrak.api.identify import SAFE_METHODS, identify
from rustrak.api.messages import json_reply, read_body, read_query
from rustrak.errors import NotFound
from rustrak.schemas.base import Body, Query

Handler = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a handler's signature says."""

    query: type[Query] | None
    body: type[Body] | None
    reply: Any
    """A model, a list of models, None for no content, or web.StreamResponse for other bytes."""

    @classmethod
    def of(cls, handler: Handler) -> "Shape":
        """Read a signature."""
        signature = inspect.signature(handler, eval_str=True)
        kinds = {name: parameter.annotation for name, parameter in signature.parameters.items()}
        return cls(kinds.get("query"), kinds.get("body"), signature.return_annotation)


@dataclass(frozen=True)
class Route:
    """One line of the table."""

    method: str
    path: str
    handler: Handler
    needs: Needs
    status: int = 200
    """Of success, where there is content; without any it is 204."""
    refusals: tuple[int, ...] = ()
    """Statuses of refusals beside those that follow from the shape."""

    @cached_property
    def shape(self) -> Shape:
        return Shape.of(self.handler)

    def mounted(self) -> web.RouteDef:
        """The route as aiohttp wants it."""
        return web.route(self.method, self.path, self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = await self._let_in(request)
        given: dict[str, Any] = {}
        if self.shape.query is not None:
            given["query"] = read_query(request, self.shape.query)
        if self.shape.body is not None:
            given["body"] = await read_body(request, self.shape.body)
        result = await self.handler(call, **given)
        response = self._response(result)
        response.headers.extend(call.headers)
        return response

    async def _let_in(self, request: web.Request) -> Call:
        """The call, if its actor may make it. Raises Unauthenticated, Forbidden, NotFound."""
        if self.needs is Needs.NOTHING:
            return Call(request, NOBODY)
        async with request.app[POOL].connection() as conn:
            actor = await identify(request, conn)
            role = None
            if "project_id" in request.match_info:
                project_id = number_in_path(request, "project_id")
                role = await find_role(conn, project_id, actor)
                if role is None:  # whether or not it is somebody else's
                    raise NotFound(f"Project with id {project_id} not found")
        check_access(self.needs, actor, role, changes=request.method not in SAFE_METHODS)
        return Call(request, actor, role)

    def _response(self, result: Any) -> web.StreamResponse:
        if isinstance(result, web.StreamResponse):
            return result
        if result is None:
            return web.Response(status=204)
        return json_reply(_as_json(result), self.status)


def _as_json(result: BaseModel | Sequence[BaseModel]) -> bytes:
    if isinstance(result, BaseModel):
        return result.model_dump_json().encode()
    return b"[" + b",".join(model.model_dump_json().encode() for model in result) + b"]"
