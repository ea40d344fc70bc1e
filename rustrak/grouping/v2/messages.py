"""Messages without their parameters: `user 42 not found` and `user 7 not found` become one text.

Part of grouping version 2. Source: Sentry protocol, grouping, message normalisation.
"""

import re

from rustrak.grouping.v1.messages import MAX_MESSAGE, first_lines, placeholder

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_ZONE = r"(?:Z| ?[+-]\d\d:?\d\d| (?:GMT|UTC)(?:[+-]\d{4})?(?: \([A-Za-z ]{1,40}\))?)"
_TLD = "com|org|net|edu|gov|dev|app|info|biz|cloud|local|internal|lan|localhost"
_COUNTRY = "[a-z]{2}"  # only behind two other labels: `e.in` is more often code than a host
_END = r"(?!\w|\.\d)"

# Tried from top to bottom at each place. Nothing here can be quadratic: a token starts only where
# no word character precedes it, and every open-ended repetition is possessive or bounded.
_KINDS = (
    ("email", r"[\w.+-]{1,64}+@[a-zA-Z0-9-]{1,63}+(?:\.[a-zA-Z0-9-]{1,63}){1,8}"),
    ("url", r"(?:wss?|https?|ftp|file|s3|redis|amqp|postgres(?:ql)?|mysql|mongodb)://[^\s'\"<>]++"),
    (
        "hostname",
        rf"(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_TLD})(?::\d{{1,5}})?(?![\w-]|\.\w)"
        rf"|(?:[a-z0-9-]{{2,63}}\.){{2,8}}{_COUNTRY}(?::\d{{1,5}})?(?![\w-]|\.\w)",
    ),
    (
        "ip",
        rf"(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d{{1,5}})?{_END}"
        r"|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?!\w)"
        r"|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}(?!\w)",
    ),
    ("traceparent", r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01](?!\w)|1-[0-9a-f]{8}-[0-9a-f]{24}(?!\w)"),
    ("uuid", r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?!\w)"),
    ("mac", r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}(?!\w)"),
    ("sha1", r"[0-9a-fA-F]{40}(?!\w)"),
    ("md5", r"[0-9a-fA-F]{32}(?!\w)"),
    (
        "date",
        rf"\d{{4}}-\d\d-\d\d(?:[T ]{_CLOCK})?{_ZONE}?(?!\w)"
        r"|\d{8}T\d{6}Z?(?!\w)"
        rf"|\d{{1,4}}/\d{{1,2}}/\d{{1,4}}(?:,? {_CLOCK}(?: ?[AaPp][Mm])?)?(?!\w)"
        rf"|(?:{_DAY},? )?(?:\d{{1,2}}[ -])?{_MONTH}[ -]\d{{1,4}},?(?: \d{{4}})?"
        rf"(?: {_CLOCK})?(?: \d{{4}})?{_ZONE}?(?!\w)"
        r"|datetime\.datetime\([^()\n]{1,200}\)"
        rf"|{_CLOCK}(?: ?[AaPp][Mm])?(?!\w)",
    ),
    (
        "duration",
        r"\d{1,12}(?:\.\d{1,9})? ?"
        r"(?:ns|us|µs|ms|s|secs?|seconds?|mins?|minutes?|hours?|days?)(?!\w)",
    ),
    ("swift_txn_id", r"tx[0-9a-f]{21}-[0-9a-f]{10}[\w-]{0,64}"),
    (
        "hex",
        r"0[xX][0-9a-fA-F]{1,128}+(?!\w)"
        r"|(?=[a-f]{0,127}\d)(?=\d{0,127}[a-f])(?:[0-9a-f]{4,128}+)(?!\w)"
        r"|(?=[A-F]{0,127}\d)(?=\d{0,127}[A-F])(?:[0-9A-F]{4,128}+)(?!\w)",
    ),
    ("version", rf"v?\d{{1,9}}(?:\.\d{{1,9}}){{2,4}}{_END}"),
    ("float", rf"-?\d{{1,64}}+\.\d{{1,64}}+{_END}"),
    ("int", r"-?\d{1,64}+(?!\w)"),
    # identifiers such as order_8f3k2 or cus_NffrFeUfNV2Hib: long, with letters and digits mixed
    ("id", r"(?=[A-Za-z_-]{0,60}\d)(?=[\w-]{0,60}[A-Za-z])(?=[\w-]{12,64}(?![\w-]))"
           r"[A-Za-z0-9]{0,32}[_-]?[A-Za-z0-9]{8,64}(?![\w-])"),
)  # fmt: skip
_VALUE = (
    r"(?<==)(?P<quoted>'[^'\n]{0,1024}+'|\"[^\"\n]{0,1024}+\")"
    r"|(?<==)(?P<bool>[Tt]rue|[Ff]alse|TRUE|FALSE)(?!\w)"
)
_TOKEN = re.compile(
    r"(?<![\w.])(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS) + ")"
    "|" + _VALUE
)
_WORTH_A_LOOK = re.compile(r"[\d@=/.]")  # most texts have no parameters; this is ten times faster


def parameterise(text: str) -> str:
    """The first two lines of a text, with `<int>`, `<uuid>` and so on in place of what varies."""
    text = first_lines(text)
    if len(text) > MAX_MESSAGE or _WORTH_A_LOOK.search(text) is None:
        return text
    return _TOKEN.sub(placeholder, text)
