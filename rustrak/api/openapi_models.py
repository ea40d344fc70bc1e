"""The models of the route table as JSON Schema, with the words that stand under their fields."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from rustrak.api.route import Route
from rustrak.schemas.base import Body, Error, Query

PLACE = "#/components/schemas/{model}"

Schema = dict[str, Any]
Wanted = tuple[type[BaseModel], JsonSchemaMode]


class Models:
    """The schemas of everything that routes take and answer; queries are written out where they
    are used, the rest are `components`."""

    def __init__(self, routes: Sequence[Route]) -> None:
        wanted: set[Wanted] = {(Error, "serialization")}
        wanted.update(use for route in routes for use in _uses(route))
        self._places, generated = models_json_schema(
            sorted(wanted, key=str), ref_template=PLACE, schema_generator=_Generator
        )
        self.components: dict[str, Schema] = generated["$defs"]
        self._queries = {
            model: self.components.pop(_name(self._places[model, mode]))
            for model, mode in wanted
            if issubclass(model, Query)
        }

    def body(self, model: type[Body]) -> tuple[Schema, bool]:
        """The schema of a body, and whether there must be one."""
        place = self._places[model, "validation"]
        return place, "required" in self.components[_name(place)]

    def reply(self, reply: Any) -> Schema:
        """The schema of what a handler returns: a model, or a list of models."""
        if get_origin(reply) is list:
            return {"type": "array", "items": self.reply(get_args(reply)[0])}
        return self._places[reply, "serialization"]

    def parameters(self, model: type[Query]) -> list[Schema]:
        """The parameters of a query string."""
        schema = self._queries[model]
        required = schema.get("required", ())
        return [
            _parameter(name, field, name in required)
            for name, field in schema.get("properties", {}).items()
        ]


class _Generator(GenerateJsonSchema):
    """Without titles, which repeat the names; with the text that follows a field in its class."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def model_schema(self, schema: Any) -> Schema:
        generated = super().model_schema(schema)
        generated.pop("title", None)
        words = _words(schema["cls"])
        for name, field in generated.get("properties", {}).items():
            if name in words and "description" not in field:
                field["description"] = words[name]
        return generated

    def enum_schema(self, schema: Any) -> Schema:
        generated = super().enum_schema(schema)
        generated.pop("title", None)
        return generated


def _uses(route: Route) -> Iterator[Wanted]:
    shape = route.shape
    if shape.query is not None:
        yield shape.query, "validation"
    if shape.body is not None:
        yield shape.body, "validation"
    for reply in (shape.reply, *get_args(shape.reply)):
        if isinstance(reply, type) and issubclass(reply, BaseModel):
            yield reply, "serialization"


def _parameter(name: str, field: Schema, required: bool) -> Schema:
    """A field of a query as a parameter, which is left out instead of null."""
    schema = {key: value for key, value in field.items() if key != "description"}
    if "anyOf" in schema:
        choices = [choice for choice in schema.pop("anyOf") if choice != {"type": "null"}]
        schema |= choices[0] if len(choices) == 1 else {"anyOf": choices}
    if schema.get("default", "") is None:
        del schema["default"]
    described = {"description": field["description"]} if "description" in field else {}
    return {"name": name, "in": "query", "required": required, **described, "schema": schema}


def _words(model: type[BaseModel]) -> dict[str, str]:
    """What is written under the fields of a model and of those it is made from."""
    bases = [base for base in reversed(model.__mro__) if base.__module__.startswith("rustrak.")]
    return {name: text for base in bases for name, text in _written_in(base).items()}


@cache
def _written_in(model: type) -> dict[str, str]:
    try:
        (definition,) = ast.parse(inspect.getsource(model)).body
    except (OSError, TypeError):  # a generic filled in has no text of its own
        return {}
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[name] = inspect.cleandoc(words)
    return found


def _name(place: Schema) -> str:
    return str(place["$ref"]).rpartition("/")[2]
