"""Messages without their parameters: `user 42 not found` and `user 7 not found` become one text.

Part of grouping version 1. Source: Sentry protocol, grouping, message normalisation.
"""

import re

MAX_MESSAGE = 8192  # longer texts are dumps, compared as they are
_MAX_LINES = 2

# Tried from top to bottom at each place. Nothing here can be quadratic: a token starts only where
# no word character precedes it, and every open-ended repetition is possessive or bounded.
_KINDS = (
    ("email", r"[\w.+-]{1,64}+@[a-zA-Z0-9-]{1,63}+(?:\.[a-zA-Z0-9-]{1,63}+){1,8}"),
    ("url", r"(?:wss?|https?|ftp)://[^\s'\"<>]++"),
    (
        "ip",
        r"(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"
        r"|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?!\w)"
        r"|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}(?!\w)",
    ),
    ("uuid", r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?!\w)"),
    ("sha1", r"[0-9a-fA-F]{40}(?!\w)"),
    ("md5", r"[0-9a-fA-F]{32}(?!\w)"),
    (
        "date",
        r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)"
        r"|\d{8}T\d{6}Z?(?!\w)"
        r"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:\d{1,2}[ -])?"
        r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}[ -]\d{1,4},?"
        r"(?: \d{4})?(?: \d\d:\d\d:\d\d)?(?: \d{4}| GMT| UTC| [+-]\d{4})?(?!\w)"
        r"|\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?(?!\w)",
    ),
    ("duration", r"\d{1,12}(?:\.\d{1,9})? ?(?:ns|us|µs|ms|s|sec|min|hours?|days?)(?!\w)"),
    (
        "hex",
        r"0[xX][0-9a-fA-F]{1,128}+(?!\w)"
        r"|(?=[a-f]{0,127}\d)(?=\d{0,127}[a-f])(?:[0-9a-f]{4,128}+)(?!\w)"
        r"|(?=[A-F]{0,127}\d)(?=\d{0,127}[A-F])(?:[0-9A-F]{4,128}+)(?!\w)",
    ),
    ("float", r"-?\d{1,64}+\.\d{1,64}+(?![\w.])"),
    ("int", r"-?\d{1,64}+(?!\w)"),
)
_QUOTED = r"(?<==)(?P<quoted>'[^'\n]{0,1024}+'|\"[^\"\n]{0,1024}+\")"
_TOKEN = re.compile(
    r"(?<![\w.])(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS) + ")"
    "|" + _QUOTED
)
_WORTH_A_LOOK = re.compile(r"[\d@=/]")  # most texts have no parameters; this is ten times faster


def parameterise(text: str) -> str:
    """The first two lines of a text, with `<int>`, `<uuid>` and so on in place of what varies."""
    text = first_lines(text)
    if len(text) > MAX_MESSAGE or _WORTH_A_LOOK.search(text) is None:
        return text
    return _TOKEN.sub(placeholder, text)


def placeholder(match: re.Match[str]) -> str:
    """What stands for a parameter."""
    return f"<{match.lastgroup}>"


def first_lines(text: str) -> str:
    """Two lines that are not blank; `...` says that there was more."""
    text = text.strip()
    if "\n" not in text:
        return text
    lines = [line for line in text.splitlines() if line.strip()]
    kept = "\n".join(lines[:_MAX_LINES])
    return kept if kept == text else f"{kept}..."
