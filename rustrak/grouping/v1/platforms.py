"""How each platform spells modules and functions, and what of it is noise, as one table.

Part of grouping version 1; used by `frames`. Source: Sentry protocol, grouping, frames.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_NOTHING: frozenset[str | None] = frozenset()


@dataclass(slots=True, frozen=True)
class Platform:
    """The rules for the frames of one platform."""

    context_line: bool = False  # the SDK sends source lines of the deployed code
    is_script: bool = False  # runs in browsers, where paths are URLs
    raw_function: bool = False  # the untouched name is the better one
    anonymous: frozenset[str | None] = _NOTHING  # function names that say nothing
    muted_paths: frozenset[str | None] = _NOTHING
    clean_function: Callable[[str], str] | None = None
    clean_module: Callable[[str], str] | None = None


def _script_function(function: str) -> str:
    """`Object.app.render` and `render` are the same function in different browsers."""
    return function if function.endswith("/<") else function.rpartition(".")[2] or function


_JAVA_NUMBERED = re.compile(r"((?:sun|jdk\.internal)\.reflect\.Generated\w{1,64}Accessor)\d+")
_JAVA_GENERATED = re.compile(
    r"\$\$(?:EnhancerBy|FastClassBy|_javassist|HibernateProxy)[\w$]*+|_\$\$_[\w$]*+|\$fn__\d+"
)


def _java_module(module: str) -> str:
    """Without the numbers of classes that frameworks generate at run time; lambdas have none."""
    if "$$Lambda" in module:
        return ""
    return _JAVA_GENERATED.sub("<auto>", _JAVA_NUMBERED.sub(r"\1", module))


def _java_function(function: str) -> str:
    return "" if function.startswith("lambda$") else function


_ERB_SUFFIX = re.compile(r"_{2,3}\d+_\d+$")


def _ruby_function(function: str) -> str:
    if function.startswith("block "):
        return "block"
    return _ERB_SUFFIX.sub("", function)


def _php_function(function: str) -> str:
    if function.startswith(("[Anonymous", "class@anonymous")):
        return function.rpartition("::")[2] if "::" in function else ""
    return function


def _csharp_function(function: str) -> str:
    return function.partition(" (")[0]


_RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
_NATIVE_SUFFIX = re.compile(r" ?\[clone [^\]]{1,64}\]|@@?GLIBC_[\d.]+$|@\d+$| const$|&+$")
_CLOSING = {"(": ")", "<": ">"}


def _native_function(function: str) -> str:
    """The name without argument lists, template arguments, clone marks and hashes.

    Objective-C names (`-[Class method:]`) stay as they are.
    """
    if function.startswith(("-[", "+[", "[")):
        return function
    function = _NATIVE_SUFFIX.sub("", _RUST_HASH.sub("", function)).rstrip()
    if "operator" in function or not ("(" in function or "<" in function):
        return function  # brackets may be part of an operator's name
    return _without_arguments(function) or function


def _without_arguments(function: str) -> str:
    """`ns::map<int>::find(int) const` becomes `ns::map<T>::find`."""
    if function.startswith("("):  # `(anonymous namespace)::f`
        function = function.replace("(anonymous namespace)", "{anonymous}")
    function = function.replace("::(anonymous namespace)", "::{anonymous}")
    kept: list[str] = []
    depth = 0
    for character in function:
        if character in "(<":
            if depth == 0 and character == "<" and kept:
                kept.append("<T>")
            depth += 1
        elif character in ")>" and depth:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept).partition(" const")[0].strip()


_SCRIPT_ANONYMOUS = frozenset(
    {"?", "<anonymous>", "<anonymous function>", "Anonymous function", "/<", ""}
)
_SCRIPT = Platform(
    context_line=True,
    is_script=True,
    anonymous=_SCRIPT_ANONYMOUS,
    muted_paths=frozenset({"[native code]", "native code", "eval code", "<anonymous>"}),
    clean_function=_script_function,
)
_NATIVE = Platform(
    anonymous=frozenset({"<redacted>", "<unknown>", ""}), clean_function=_native_function
)
_JVM = Platform(anonymous=frozenset({""}), clean_module=_java_module, clean_function=_java_function)
PLAIN = Platform()
"""For every platform that is not in the table."""

PLATFORMS = {
    "javascript": _SCRIPT,
    "node": _SCRIPT,
    "python": Platform(context_line=True),
    "ruby": Platform(context_line=True, clean_function=_ruby_function),
    "php": Platform(context_line=True, anonymous=frozenset({""}), clean_function=_php_function),
    "java": _JVM,
    "kotlin": _JVM,
    "groovy": _JVM,
    "csharp": Platform(raw_function=True, clean_function=_csharp_function),
    "native": _NATIVE,
    "c": _NATIVE,
    "cocoa": _NATIVE,
    "objc": _NATIVE,
    "swift": _NATIVE,
    "rust": _NATIVE,
}
