"""rustrak verify"""

import json
import sys
from dataclasses import asdict, fields

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.projections.verify import Balance, balances

COLUMNS = [field.name for field in fields(Balance)]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def verify(as_json: bool) -> None:
    """Prove that every item received ended in exactly one outcome; exit with 1 if not."""

    async def work(conn: Connection, _settings: Settings) -> list[Balance]:
        return await balances(conn)

    books = run_on_database(work)
    is_even = all(balance.is_even for balance in books)
    if as_json:
        rows = [
            {**asdict(book), "difference": book.difference, "ok": book.is_even} for book in books
        ]
        click.echo(json.dumps({"ok": is_even, "projects": rows}))
    else:
        click.echo(_table(books))
        click.echo("every item is accounted for" if is_even else "THE BOOKS DO NOT BALANCE")
    sys.exit(0 if is_even else 1)


def _table(books: list[Balance]) -> str:
    rows = [[*COLUMNS, "difference", "ok"]]
    for book in books:
        values = [str(getattr(book, name)) for name in COLUMNS]
        rows.append([*values, str(book.difference), "yes" if book.is_even else "NO"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in rows
    )
