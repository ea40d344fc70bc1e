"""Stack traces to crash with: 300 chains of real functions, compiled from generated source.

Called by the corpus. Trace `n` is the same code on every machine and in every run.
"""

import linecache
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import CodeType
from typing import Any

TRACES = 300

_VERBS = [
    "apply",
    "build",
    "check",
    "close",
    "collect",
    "compute",
    "fetch",
    "load",
    "merge",
    "parse",
    "price",
    "reserve",
    "send",
]
_NOUNS = [
    "account",
    "basket",
    "cart",
    "coupon",
    "customer",
    "delivery",
    "invoice",
    "order",
    "payment",
    "refund",
    "stock",
]
_AREAS = [
    "billing",
    "catalogue",
    "checkout",
    "fulfilment",
    "identity",
    "pricing",
    "reports",
    "search",
]

_FRAMEWORK = '''\
"""Runs the middlewares, then the view."""


def {name}(request, {subject}, limit):
    # The innermost middleware comes first in the settings.
    handler = middlewares[-1] if middlewares else None
    if handler is not None:
        request = handler(request)
    response = {callee}(request, {subject}, limit)
    if response is None:
        raise RuntimeError("The view returned nothing.")
    return response
'''

_STEP = '''\
"""The {subject} of the {area} service."""


def {name}(request, {subject}, limit):
    region = request.headers.get("x-region", "{region}")
    options = {{"region": region, "currency": "EUR", "retries": {retries}, "strict": True}}
    rows = [{{"id": {first} + n, "sku": f"{sku}-{{n}}", "quantity": n + 1}} for n in range(2)]
    if len(rows) > limit:
        rows = rows[:limit]
    total = sum(row["quantity"] * options["retries"] for row in rows)
    result = {callee}(request, rows, total)
    audit.append(("{name}", region, total))
    return result
'''

_WRAP = '''\
"""Where {area} asks for the {subject}."""


def {name}(request, {subject}, limit):
    attempt = 1
    deadline = 30.0 - {retries}
    shard = "{region}-{first}"
    try:
        answer = {callee}(request, {subject}, limit)
    except Exception as error:
        message = "{area} could not {verb} the {subject} of shard {first}"
        raise {exception}(message) from error
    return answer
'''

_RAISE = '''\
"""Looks the {subject} up in the price list."""


def {name}(request, {subject}, limit):
    prices = {{"{sku}-1": 1290, "{sku}-2": 1890, "{sku}-3": 90}}
    wanted = "{sku}-{retries}0"
    visit = request.session
    customer = request.user["id"]
    # Prices are in cents; a missing one is a mistake of the import.
    cents = prices[wanted]
    return cents * limit - len(visit) - customer
'''

_EXCEPTIONS = ["ConnectionError", "RuntimeError", "TimeoutError", "TypeError", "ValueError"]


@dataclass(frozen=True, slots=True)
class Request:
    """What the crashing functions are called with; frames show its representation."""

    method: str
    url: str
    query_string: str
    headers: dict[str, str]
    session: str
    user: dict[str, Any]

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url!r}>"


@dataclass(frozen=True, slots=True)
class Trace:
    """One way to crash: calling `view(request, rows, limit)` raises; `transaction` is its route."""

    transaction: str
    view: Callable[[Request, list[dict[str, Any]], int], object]


def build_trace(number: int, depth: int) -> Trace:
    """Compile trace `number` with about `depth` functions; calling it raises a chain of two or
    three exceptions whose types and messages depend on the trace alone (so that servers that
    group by message find `TRACES` issues)."""
    random = Random(number)
    depth += random.randint(-depth // 4, depth // 4)
    area = random.choice(_AREAS)
    wraps = {depth // 2, depth - 2} if depth >= 8 else {depth - 2}
    call: Callable[..., object] | None = None
    for level in reversed(range(depth)):
        if level < 2:
            source, library = _FRAMEWORK, True
        else:
            library = False
            source = _WRAP if level in wraps else _STEP
            if level == depth - 1:
                source = _RAISE
        call = _compile(source, random, area, f"{number}_{level}", call, library=library)
    assert call is not None
    return Trace(f"/{area}/{random.choice(_NOUNS)}/{number}", call)


def _compile(
    template: str,
    random: Random,
    area: str,
    place: str,
    callee: Callable[..., object] | None,
    *,
    library: bool,
) -> Callable[..., object]:
    verb, subject = random.choice(_VERBS), random.choice(_NOUNS)
    name = f"{verb}_{subject}_{place}"
    module = f"webframe.{verb}" if library else f"shop.{area}.{subject}"
    folder = "/usr/lib/python3/site-packages/" if library else "/srv/"
    filename = f"{folder}{module.replace('.', '/')}_{place}.py"
    source = template.format(
        name=name,
        area=area,
        verb=verb,
        subject=subject,
        callee=callee.__name__ if callee else "",
        exception=random.choice(_EXCEPTIONS),
        region=random.choice(["eu-west", "eu-north", "us-east"]),
        retries=random.randint(2, 9),
        first=random.randint(1000, 9999),
        sku=f"{subject[:3].upper()}-{random.getrandbits(32):08x}",
    )
    names: dict[str, Any] = {"__name__": module, "middlewares": [], "audit": []}
    if callee:
        names[callee.__name__] = callee
    _run(compile(source, filename, "exec"), names)
    # The SDK reads source context through linecache; without a time stamp it never re-checks.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    function: Callable[..., object] = names[name]
    return function


def _run(code: CodeType, names: dict[str, Any]) -> None:
    exec(code, names)
