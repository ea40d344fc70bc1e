"""SQL by name: `sql("ledger/append_envelopes")` is the text of that file, read once.

All SQL lives in `sql/`; this is the one place that vouches for it as a literal.
"""

from functools import cache
from pathlib import Path
from typing import LiteralString

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def sql_directory() -> Path:
    """The `sql` directory: inside the installed package, or beside it in a checkout."""
    packaged = _PACKAGE / "_sql"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "sql"


@cache
def sql(name: str) -> LiteralString:
    """The statement in `sql/queries/<name>.sql`; parameters are named, `%(name)s`."""
    return (sql_directory() / "queries" / f"{name}.sql").read_text("utf-8")
