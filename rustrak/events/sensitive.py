"""What counts as sensitive: names of fields, and secrets that show in a text by their own form.

Used by `scrub`. All patterns are linear: possessive, or starting where no other match can.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from rustrak.events.event import Frame
from rustrak.protocol.jsontext import dumps

FILTERED: Final = "[Filtered]"
"""What stands in the place of a secret; SDKs write the same."""
SAFE: Final = "safe"
"""The judgement of a name whose value is never filtered."""
MAX_NAME: Final = 200
"""Characters of a field's name that are looked at, from its end."""

_REMEMBERED = 4096  # names; the same ones come with every event
_ROUNDS = 4  # over one text: a replacement may bring the halves of another secret together

# Of a name in lower case without anything but letters and digits.
_SENSITIVE_NAME = re.compile(
    "passw|passphrase|passcode|pwd|(?<!by)(?<!com)pass$"
    "|secret|credential|authori[sz]ation|auth$|bearer|jwt"
    "|token(?:id|key|value|hash)?$|^tokens$|(?:access|api|auth|refresh|session)token"
    "|(?:access|api|auth|encryption|master|priv|private|session|signing|ssh)key"
    "|cookie|csrf|xsrf|sessions?$|session(?:id|data)|sess?id|^sid$|connectsid"
)
# Every such name has one of these in it, or is `sid`.
_ROOT = re.compile(
    "pass|pwd|secret|credential|auth|bearer|jwt|token|cookie|[cx]srf|session|sess?id"
    "|(?:access|api|encryption|master|priv|private|signing|ssh)key"
)
_PUNCTUATION = re.compile(r"[\W_]+")

# Every secret by its form has one of these, or is in a URL, or has 13 digits.
_MARKS = ("eyJ", "-----BEGIN ", "AKIA", "ASIA", "ghp_", "github_pat_", "xox", "k_live_")
_SCHEMES = ("bearer", "basic")  # of HTTP authentication, in any case
_HINT = re.compile(
    "|".join(["://", *_MARKS, *_SCHEMES, *map(str.title, _SCHEMES), *map(str.upper, _SCHEMES)])
)
_HINT_OF_DIGITS = re.compile("[0-9](?:[ +-]?[0-9]){12}")
_MARKS_IN_BYTES = tuple(mark.encode() for mark in _MARKS)
_SCHEMES_IN_BYTES = tuple(scheme.encode() for scheme in _SCHEMES)
_SID = re.compile(r"(?<![a-z0-9])s[\W_]*+i[\W_]*+d(?![a-z0-9])")
_MAX_CLEAN = 200  # characters of a text that is remembered as clean
_MAX_CLEAN_DEPTH = 50  # levels
_LARGEST_CLEAN = 10**12  # a larger number may be that of a card
_USER_OF_URL = re.compile(rb'[^\s/?#"]*@')
_DIGITS_AS_ZERO = bytes(ord("0") if chr(code).isdecimal() else code for code in range(256))
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----"
    r".*?(?:-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{4,}+(?:\.[\w-]*+){0,3}", re.ASCII)
_URL_CREDENTIALS = re.compile(r"""://[^\s/?#@:"'<>]*+:[^\s/?#"'<>]*@""")
# A word of prose ("basic authentication") is no credential: one has digits, signs or capitals.
_AUTHORIZATION = re.compile(
    r"\b((?i:bearer|basic)[ +]{1,4})(?![A-Za-z]?[a-z]*+(?![\w.~+/=-]))[\w.~+/=-]{8,}+", re.ASCII
)
_ACCESS_KEY = re.compile(  # Amazon, GitHub, Slack, Stripe
    r"(?<![A-Za-z0-9])(?:A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])|ghp_[A-Za-z0-9]{36,}+"
    r"|github_pat_\w{22,}+|xox[abeoprs]-[\w-]{10,}+|[rs]k_live_\w{16,}+)",
    re.ASCII,
)
# Groups of digits; letters beside them make an identifier, `0.` before them a fraction. In a repr
# the letter may be an escaped newline's.
_DIGIT_GROUPS = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=\\[nrt]))(?<![0-9][.])"
    r"[0-9]{3,}+(?![A-Za-z])(?>(?:[ +-][0-9]{3,}+(?![A-Za-z]))*)"
)
_SEPARATOR = re.compile("([ +-])")
_LONGEST_CARD, _SHORTEST_CARD = 19, 13  # digits
_FIRST_GROUPS = frozenset({4, 6, *range(_SHORTEST_CARD, _LONGEST_CARD + 1)})  # digits
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # a digit times two, its digits added up

