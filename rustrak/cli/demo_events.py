"""A handful of realistic events, written by hand, for `rustrak demo`."""

from typing import Any

Frame = dict[str, Any]


def demo_events() -> list[dict[str, Any]]:
    """Events of a small shop in three languages: errors with chains and locals, and a message."""
    return [
        _checkout_fails(),
        _checkout_fails(),
        _total_of_undefined(),
        _pool_exhausted(),
        _slow_import(),
    ]


def _frame(function: str, filename: str, lineno: int, line: str, *, in_app: bool = True) -> Frame:
    return {
        "function": function,
        "filename": filename,
        "lineno": lineno,
        "context_line": line,
        "in_app": in_app,
    }


def _event(platform: str, release: str, **attributes: Any) -> dict[str, Any]:
    return {
        "platform": platform,
        "level": "error",
        "release": release,
        "environment": "production",
        "server_name": "shop-1",
        "tags": {"region": "eu-west"},
        **attributes,
    }


def _checkout_fails() -> dict[str, Any]:
    declined = {
        "type": "CardDeclined",
        "value": "card ending 4242 was declined",
        "module": "payments.errors",
        "stacktrace": {
            "frames": [
                _frame(
                    "charge", "payments/gateway.py", 88, "    raise CardDeclined(answer.reason)"
                ),
            ]
        },
    }
    failed = {
        "type": "CheckoutError",
        "value": "order 1042 could not be paid",
        "module": "shop.checkout",
        "mechanism": {"type": "django", "handled": False},
        "stacktrace": {
            "frames": [
                _frame(
                    "get_response",
                    "django/core/handlers/base.py",
                    197,
                    "response = wrapped_callback(request)",
                    in_app=False,
                ),
                _frame("checkout", "shop/views.py", 41, "    receipt = pay(order, card)"),
                {
                    **_frame(
                        "pay", "shop/checkout.py", 27, "    raise CheckoutError(order) from error"
                    ),
                    "vars": {"order": "<Order 1042>", "total": "59.90"},
                },
            ]
        },
    }
    return _event(
        "python",
        "shop@2.4.1",
        transaction="/checkout",
        exception={"values": [declined, failed]},
        user={"id": "7", "email": "ada@example.com"},
        breadcrumbs={"values": [{"category": "query", "message": "SELECT … FROM orders"}]},
        request={"url": "https://shop.example.com/checkout", "method": "POST"},
    )


def _total_of_undefined() -> dict[str, Any]:
    frames = [
        _frame(
            "HTMLButtonElement.onclick",
            "app:///cart.js",
            12,
            "button.onclick = () => refresh(cart)",
        ),
        _frame(
            "total",
            "app:///cart.js",
            31,
            "  return cart.items.reduce((sum, item) => sum + item.price, 0)",
        ),
    ]
    error = {
        "type": "TypeError",
        "value": "Cannot read properties of undefined (reading 'items')",
        "mechanism": {"type": "onerror", "handled": False},
        "stacktrace": {"frames": frames},
    }
    return _event(
        "javascript",
        "shop-web@5.0.0",
        exception={"values": [error]},
        contexts={"browser": {"name": "Firefox", "version": "142.0"}},
        user={"ip_address": "192.0.2.7"},
    )


def _pool_exhausted() -> dict[str, Any]:
    frames = [
        _frame("Main", "Worker.java", 19, "queue.forEach(this::handle);"),
        _frame("borrow", "ConnectionPool.java", 112, "throw new PoolExhaustedException(size);"),
    ]
    error = {
        "type": "PoolExhaustedException",
        "value": "no connection free after 30000 ms",
        "module": "com.example.warehouse",
        "stacktrace": {"frames": frames},
    }
    return _event("java", "warehouse@1.9.0", level="fatal", exception={"values": [error]})


def _slow_import() -> dict[str, Any]:
    return _event(
        "python",
        "shop@2.4.1",
        level="warning",
        logger="shop.imports",
        logentry={"message": "import of %s took %d s", "params": ["prices.csv", 95]},
    )
