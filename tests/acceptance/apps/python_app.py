"""A small shop that fails in many ways, watched by sentry-sdk: `python_app.py FILE`.

DSN, release and environment come from SENTRY_DSN, SENTRY_RELEASE and SENTRY_ENVIRONMENT.
The file gets the events as they left the SDK, by the name of their scene.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import sentry_sdk
import sentry_sdk.logger
from sentry_sdk.crons import capture_checkin

NUL, SURROGATE = chr(0), chr(0xD800)
"""Not written as escapes, because the SDK sends the lines of source, too."""

sent: dict[str, Any] = {}


class CheckoutError(Exception):
    """A domain error."""


def charge(order: int, total: str) -> None:
    card, password = "4242", "never shown"
    raise ValueError(f"card {card} declined for {total} in spite of {len(password)} letters")


def pay(order: int) -> None:
    basket = ["apple", "bärlauch", "🍒"]
    try:
        charge(order, total="59.90")
    except ValueError as error:
        raise CheckoutError(f"order {order} with {len(basket)} items not paid") from error


def chain() -> None:
    sentry_sdk.set_tag("region", "eu-west")
    sentry_sdk.set_tag("attempt", 3)
    sentry_sdk.set_user({"id": "7", "email": "ada@example.com", "username": "ada"})
    sentry_sdk.set_extra("cart", {"items": 3, "nested": {"deep": [1, 2.5, None, True]}})
    sentry_sdk.set_context("payment", {"provider": "bank", "retries": 2})
    sentry_sdk.add_breadcrumb(category="query", message="SELECT 1", data={"rows": 1})
    sentry_sdk.add_breadcrumb(category="http", message="POST /pay", level="warning")
    sentry_sdk.get_current_scope().add_attachment(bytes=b"a,b\n1,2\n", filename="cart.csv")
    try:
        pay(1042)
    except CheckoutError:
        sentry_sdk.capture_exception()


def group() -> None:
    try:
        raise ExceptionGroup("two parts failed", [KeyError("sku"), OSError(28, "disk full")])
    except ExceptionGroup as error:
        sentry_sdk.capture_exception(error)


def message() -> None:
    sentry_sdk.capture_message("stock of %s is low", level="warning")


def logged() -> None:
    logging.getLogger("shop.mail").error("cannot reach %s in %d tries", "mx1", 5)


def fingerprinted() -> None:
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = ["nightly", "import"]
        scope.set_level("fatal")
        scope.set_transaction_name("nightly import")
        try:
            int("no number")
        except ValueError as error:
            sentry_sdk.capture_exception(error)


def hostile() -> None:
    sentry_sdk.set_tag("broken", f"nul {NUL} and {SURROGATE} surrogate")
    try:
        raise RuntimeError(f"nul {NUL}, surrogate {SURROGATE}, markup <script>")
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)


def dropped() -> None:
    sentry_sdk.capture_message("before_send drops this")


SCENES = [chain, group, message, logged, fingerprinted, hostile, dropped]


def send_other_items() -> None:
    """What is not an event: a transaction, a log, a check-in, a session."""
    with (
        sentry_sdk.start_transaction(op="task", name="nightly"),
        sentry_sdk.start_span(op="db", name="SELECT 1"),
    ):
        sentry_sdk.logger.info("imported {rows} rows", rows=7)
    capture_checkin(monitor_slug="nightly", status="ok", duration=1.5)
    sentry_sdk.get_isolation_scope().start_session()
    sentry_sdk.get_isolation_scope().end_session()


def main(target: Path) -> None:
    """Play every scene and wait until the SDK has sent everything."""
    playing = ""

    def before_send(event: Any, hint: Any) -> Any:
        if playing == "dropped":
            return None
        if "type" not in event:  # a check-in comes by here, too
            sent[playing] = event
        return event

    sentry_sdk.init(debug=True, traces_sample_rate=1.0, enable_logs=True, before_send=before_send)
    for scene in SCENES:
        playing = scene.__name__
        with sentry_sdk.isolation_scope():
            scene()
    playing = "other items"
    send_other_items()
    sentry_sdk.flush(timeout=60)
    target.write_text(json.dumps(sent, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
