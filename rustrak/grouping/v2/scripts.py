"""How JavaScript engines and bundlers spell functions and files. Part of grouping version 2.

One function has a name in Chrome, another in Firefox and none in Safari; one file has another hash
after every build.
"""

import re
from typing import Final

ANONYMOUS: Final = frozenset(
    {
        "", "?", "<", "<anonymous>", "anonymous", "Anonymous function", "anonymous function",
        "<anonymous function>", "global code", "Global code", "module code", "eval code", "eval",
        "<computed>", "<unknown>", "undefined", "{anonymous}", "<global>", "<static_initializer>",
    }
)  # fmt: skip
NATIVE: Final = frozenset({"[native code]", "native code", "eval code", "<anonymous>", "native"})
SERVED: Final = ("http:", "https:", "applewebdata:", "blob:", "file:", "chrome-extension:")

# Frames that bundlers, polyfills and the SDK itself put between two calls.
GENERATED: Final = frozenset(
    {
        "sentryWrapped", "__awaiter", "__generator", "_asyncToGenerator", "asyncGeneratorStep",
        "__webpack_require__", "tryCatch", "_next", "_throw", "__async", "__spread",
        "processTicksAndRejections", "runMicrotasks",
    }
)  # fmt: skip
_GENERATED_FILES = re.compile(
    r"(?:^|/)(?:@sentry|core-js|regenerator-runtime|tslib|@babel/runtime)(?:[/@-]|$)"
    r"|webpack/(?:bootstrap|runtime)"
)

_MARKS = re.compile(r"^(?:async[ *]|new |get |set |static |bound )+")
_ALIAS = re.compile(r" \[as [^\]]{0,200}\]$")
_CODE = re.compile(r"\.(?:m?js|cjs|jsx|tsx?|vue|svelte|bundle|jsbundle|hbc)$")
_MINIFIED = re.compile(r"[A-Za-z_$][\w$]?\d?")
_HASH = re.compile(
    r"(?:^(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,64}"  # a file that is called nothing else
    r"|[._~-](?:[0-9a-fA-F]{6,64}"  # webpack, Angular
    r"|(?=\w*\d[A-Za-z]|\w*[a-z][A-Z]\w*\d|\w*[A-Z]{2}\w*\d)\w{8,24}"  # Vite, esbuild
    r"|(?=[A-Za-z]{8}(?:[._~-]|$))[A-Za-z]+[A-Z][A-Za-z]*)"  # the same without a digit
    r"|(?:^|[._~-])v?\d+)"  # numbers of chunks, versions
    r"(?=[._~-]|$)"
)


def is_async(function: str | None) -> bool:
    """Whether a frame was resumed by a promise; not every engine remembers those outside it."""
    return function is not None and function.startswith(("async ", "async*"))


def clean_function(function: str) -> str:
    """`Object.app.render`, `app/render`, `async render [as onclick]`: one function."""
    name = _MARKS.sub("", _ALIAS.sub("", function.strip())).removesuffix("()")
    if name.endswith("<"):  # Firefox: an anonymous function within this one
        return ""
    name = name.rpartition("/")[2].rpartition(".")[2]
    return "" if name in ANONYMOUS or name.isdigit() else name


def is_minified(function: str) -> bool:
    """Whether a minifier made the name up."""
    return _MINIFIED.fullmatch(function) is not None


def clean_file(path: str, *, served: bool) -> str:
    """The name of a script without what a build adds, or '' for a page."""
    name = path.partition("?")[0].partition("#")[0].replace("\\", "/").rpartition("/")[2]
    ending = _CODE.search(name)
    if ending is None:
        return "" if served else name.lower()
    return _HASH.sub("", name[: ending.start()]).strip("._~-").lower() + ending[0]


def is_generated(function: str, path: str) -> bool:
    """Whether a frame says nothing about the application."""
    return function in GENERATED or _GENERATED_FILES.search(path) is not None
