"""Whatever one sends, the API answers as its OpenAPI document says: never 5xx, no status, content
type or shape that is not in it.

`make fuzz` sends two hundred requests of each kind to every operation, CI a few, always the same.
"""

import asyncio
from collections import Counter
from traceback import format_exception_only
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rustrak.api.routes import ROUTES
from tests.api.test_tenants_are_apart import filled
from tests.installation import Installation

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LONG = settings.get_current_profile_name() == "long"
EXAMPLES = 200 if LONG else 4
"""Requests of each kind, right and wrong ones, for each operation."""

FOOTING = {"token_id": "1", "user_id": "1"}
"""What nothing may change or take away: who is asking."""
LONGEST_URL = 8000
SPARED = {"intake"}
"""Tags of what has tests of its own."""


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # the server, beside us, does
@pytest.mark.timeout(0 if LONG else 300)
async def test_answers_are_what_the_document_says(installation: Installation) -> None:
    ids = await filled(installation, 0)
    schema = schemathesis.openapi.from_dict(await installation.get("/api/openapi.json"))
    operations = [found.ok() for found in schema.get_all_operations()]
    operations = [found for found in operations if not SPARED & set(found.tags or ())]
    operations.sort(key=lambda found: (found.method == "delete", -len(found.path)))
    assert len(operations) > len(ROUTES)  # and those for health
    answers: Counter[int] = Counter()
    failures: list[str] = []
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                await asyncio.to_thread(ask, installation, operation, mode, ids, answers)
            except Unsatisfiable:  # without parameters there is nothing to get wrong
                assert mode is GenerationMode.NEGATIVE, operation.label
            except BaseException as error:
                failures.append(f"{operation.label}: {''.join(format_exception_only(error))}")
        await installation.get("/auth/me")  # nobody took away who is asking
    assert not failures, "\n".join(failures)
    assert {200, 201, 204, 400, 401, 404} <= set(answers)


def ask(
    installation: Installation,
    operation: Any,
    mode: GenerationMode,
    ids: dict[str, Any],
    answers: Counter[int],
) -> None:
    """Send one operation requests of a kind, to what there is and to what there is not."""
    headers = {"Authorization": f"Bearer {installation.token}"}

    @settings(
        max_examples=EXAMPLES,
        derandomize=not LONG,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
    def send(case: Any, is_there: bool) -> None:
        named: dict[str, Any] = case.path_parameters
        if is_there:
            named.update({name: ids[name] for name in named.keys() & ids.keys()})
        if case.method.upper() in ("DELETE", "PATCH", "PUT"):
            assume(all(_number(named.get(name)) != kept for name, kept in FOOTING.items()))
        response = case.call(base_url=installation.base_url, headers=headers)
        if len(str(response.request.url)) > LONGEST_URL:
            return  # refused by the HTTP server before there is a route
        answers[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()


def _number(value: Any) -> str:
    """An id as the API reads it: 01 is 1."""
    return str(value).lstrip("0")
