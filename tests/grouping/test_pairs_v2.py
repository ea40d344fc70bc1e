"""Crashes that a person would put together, and crashes that they would not, by platform."""

from datetime import UTC, datetime

import pytest

from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain, group
from tests.grouping.crashes import (
    SITE,
    Document,
    crash,
    dotnet,
    files,
    go,
    java,
    native,
    python,
    script,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
V2 = GroupingConfig("v2")


def key(document: Document) -> str:
    event = normalise(document, event_id="a" * 32, received_at=NOW)
    return group(event, V2).key


def js(kind: str, value: str, *calls: tuple[str, str], line: int = 1) -> Document:
    return crash("javascript", kind, value, script(*calls, line=line))


CHROME = js(
    "TypeError",
    "Cannot read properties of undefined (reading 'total')",
    ("HTMLButtonElement.onclick", "https://shop.example/cart"),
    ("Object.submit [as onSubmit]", "cart.js"),
    ("Array.map", "<anonymous>"),
    ("Cart.sum", "cart.js"),
)
FIREFOX = js(
    "TypeError",
    'can\'t access property "total", item is undefined',
    ("onclick", "https://shop.example/cart"),
    ("submit", "cart.js"),
    ("sum", "cart.js"),
    line=40,
)
SAFARI = js(
    "TypeError",
    "undefined is not an object (evaluating 'item.total')",
    ("onclick", "https://shop.example/cart"),
    ("submit", "cart.js"),
    ("map", "[native code]"),
    ("sum", "cart.js"),
    line=7,
)
LAMBDA = "com.acme.Cart$$Lambda$14/0x0000000800c03000"

JOIN = {
    "one mistake in Chrome, Edge, Firefox and Safari": [CHROME, FIREFOX, SAFARI],
    "what waited for a promise is known to some browsers only": [
        js("Error", "x", ("async load", "a.js"), ("async fetchAll", "a.js"), ("parse", "a.js")),
        js("Error", "x", ("async*load", "a.js"), ("parse", "a.js")),
        js("Error", "x", ("parse", "a.js")),
    ],
    "anonymous functions by each engine's name": [
        js("Error", "x", ("global code", "a.js"), ("run", "a.js"), ("?", "b.js")),
        js("Error", "x", ("?", "a.js"), ("run", "a.js"), ("run/<", "b.js")),
        js("Error", "x", ("", "a.js"), ("run", "a.js"), ("<anonymous>", "b.js")),
    ],
    "constructors, accessors and prototypes": [
        js("Error", "x", ("new Cart", "a.js"), ("get total [as total]", "a.js")),
        js("Error", "x", ("Cart", "a.js"), ("total", "a.js")),
        js("Error", "x", ("Cart", "a.js"), ("Cart.prototype.total", "a.js")),
    ],
    "a script before and after a build": [
        js("Error", "x", ("run", "main.3f2a1b9c.js"), ("t", "vendor.8d7e6f5a4b3c.chunk.js")),
        js("Error", "x", ("run", "main.0b1c2d3e.js"), ("n", "vendor.1a2b3c4d5e6f.chunk.js")),
    ],
    "files that are called by their hash": [
        js("Error", "x", ("run", "3f2a1b9c.js")),
        js("Error", "x", ("run", "0b1c2d3e.js")),
    ],
    "the same with Vite": [
        js("Error", "x", ("run", "index-BxY3kL9a.js")),
        js("Error", "x", ("run", "index-DiwrgTda.js?v=2")),
    ],
    "what bundlers and the SDK put between": [
        js("Error", "x", ("sentryWrapped", "sdk.js"), ("__awaiter", "a.js"), ("run", "a.js")),
        js("Error", "x", ("run", "a.js")),
    ],
    "errors without a stack by each engine": [
        js("ReferenceError", "cart is not defined"),
        js("ReferenceError", "Can't find variable: cart"),
    ],
    "too deep recursion, whose type differs": [
        js("RangeError", "Maximum call stack size exceeded", ("walk", "a.js")),
        js("InternalError", "too much recursion", ("walk", "a.js"), ("walk", "a.js")),
    ],
    "a chunk that did not load, whichever": [
        js("ChunkLoadError", "Loading chunk 12 failed.", ("a", "m.js")),
        js("ChunkLoadError", "Loading chunk 9 failed.", ("b", "x.js"), ("c", "y.js")),
        js("TypeError", "Failed to fetch dynamically imported module: https://a/b.js"),
        js("TypeError", "Importing a module script failed."),
    ],
    "two functions that call each other, however deep": [
        crash("python", "E", "", python(*[("shop.a", f, f) for f in "xabab"])),
        crash("python", "E", "", python(*[("shop.a", f, f) for f in "xabababab"])),
    ],
    "a comprehension, inlined by Python 3.12": [
        crash(
            "python", "E", "", python(("shop.a", "f", "[g(x) for x in y]"), ("shop.a", "g", "x"))
        ),
        crash(
            "python",
            "E",
            "",
            python(
                ("shop.a", "f", "[g(x) for x in y]"),
                ("shop.a", "<listcomp>", "[g(x) for x in y]"),
                ("shop.a", "g", "x"),
            ),
        ),
    ],
    "lambdas, proxies and reflection of the JVM": [
        crash(
            "java",
            "IllegalStateException",
            "no",
            java(
                ("jdk.internal.reflect.DirectMethodHandleAccessor", "invoke"),
                ("java.lang.reflect.Method", "invoke"),
                ("com.acme.Cart$$SpringCGLIB$$0", "pay"),
                (LAMBDA, "run"),
                ("com.acme.Cart", "lambda$pay$3"),
            ),
        ),
        crash(
            "java",
            "IllegalStateException",
            "nope",
            java(
                ("sun.reflect.GeneratedMethodAccessor88", "invoke"),
                ("com.acme.Cart$$SpringCGLIB$$0", "pay"),
                (LAMBDA.replace("$14", "$9"), "run"),
                ("com.acme.Cart", "lambda$pay$0"),
            ),
        ),
    ],
    "what the JVM's libraries did around our own code": [
        crash("java", "E", "", java(("java.lang.Thread", "run"), ("com.acme.A", "f"))),
        crash(
            "java",
            "E",
            "",
            java(("org.springframework.web.Dispatcher", "doIt"), ("com.acme.A", "f")),
        ),
    ],
    "anonymous classes and coroutines of Kotlin": [
        crash("java", "E", "", java(("com.acme.MainKt$load$1", "invokeSuspend"))),
        crash("java", "E", "", java(("com.acme.MainKt$load$2", "invokeSuspend"))),
    ],
    "generated wrappers of Go": [
        crash("go", "*errors.errorString", "no 1", go(("main", "serve.func1"))),
        crash("go", "*errors.errorString", "no 2", go(("main", "serve.func1.gowrap2"))),
        crash(
            "go", "*errors.errorString", "no", go(("runtime", "gopanic"), ("main", "serve.func1"))
        ),
    ],
    "closures of PHP 8.3 and 8.4": [
        crash("php", "E", "", files(("app/Cart.php", "App\\Cart::App\\{closure}", "$x();"))),
        crash("php", "E", "", files(("app/Cart.php", "{closure:App\\Cart::pay():42}", "$x();"))),
    ],
    "anonymous classes of PHP": [
        crash("php", "E", "", files(("app/A.php", "class@anonymous/srv/a.php:12$0::run", "x"))),
        crash("php", "E", "", files(("app/A.php", "class@anonymous/srv/b.php:99$4f::run", "x"))),
    ],
    "methods of Ruby 3.3 and 3.4": [
        crash("ruby", "E", "", files(("app/cart.rb", "block (2 levels) in pay", "raise E"))),
        crash("ruby", "E", "", files(("app/cart.rb", "block in Shop::Cart#pay", "raise E"))),
    ],
    "templates of Ruby": [
        crash("ruby", "E", "", files(("app/a.erb", "_app_a_html_erb___123_4560", "x"))),
        crash("ruby", "E", "", files(("app/a.erb", "_app_a_html_erb__98_7", "x"))),
    ],
    "state machines of .NET, taken apart or not": [
        crash("csharp", "E", "", dotnet(("Acme.Cart+<PayAsync>d__12", "MoveNext"))),
        crash("csharp", "E", "", dotnet(("Acme.Cart+<PayAsync>d__7", "MoveNext()"))),
        crash("csharp", "E", "", dotnet(("Acme.Cart", "PayAsync(String card)"))),
    ],
    "lambdas of .NET": [
        crash("csharp", "E", "", dotnet(("Acme.Cart+<>c__DisplayClass3_0", "<Pay>b__0"))),
        crash("csharp", "E", "", dotnet(("Acme.Cart+<>c", "<Pay>b__4_1"))),
    ],
    "closures of Swift": [
        crash("cocoa", "E", "", native(("closure #1 in Cart.pay(card:)", True))),
        crash("cocoa", "E", "", native(("partial apply for closure #2 in Cart.pay(card:)", True))),
    ],
    "hashes of Rust": [
        crash("native", "E", "", native(("shop::cart::pay::h0123456789abcdef", True))),
        crash("native", "E", "", native(("shop::cart::pay::hfedcba9876543210", True))),
    ],
    "what Node.js did around our own code": [
        crash(
            "node",
            "Error",
            "no 1",
            files(
                ("node:internal/timers", "listOnTimeout", "x"), ("app/a.js", "Object.run", "f()")
            ),
        ),
        crash("node", "Error", "no 2", files(("app/a.js", "async run", "f()"))),
    ],
}

PART = {
    "another function": [CHROME, js("TypeError", "x", ("submit", "cart.js"), ("tax", "cart.js"))],
    "another file": [js("E", "x", ("run", "a.js")), js("E", "x", ("run", "b.js"))],
    "names that look a little like a hash": [
        js("E", "x", ("run", name))
        for name in ("bootstrap4.js", "checkout_v2.js", "userList.js", "cartItem.js", "es2015.js")
    ],
    "another type": [js("TypeError", "x", ("run", "a.js")), js("RangeError", "x", ("run", "a.js"))],
    "names of a minifier, where there are no others": [
        js("E", "x", ("t", "main.js"), ("n", "main.js")),
        js("E", "x", ("t", "main.js"), ("r", "main.js")),
    ],
    "anonymous code with other messages": [
        js("E", "no cart", ("?", "main.js")),
        js("E", "no card", ("?", "main.js")),
    ],
    "another property of nothing, without a stack": [
        js("TypeError", "Cannot read properties of undefined (reading 'a')"),
        js("TypeError", "Cannot read properties of undefined (reading 'b')"),
    ],
    "a request that failed and a chunk that did": [
        js("TypeError", "Failed to fetch"),
        js("TypeError", "Failed to fetch dynamically imported module: https://a/b.js"),
    ],
    "another line of Python": [
        crash("python", "E", "", python(("shop.a", "f", "x = 1 / y"))),
        crash("python", "E", "", python(("shop.a", "f", "x = z[y]"))),
    ],
    "another module of Python": [
        crash("python", "E", "", python(("shop.a", "f", "x"))),
        crash("python", "E", "", python(("shop.b", "f", "x"))),
    ],
    "another class of Java": [
        crash("java", "E", "", java(("com.acme.A", "f"))),
        crash("java", "E", "", java(("com.acme.B", "f"))),
    ],
    "a library's frames where there are no others": [
        crash("java", "E", "", java(("java.util.ArrayList", "get"))),
        crash("java", "E", "", java(("java.util.HashMap", "get"))),
    ],
    "another function of Go": [
        crash("go", "E", "", go(("main", "serve"))),
        crash("go", "E", "", go(("main", "stop"))),
    ],
    "closures of PHP in other files": [
        crash("php", "E", "", files(("app/a.php", "{closure}", "x"))),
        crash("php", "E", "", files(("app/b.php", "{closure}", "x"))),
    ],
    "a method and a block in it": [
        crash("ruby", "E", "", files(("app/a.rb", "pay", "x"))),
        crash("ruby", "E", "", files(("app/a.rb", "block in pay", "x"))),
    ],
    "methods and lambdas of .NET": [
        crash("csharp", "E", "", dotnet(("Acme.Cart", "Pay"))),
        crash("csharp", "E", "", dotnet(("Acme.Cart+<>c", "<Pay>b__4_1"))),
        crash("csharp", "E", "", dotnet(("Acme.Cart", "PayAsync"))),
    ],
    "a function of Swift and a closure in it": [
        crash("cocoa", "E", "", native(("Cart.pay(card:)", True))),
        crash("cocoa", "E", "", native(("closure #1 in Cart.pay(card:)", True))),
    ],
    "another cause": [
        {"exception": {"values": [{"type": "Cause", "value": ""}, {"type": "E", "value": ""}]}},
        {"exception": {"values": [{"type": "Other", "value": ""}, {"type": "E", "value": ""}]}},
    ],
}


@pytest.mark.parametrize("name", JOIN)
def test_these_are_one_issue(name: str) -> None:
    explained = [
        explain(normalise(document, event_id="a" * 32, received_at=NOW), V2)
        for document in JOIN[name]
    ]
    assert len({key(document) for document in JOIN[name]}) == 1, explained


@pytest.mark.parametrize("name", PART)
def test_these_are_issues_of_their_own(name: str) -> None:
    documents = PART[name]
    assert len({key(document) for document in documents}) == len(documents)


def test_the_page_itself_is_no_script() -> None:
    one, other = (js("E", "x", ("pay", SITE + page), ("sum", "a.js")) for page in ("7", "8/buy"))
    assert key(one) == key(other)
