"""How each platform spells modules and functions, what of it compilers make up, and what is not the
application's where the SDK does not say. Part of grouping version 2."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rustrak.events.event import Frame
from rustrak.grouping.v1.platforms import PLATFORMS as PLATFORMS_V1
from rustrak.grouping.v2 import scripts

Cleaned = tuple[str, str]
"""Module and function."""


@dataclass(slots=True, frozen=True)
class Platform:
    """The rules for the frames of one platform."""

    context_line: bool = False  # the SDK sends source lines of the deployed code
    is_script: bool = False
    raw_function: bool = False  # the untouched name is the better one
    clean: Callable[[str, str], Cleaned] = lambda module, function: (module, function)
    generated: re.Pattern[str] | None = None  # of "module function": the frame says nothing
    library: re.Pattern[str] | None = None  # of "module path": not the application's


def _v1(name: str) -> Callable[[str], str]:
    clean = PLATFORMS_V1[name].clean_function
    assert clean is not None
    return clean


_JVM_MODULE = PLATFORMS_V1["java"].clean_module
_JVM_NUMBERS = re.compile(r"\$\d+(?=\$|$)")
_JVM_LAMBDA = re.compile(r"(\$?lambda)[$-](?:(\w+)\$)?\d+$")


def _jvm(module: str, function: str) -> Cleaned:
    """Numbers of anonymous classes and lambdas change when another is written above them."""
    assert _JVM_MODULE is not None
    cleaned = _JVM_NUMBERS.sub("$", _JVM_MODULE(module))
    function = _JVM_LAMBDA.sub(lambda match: "$".join(filter(None, match.groups())), function)
    return cleaned, function.removesuffix("$default")


_GO_MADE_UP = re.compile(r"(?:\.(?:gowrap|deferwrap)\d+)+$|-fm$")


def _go(module: str, function: str) -> Cleaned:
    return module.rpartition("/vendor/")[2], _GO_MADE_UP.sub("", function)


_PHP_CLOSURE = re.compile(r"^.*\{closure[^}]{0,512}\}$", re.DOTALL)
_PHP_ANONYMOUS = re.compile(r"^(.*@anonymous).*?(?:::(\w+))?$", re.DOTALL)


def _php(module: str, function: str) -> Cleaned:
    function = _PHP_CLOSURE.sub("{closure}", function)
    match = _PHP_ANONYMOUS.match(function)
    return module, f"{match[1]}::{match[2] or ''}" if match else function


_RUBY_PLACE = re.compile(r"^(?:(?:block(?: \(\d+ levels\))?|rescue|ensure) in )+")
_ERB = re.compile(r"_{2,3}\d+_\d+$")


def _ruby(module: str, function: str) -> Cleaned:
    """`block (2 levels) in Shop::Cart#pay`, since Ruby 3.4, was `block (2 levels) in pay`."""
    place = _RUBY_PLACE.sub("", function)
    in_block = "block in " if "block" in function[: len(function) - len(place)] else ""
    name = re.split(r"[#.]", place)[-1] if not place.startswith("<") else place
    return module, in_block + _ERB.sub("", name)


_CS_MACHINE = re.compile(r"[+.]<(\w+)>[dg]__\d+(?:`\d+)?$|[+.]<(\w+)>d$")
_CS_CLOSURE = re.compile(r"[+.]<>c(?:__DisplayClass\d+_\d+)?(?:`\d+)?$")
_CS_LAMBDA = re.compile(r"^<(\w+)>[bg]__[\w|]+$")


def _csharp(module: str, function: str) -> Cleaned:
    """State machines and closures by the method they were written in."""
    function = function.partition("(")[0].strip()
    machine = _CS_MACHINE.search(module)
    if machine is not None and function == "MoveNext":
        function = machine[1] or machine[2]
        module = module[: machine.start()]
    written = _CS_LAMBDA.match(function)
    if written is not None:
        function = f"{written[1]} lambda"
    return _CS_CLOSURE.sub("", module).partition("[")[0], function.partition("[")[0]


_NATIVE_FUNCTION = _v1("native")
_NATIVE_MARKS = re.compile(
    r"^(?:specialized |generic specialization <.{0,512}?> of |partial apply (?:forwarder )?for "
    r"|merged |@objc |@nonobjc |static |dispatch thunk of |protocol witness for )+"
)
_NATIVE_NUMBERS = re.compile(
    r"(?:(?:implicit )?closure) #\d+ in |\{lambda\([^)]{0,256}\)#\d+\}|\$_\d+"
)
_NATIVE_UNKNOWN = frozenset({"<redacted>", "<unknown>", "??", "unknown"})
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+$|_mh_execute_header$")


def _native(module: str, function: str) -> Cleaned:
    name = _NATIVE_MARKS.sub("", function)
    name = _NATIVE_NUMBERS.sub(
        lambda match: "closure in " if "closure" in match[0] else "{lambda}", name
    )
    if name in _NATIVE_UNKNOWN or _ADDRESS.match(name):
        return module, ""
    return module, _NATIVE_FUNCTION(name)


def _unnumbered(match: re.Match[str]) -> str:
    return "closure in " if "closure" in match[0] else "{lambda}"


def _script(module: str, function: str) -> Cleaned:
    return module, scripts.clean_function(function)


_JVM = Platform(
    clean=_jvm,
    generated=re.compile(
        r"(?:jdk\.internal\.reflect|sun\.reflect|java\.lang\.reflect|java\.lang\.invoke)\."
        r"|.* access\$\d+$"
    ),
    library=re.compile(
        r"(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|android|androidx|dalvik"
        r"|com\.android|com\.google\.android|libcore|org\.springframework|org\.apache|org\.hibernate"
        r"|org\.eclipse|org\.jboss|io\.netty|io\.ktor|io\.sentry|io\.micronaut|io\.quarkus|reactor|rx|io\.reactivex"
        r"|okhttp3|retrofit2|com\.fasterxml|com\.zaxxer|org\.junit|org\.gradle)\."
    ),
)
_NATIVE = Platform(
    clean=_native,
    library=re.compile(
        r".*(?:/System/Library/|/usr/lib/|/Developer/|/rustc/|/\.cargo/|[\\/]Windows[\\/])"
    ),
)
_SCRIPT = Platform(
    context_line=True,
    is_script=True,
    clean=_script,
    library=re.compile(
        r".*(?:/|^|\s)(?:node_modules|webpack/bootstrap|node:|internal/|extensions?://)"
    ),
)
PLAIN: Final = Platform()
"""For every platform that is not in the table."""

PLATFORMS: Final = {
    "javascript": _SCRIPT,
    "node": _SCRIPT,
    "python": Platform(
        context_line=True,
        # inlined since Python 3.12
        generated=re.compile(r".* <(?:list|dict|set)comp>$"),
        library=re.compile(r".*(?:site-packages|dist-packages|/lib/python\d|<frozen )"),
    ),
    "ruby": Platform(
        context_line=True, clean=_ruby, library=re.compile(r".*(?:/gems/|/lib/ruby/|<internal:)")
    ),
    "php": Platform(context_line=True, clean=_php, library=re.compile(r".*(?:/|^|\s)vendor/")),
    "java": _JVM,
    "kotlin": _JVM,
    "groovy": _JVM,
    "go": Platform(
        clean=_go,
        generated=re.compile(r"(?:runtime (?:goexit|gopanic|panicmem|sigpanic|main))$"),
        library=re.compile(r"(?!main\b)[^./\s]+(?:/[^.\s]*)?\s|.*(?:/pkg/mod/|/vendor/|/usr/local/go/)"),
    ),
    "csharp": Platform(
        raw_function=True,
        clean=_csharp,
        generated=re.compile(r"System\.(?:Runtime\.CompilerServices|Runtime\.ExceptionServices)\."),
        library=re.compile(r"(?:System|Microsoft|Mono|Newtonsoft|MS|Windows|Sentry)\b"),
    ),
    "native": _NATIVE,
    "c": _NATIVE,
    "cocoa": _NATIVE,
    "objc": _NATIVE,
    "swift": _NATIVE,
    "rust": _NATIVE,
}  # fmt: skip


@lru_cache(maxsize=4096)
def is_library(frame: Frame, platform: str) -> bool:
    """Whether a frame looks like somebody else's code; only asked where the SDK never says."""
    library = PLATFORMS.get(frame.platform or platform, PLAIN).library
    if library is None:
        return False
    place = f"{frame.module or ''} {frame.abs_path or frame.filename or ''} {frame.package or ''}"
    return library.match(place) is not None
