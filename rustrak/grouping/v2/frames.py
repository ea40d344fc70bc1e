"""What a frame says about an event's identity: module or file, function and source line.

Part of grouping version 2. Line numbers never count. Source: Sentry protocol, grouping, frames.
"""

from functools import lru_cache

from rustrak.events.event import Frame
from rustrak.grouping.trail import Part, Parts
from rustrak.grouping.v2 import scripts
from rustrak.grouping.v2.platforms import PLAIN, PLATFORMS, Platform

REMEMBERED = 4096  # frames whose parts are kept for the next event, about a kilobyte each

_MAX_CONTEXT_LINE = 120  # minified code is one long line that changes with every build
_NO_FILE = frozenset({"<anonymous>", "[native code]", "native"})


@lru_cache(maxsize=REMEMBERED)
def frame_parts(frame: Frame, platform: str, *, with_minified: bool) -> Parts:
    """The values of one frame in the order of the key.

    `platform` is the event's; a frame may name its own. `with_minified`: names that a minifier made
    up count, because there are no others. Remembered, because events share frames.
    """
    description = f"{frame.module or frame.filename or '?'} {frame.function or '?'}"
    rules = PLATFORMS.get(frame.platform or platform, PLAIN)
    module, function = rules.clean(frame.module or "", _written(frame, rules))
    if reason := _says_nothing(frame, rules, module, function):
        return Parts(description, (("frame", description, reason),))
    context = _context_line(frame, rules, function)
    parts = (
        _module(frame, rules, module) or _filename(frame, rules),
        _function(frame, rules, function, context, with_minified=with_minified),
        context,
    )
    return Parts(description, tuple(part for part in parts if part is not None))


@lru_cache(maxsize=REMEMBERED)
def function_of(frame: Frame, platform: str) -> str:
    """The cleaned name, '' for none."""
    rules = PLATFORMS.get(frame.platform or platform, PLAIN)
    return rules.clean(frame.module or "", _written(frame, rules))[1]


def _written(frame: Frame, rules: Platform) -> str:
    return (frame.raw_function if rules.raw_function else None) or frame.function or ""


def _says_nothing(frame: Frame, rules: Platform, module: str, function: str) -> str:
    """Why a whole frame does not count, or nothing."""
    if rules.is_script:
        path = frame.abs_path or ""
        if path in scripts.NATIVE:
            return "evaluated or native code"
        if scripts.is_generated(function, f"{frame.module or ''} {path}"):
            return "made up by a bundler, a polyfill or the SDK"
    if rules.generated is not None and rules.generated.match(
        f"{frame.module or module} {function}"
    ):
        return "made up by the compiler or the runtime"
    return ""


def _module(frame: Frame, rules: Platform, module: str) -> Part | None:
    if module and rules.is_script and "/" in module and (frame.abs_path or "").endswith(module):
        return None  # a path in disguise; the file name says the same without the directories
    return ("module", module, "") if module else None


def _filename(frame: Frame, rules: Platform) -> Part | None:
    path = frame.filename
    if not path:
        return None
    if path in _NO_FILE:
        return "filename", path, "not a file"
    if rules.is_script:
        served = (frame.abs_path or "").startswith(scripts.SERVED)
        name = scripts.clean_file(path, served=served)
        return ("filename", name, "") if name else ("filename", path, "a page, not a script")
    return "filename", path.replace("\\", "/").partition("?")[0].rpartition("/")[2].lower(), ""


def _function(
    frame: Frame, rules: Platform, function: str, context: Part | None, *, with_minified: bool
) -> Part | None:
    if not frame.function and not frame.raw_function:
        return None
    if not function:
        return "function", frame.function or "", "anonymous"
    if rules.is_script:
        if frame.source_mapped and context is not None and not context[2]:
            return "function", function, "the mapped source line is more reliable"
        if not with_minified and scripts.is_minified(function):
            return "function", function, "a minifier made it up"
    return "function", function, ""


def _context_line(frame: Frame, rules: Platform, function: str) -> Part | None:
    line = frame.context_line
    if not line or not rules.context_line:
        return None
    if len(line) > _MAX_CONTEXT_LINE:
        return "context_line", line, "longer than 120 characters"
    if rules.is_script and not function and (frame.abs_path or "").startswith(scripts.SERVED):
        return "context_line", line, "a page's script without a function"
    line = " ".join(line.split())
    return ("context_line", line, "") if line else None
