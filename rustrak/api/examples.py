"""Examples of what a JSON Schema describes: the plainest value that fits."""

from typing import Any, Final

Schema = dict[str, Any]

DEEPEST: Final = 12
"""Levels written out; what nests in itself ends there."""

TEXTS: Final = {
    "date-time": "2026-01-31T12:00:00Z",
    "uuid": "9ec79c33-ec99-42ab-8353-589fcb2e04dc",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
"""By format."""

NAMED: Final = {
    "culprit": "checkout in pay",
    "dsn": "https://9ec79c33ec9942ab8353589fcb2e04dc@errors.example.com/1",
    "email": "ada@example.com",
    "environment": "production",
    "level": "error",
    "message": "It broke when I paid",
    "name": "Shop",
    "password": "correct horse battery staple",
    "platform": "python",
    "release": "shop@1.2.0",
    "short_id": "SHOP-1",
    "slug": "shop",
    "span_id": "b0e6f15b45c36b12",
    "title": "ValueError: no price",
    "trace_id": "4c79f60c11214eb38604f4ae0781bfb2",
    "url": "https://shop.example.com/cart",
    "version": "shop@1.2.0",
}
"""Texts by the name of their field, where nothing says what they look like."""


def example_of(
    schema: Schema, components: dict[str, Schema], depth: int = 0, name: str = ""
) -> Any:
    """A value of a schema: what it names itself as an example or a default, else one made up.

    `name` is that of the field, `depth` the levels above it.
    """
    if "$ref" in schema:
        place = schema["$ref"].rpartition("/")[2]
        return example_of(components[place], components, depth, name)
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], components, depth, name)
    return _of_type(schema, components, depth, name)


def _of_type(schema: Schema, components: dict[str, Schema], depth: int, name: str) -> Any:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {}) if depth < DEEPEST else {}
            return {key: example_of(of, components, depth + 1, key) for key, of in fields.items()}
        case "array":
            if depth >= DEEPEST and not schema.get("minItems"):
                return []
            return [example_of(schema.get("items", {}), components, depth + 1)]
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return True
    return None


def _text(schema: Schema, name: str) -> str:
    if "format" in schema:
        return TEXTS.get(schema["format"], "text")
    text = NAMED.get(name, "text").ljust(schema.get("minLength", 0), "x")
    return text[: schema.get("maxLength")]


def _number(schema: Schema) -> float:
    least: float = schema.get("minimum", 0)
    if "exclusiveMinimum" in schema:
        least = schema["exclusiveMinimum"] + 1
    most: float = schema.get("maximum", 1)
    return max(least, min(1, most))
