"""Types of exceptions without what compilers add to them. Part of grouping version 2."""

import re
from functools import lru_cache

_NUMBERED = re.compile(r"(?:\$\d+)+$")  # anonymous classes of the JVM
_ANONYMOUS = re.compile(r"@anonymous.*", re.DOTALL)  # of PHP, followed by file and line


@lru_cache(maxsize=1024)
def exception_type(name: str) -> str:
    """`Job$1` and `Job$2` are anonymous classes in one place of the source."""
    return _ANONYMOUS.sub("@anonymous", _NUMBERED.sub("$", name.strip()))
