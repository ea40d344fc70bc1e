"""What the OpenAPI document says of the paths that are not in the table of routes: those of SDKs,
whose bodies are the Sentry protocol's, and those of load balancers."""

from dataclasses import dataclass
from typing import Any, Final

JSON = "application/json"
OCTETS = "application/octet-stream"
FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `takes` and `answers` are content types, empty for no body."""

    method: str
    path: str
    operation: str
    summary: str
    takes: tuple[str, ...] = ()
    answers: str = JSON
    status: int = 200
    query: tuple[str, ...] = ()


_P = "/api/{project_id}"
_REPORTS = ("application/reports+json", JSON)
_OTLP = (JSON, "application/x-protobuf")
_CHECK_IN_QUERY = ("status", "check_in_id", "duration", "environment", "sentry_key")
_DIALOG = ("eventId", "dsn")

DOORS: Final = (
    Door(
        "POST",
        _P + "/envelope/",
        "send_envelope",
        "An envelope with its items",
        ("application/x-sentry-envelope", OCTETS),
    ),
    Door("POST", _P + "/store/", "send_event", "One event", (JSON, OCTETS)),
    Door(
        "GET",
        _P + "/store/",
        "send_event_by_pixel",
        "One event in the query",
        answers="image/gif",
        query=("sentry_data", "sentry_key"),
    ),
    Door("POST", "/api/store/", "send_event_without_project", "One event", (JSON, OCTETS)),
    Door(
        "GET",
        "/api/store/",
        "send_event_by_pixel_without_project",
        "One event in the query",
        answers="image/gif",
        query=("sentry_data", "sentry_key"),
    ),
    *(
        Door("POST", f"{_P}/{name}/", operation, f"Reports of a browser: {what}", _REPORTS, "")
        for name, operation, what in (
            ("security", "send_security_report", "CSP, Expect-CT, Expect-Staple, HPKP"),
            ("csp-report", "send_csp_report", "CSP"),
            ("nel", "send_network_errors", "network error logging"),
        )
    ),
    Door("POST", _P + "/minidump/", "send_minidump", "A crash dump", (FORM, OCTETS), "text/plain"),
    Door(
        "POST",
        _P + "/unreal/{sentry_key}/",
        "send_unreal_report",
        "A crash report of the Unreal Engine",
        (OCTETS,),
        "text/plain",
    ),
    Door(
        "POST",
        _P + "/events/{event_id}/attachments/",
        "send_attachments",
        "Files of an event",
        (FORM,),
        "",
        201,
    ),
    *(
        Door(
            method,
            f"{_P}/cron/{{monitor_slug}}/{key}",
            f"{verb}_check_in{suffix}",
            "A check-in of a cron monitor",
            (JSON,) if method == "POST" else (),
            "",
            202,
            _CHECK_IN_QUERY,
        )
        for key, suffix in (("", ""), ("{sentry_key}/", "_with_key"))
        for method, verb in (("POST", "send"), ("GET", "ping"))
    ),
    *(
        Door(
            "POST",
            f"{_P}/{prefix}otlp/v1/{kind}/",
            f"send_otlp_{kind}{suffix}",
            f"OpenTelemetry {kind}",
            _OTLP,
        )
        for prefix, suffix in (("integration/", "_integration"), ("", ""))
        for kind in ("traces", "logs")
    ),
    Door(
        "GET",
        "/api/embed/error-page/",
        "show_feedback_dialog",
        "The feedback dialog, a script",
        (),
        "text/javascript",
        query=_DIALOG,
    ),
    Door(
        "POST",
        "/api/embed/error-page/",
        "send_feedback_dialog",
        "What was typed into the feedback dialog",
        ("application/x-www-form-urlencoded",),
        query=_DIALOG,
    ),
    Door(
        "POST",
        "/api/0/projects/{organization}/{project}/user-feedback/",
        "send_user_report",
        "Feedback on an event; the DSN in `Authorization` names the project",
        (JSON,),
        "",
    ),
    Door(
        "GET",
        "/js-sdk-loader/{file}",
        "get_loader",
        "The loader of the browser SDK: a key and `.js` or `.min.js`",
        (),
        "text/javascript",
    ),
)

_REFUSAL = {"$ref": "#/components/schemas/Refusal"}
INTAKE_SCHEMAS: Final[dict[str, Any]] = {
    "Refusal": {
        "description": "How intake refuses, in the words of the Sentry protocol.",
        "type": "object",
        "required": ["detail"],
        "properties": {
            "detail": {"type": "string"},
            "causes": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Stored": {
        "description": "Acknowledged after the commit.",
        "type": "object",
        "properties": {"id": {"type": "string", "description": "Of the event, if there is one."}},
    },
    "Readiness": {
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "string", "enum": ["ok", "ready", "not_ready"]},
            "checks": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
}
_REFUSALS = {
    "400": "What was sent cannot be read.",
    "401": "No key.",
    "403": "The key does not open this project.",
    "404": "There is nothing here.",
    "405": "Another method is meant.",
    "413": "More than the limits allow.",
    "415": "A coding or a type that cannot be read.",
    "429": "A quota is used up; `X-Sentry-Rate-Limits` says which.",
    "500": "A mistake of the server's.",
    "503": "Nothing can be stored right now; try again after `Retry-After` seconds.",
}


def intake_and_health() -> dict[str, Any]:
    """Path items of both."""
    paths: dict[str, Any] = {
        path: {"get": _health(operation, status)}
        for path, operation, status in (
            ("/health", "health", "200"),
            ("/health/live", "is_alive", "200"),
            ("/health/ready", "is_ready", "503"),
        )
    }
    for door in DOORS:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door)
    return paths


def _health(operation: str, worst: str) -> dict[str, Any]:
    summary = "Whether the process lives" if worst == "200" else "Whether it can do its work"
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Readiness"}}}
    return {
        "operationId": operation,
        "tags": ["health"],
        "summary": summary,
        "security": [],
        "responses": {
            status: {"description": "Yes." if status == "200" else "No.", "content": content}
            for status in sorted({"200", worst})
        },
    }


def _operation(door: Door) -> dict[str, Any]:
    in_path = [part[1:-1] for part in door.path.split("/") if part.startswith("{")]
    text = {"type": "string"}
    operation: dict[str, Any] = {
        "operationId": door.operation,
        "tags": ["intake"],
        "summary": door.summary,
        "security": [{"dsn": []}],
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": text} for name in in_path),
            *({"name": name, "in": "query", "schema": text} for name in door.query),
        ],
        "responses": {str(door.status): _success(door)},
    }
    if door.takes:
        operation["requestBody"] = {"required": True, "content": {kind: {} for kind in door.takes}}
    for status, words in _REFUSALS.items():
        content = {JSON: {"schema": _REFUSAL}}
        operation["responses"][status] = {"description": words, "content": content}
    return operation


def _success(door: Door) -> dict[str, Any]:
    if not door.answers:
        return {"description": "Taken."}
    schema = {"schema": {"$ref": "#/components/schemas/Stored"}} if door.answers == JSON else {}
    return {"description": "Taken.", "content": {door.answers: schema}}