# `a=b`, `"a": b`, `a: "b"`; an unquoted `a: b` is prose as often as not.
_ASSIGNMENT = re.compile(
    r"""(?<![\w.\[\]%-])(?<!nexpected )([\w.\[\]%-]++)"""
    r"""(?:\s?=(?!=)>?\s?|\\*+["']\s{0,2}(?:=>|[:=])\s{0,2}|:\s{0,2}(?=["']))"""
)
_ASSIGNED = re.compile(
    r"""(?P<double>[A-Za-z]{0,2}")(?>(?:[^"\\]|\\.)*)"""
    r"""|(?P<single>[A-Za-z]{0,2}')(?>(?:[^'\\]|\\.)*)"""
    r"""|(?P<escaped>\\++["'])(?>(?:(?!(?P=escaped)).)*)"""
    r"""|[\w.]*+[\[{(](?![\]})]).*+"""  # a structure ends nobody knows where
    r"""|[^\s&;"']*+""",
    re.DOTALL,
)


@lru_cache(maxsize=_REMEMBERED)
def plain_name(name: str) -> str:
    """A name in lower case without punctuation: `userPassword` and `USER-PASSWORD` are one."""
    return _PUNCTUATION.sub("", name.lower())


def is_sensitive_name(plain: str) -> bool:
    """True when secrets go by such a name, given as `plain_name` has it."""
    return _SENSITIVE_NAME.search(plain) is not None


def is_card_number(digits: str) -> bool:
    """True for 13 to 19 digits with a valid Luhn sum.

    Numbers that begin with 0 or 1 are no cards but times in milli-, micro- or nanoseconds, of
    which every tenth has a valid sum.
    """
    if not _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD or digits[0] in "01":
        return False
    backwards = digits[::-1].encode()
    total = sum(backwards[::2]) + sum(backwards[1::2].translate(_DOUBLED))
    return (total - ord("0") * len(digits)) % 10 == 0


def may_hold_secrets(document: Any) -> bool:
    """False when no text of a JSON document holds a secret by its form; True says nothing.

    Performance: one look at the written document takes a fifth of a look at each text, and most
    documents hold none. With digits made zeros and separators gone, 13 digits are one text.
    """
    written = dumps(document, _nothing)
    lowered = written.lower()
    return (
        b"0" * _SHORTEST_CARD in written.translate(_DIGITS_AS_ZERO, b" +-")
        or any(mark in written for mark in _MARKS_IN_BYTES)
        or any(scheme in lowered for scheme in _SCHEMES_IN_BYTES)
        or any(_USER_OF_URL.match(rest) for rest in written.split(b"://")[1:])
    )


def is_harmless(value: Any, depth: int = 0) -> bool:
    """True when scrubbing by the default rules would surely change nothing; False says nothing.

    Performance: a tenth of a search, because the same names and short texts come with every event.
    """
    if depth > _MAX_CLEAN_DEPTH:
        return False
    kind = type(value)
    if kind is dict:
        if not (_clean.issuperset(value) or all(map(_is_clean, value))):
            return False
        value = value.values()
    elif kind is not list:
        value = (value,)
    for item in value:
        kind = type(item)
        if kind is str:
            harmless = item in _clean or _is_clean(item)
        elif kind is dict or kind is list:
            harmless = is_harmless(item, depth + 1)
        else:
            harmless = kind is not int or item < _LARGEST_CLEAN
        if not harmless:
            return False
    return True


_clean: set[str] = set()
"""Short texts of which this is known. Forgotten all at once: what comes often is soon back."""


