"""The OpenAPI document as a page to read: plain HTML, written whole by the server."""

import base64
import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

STYLE: Final = (Path(__file__).parent / "static" / "docs.css").read_text("utf-8")
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy: nothing is loaded or run but the style above."""

Schema = dict[str, Any]

_TYPES = {"string": "text", "integer": "whole number", "object": "object", "null": "null"}
_FORMATS = {"uuid": "UUID", "date-time": "time"}


def render(document: dict[str, Any]) -> str:
    """The page."""
    title = escape(document["info"]["title"])
    tags = [tag for tag in document["tags"] if any(_operations(document, tag["name"]))]
    schemas = document["components"]["schemas"]
    links = [f'<a href="#{_anchor("tag", tag["name"])}">{escape(tag["name"])}</a>' for tag in tags]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} API</title>
<style>{STYLE}</style>
</head>
<body>
<div class="layout">
<nav aria-label="Contents">{"".join(links)}<a href="#shapes">shapes</a></nav>
<main>
<h1>{title} API</h1>
{_text(document["info"]["description"])}
<p>For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI
{escape(document["openapi"])}, version {escape(document["info"]["version"])}). In the examples
<code>$RUSTRAK</code> is the address of this server, and <code>$TOKEN</code> a token.</p>
{"".join(_tag(document, tag) for tag in tags)}
<h2 id="shapes">Shapes</h2>
{"".join(_shape(name, schema) for name, schema in schemas.items())}
</main>
</div>
</body>
</html>
"""


def _tag(document: dict[str, Any], tag: dict[str, str]) -> str:
    rows = (
        _operation(document, method, path, operation)
        for method, path, operation in _operations(document, tag["name"])
    )
    heading = f'<h2 id="{_anchor("tag", tag["name"])}">{escape(tag["name"])}</h2>'
    return f"<section>{heading}{_text(tag['description'])}{''.join(rows)}</section>"


def _operations(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method, path, operation


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {})
    parts = [
        _text(operation.get("description", "")),
        _table("Parameters", map(_parameter, operation.get("parameters", ()))),
        _bodies("Body", body),
        _table("Answers", (_answer(document, *pair) for pair in operation["responses"].items())),
        _examples(operation["responses"]),
        f"<h3>By curl</h3><pre>{escape(_curl(method, path, operation))}</pre>",
    ]
    return f"""<details id="{escape(operation["operationId"])}"><summary>
<span class="method {method}">{method}</span><span class="path">{escape(path)}</span>
<span class="words">{_inline(operation["summary"])}</span></summary>
<div>{"".join(parts)}</div></details>
"""


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, str]:
    needed = "" if parameter.get("required") and parameter["in"] == "path" else parameter["in"]
    if needed and parameter.get("required"):
        needed += ", required"
    words = [_type(parameter["schema"]), escape(needed)]
    name = f"<code>{escape(parameter['name'])}</code>"
    return name, ", ".join(filter(None, words)), _inline(parameter.get("description", ""))


def _answer(document: dict[str, Any], status: str, response: Schema) -> tuple[str, str, str]:
    if "$ref" in response:
        response = document["components"]["responses"][_target(response)]
    content = response.get("content", {})
    kinds = [
        _type(media["schema"]) if "schema" in media else escape(kind)
        for kind, media in content.items()
    ]
    return f"<code>{status}</code>", " or ".join(kinds), _inline(response["description"])


def _bodies(title: str, content: Schema) -> str:
    """A request's body by content type."""
    rows = [
        (f"<code>{escape(kind)}</code>", _type(media.get("schema", {})), "")
        for kind, media in content.items()
    ]
    written = [_json(media["example"]) for media in content.values() if "example" in media]
    return _table(title, rows) + "".join(written)


def _examples(responses: dict[str, Any]) -> str:
    written = [
        _json(media["example"])
        for response in responses.values()
        for media in response.get("content", {}).values()
        if "example" in media
    ]
    return f"<h3>For example</h3>{written[0]}" if written else ""


def _json(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"


def _shape(name: str, schema: Schema) -> str:
    needed = schema.get("required", ())
    rows = [
        (
            f"<code>{escape(field)}</code>",
            _type(of) + ("" if field in needed else ", optional"),
            _inline(of.get("description", "")),
        )
        for field, of in schema.get("properties", {}).items()
    ]
    inside = _text(schema.get("description", "")) + _table("", rows)
    if not rows:
        inside += f"<p>{_type(schema)}</p>"
    return (
        f'<details id="{_anchor("shape", name)}"><summary><span class="path">{escape(name)}</span>'
        f"</summary><div>{inside}</div></details>\n"
    )


def _type(schema: Schema) -> str:
    """What may stand there, in a few words, as HTML."""
    if "$ref" in schema:
        name = _target(schema)
        return f'<a href="#{_anchor("shape", name)}">{escape(name)}</a>'
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " or ".join(map(_type, choices))
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(word))}</code>" for word in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}{_bounds(schema)}"
    kind: str = schema.get("type", "anything")
    word = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, kind))
    return escape(word) + _bounds(schema)


def _bounds(schema: Schema) -> str:
    least = schema.get("minimum", schema.get("minLength", schema.get("minItems")))
    most = schema.get("maximum", schema.get("maxLength", schema.get("maxItems")))
    default = schema.get("default")
    words = [
        f" from {least}" if least is not None else "",
        f" to {most}" if least is not None and most is not None else "",
        f", at most {most}" if least is None and most is not None else "",
        f", {json.dumps(default)} unless given" if default not in (None, [], {}) else "",
    ]
    return escape("".join(words), quote=False)


def _curl(method: str, path: str, operation: dict[str, Any]) -> str:
    words = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    if {"bearer": []} in operation["security"]:
        words.append('-H "Authorization: Bearer $TOKEN"')
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        if "example" in media:
            body = json.dumps(media["example"], ensure_ascii=False)
            words += [f'-H "Content-Type: {kind}"', f"-d {shlex.quote(body)}"]
            break
    return " \\\n  ".join([*words, f'"$RUSTRAK{path}"'])


def _table(title: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Cells that are HTML already, in rows; nothing without any."""
    written = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    heading = f"<h3>{title}</h3>" if title else ""
    return f"{heading}<table>{''.join(written)}</table>" if written else ""


def _text(text: str) -> str:
    """Paragraphs."""
    paragraphs = text.split("\n\n") if text else []
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in paragraphs)


def _inline(text: str) -> str:
    """A text with `code` in it."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-" + re.sub("[^A-Za-z0-9_]", "-", name)


def _target(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