def _is_clean(text: str) -> bool:
    """Nothing in it has the form of a secret, or the root of a sensitive name, or is written in a
    way that only a search can judge: escapes, JSON, letters beyond ASCII, annotations."""
    if (
        len(text) > _MAX_CLEAN
        or not text.isascii()
        or text.startswith(("{", "["))
        or "\\" in text
        or text == "_meta"
    ):
        return False
    lowered = text.lower()
    if (
        _ROOT.search(_PUNCTUATION.sub("", lowered))
        or _SID.search(lowered)
        or (_may_need_search(text) and may_hold_secrets(text))
    ):
        return False
    if len(_clean) >= _REMEMBERED:
        _clean.clear()
    _clean.add(text)
    return True


def _may_need_search(text: str) -> bool:
    """False when nothing in a text is even the beginning of a secret's form."""
    return (_HINT.search(text) or _HINT_OF_DIGITS.search(text)) is not None


def _nothing(_frame: Frame) -> None:
    """Frames that were decoded are not searched: of their texts only digests are kept."""


def filter_secrets(text: str) -> tuple[str, str]:
    """The text with FILTERED for what is a secret by its form, and which form that was, or "".

    Forms: private_key, json_web_token, url_credentials, authorization, access_key, card_number.
    """
    if not _may_need_search(text):
        return text, ""
    reason = ""
    for form, pattern, replacement in _FORMS:
        replaced = pattern.sub(replacement, text)
        if replaced != text:
            text, reason = replaced, reason or form
    return text, reason


def filter_assignments(text: str, judge: Callable[[str], str]) -> tuple[str, str]:
    """The text with FILTERED for values given to sensitive names, and the first judgement.

    Query strings, forms, connection strings, JSON and reprs, also when cut off. `judge` returns
    why a name is sensitive, "" or SAFE.
    """
    quoted = '"' in text or "'" in text
    if "=" not in text and not (quoted and ":" in text):
        return text, ""
    parts: list[str] = []
    end, reason = 0, ""
    for match in _ASSIGNMENT.finditer(text):
        start = match.end()
        if match.start() < end or text.startswith(FILTERED, start):
            continue
        judgement = judge(match[1][-MAX_NAME:])
        if judgement in ("", SAFE):
            continue
        value = _ASSIGNED.match(text, start)
        if value is None or not value[0]:
            continue
        opening = value["double"] or value["single"] or value["escaped"] or ""
        parts += [text[end:start], opening, FILTERED]
        end, reason = value.end(), reason or judgement
    replaced = "".join([*parts, text[end:]])
    return (replaced, reason) if replaced != text else (text, "")


def filter_text(text: str, judge: Callable[[str], str], *, forms: bool) -> tuple[str, str]:
    """Both of the above, until nothing is left to find; the reason is the first one."""
    reason = ""
    for _ in range(_ROUNDS):
        replaced, form = filter_secrets(text) if forms else (text, "")
        replaced, judgement = filter_assignments(replaced, judge)
        if replaced == text:
            break
        text, reason = replaced, reason or form or judgement
    return text, reason


def _without_cards(match: re.Match[str]) -> str:
    """Filters each stretch of whole groups that is a card number; others may surround it."""
    pieces = _SEPARATOR.split(match[0])  # groups at even places, separators between them
    kept: list[str] = []
    at = 0
    while at < len(pieces):
        end = _card_end(pieces, at) if at % 2 == 0 else at
        kept.append(pieces[at] if end == at else FILTERED)
        at = max(end, at + 1)
    return "".join(kept)


def _card_end(pieces: list[str], start: int) -> int:
    """Where the longest card number that starts here ends, `start` when none does.

    Cards are written in one piece or begin with a group of four digits, rarely six.
    """
    digits, end = "", start
    if len(pieces[start]) not in _FIRST_GROUPS:
        return end
    for at in range(start, len(pieces), 2):
        digits += pieces[at]
        if len(digits) > _LONGEST_CARD:
            break
        if is_card_number(digits):
            end = at + 1
    return end


_FORMS: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("private_key", _PRIVATE_KEY, FILTERED),
    ("json_web_token", _WEB_TOKEN, FILTERED),
    ("url_credentials", _URL_CREDENTIALS, f"://{FILTERED}@"),
    ("authorization", _AUTHORIZATION, rf"\1{FILTERED}"),
    ("access_key", _ACCESS_KEY, FILTERED),
    ("card_number", _DIGIT_GROUPS, _without_cards),
)
