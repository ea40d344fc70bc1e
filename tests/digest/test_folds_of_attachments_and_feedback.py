"""The same envelopes in any order, split and repetition give the same files and the same words."""

import json
import random
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.batch import digest_batch
from rustrak.digest.projectors.attachments import ATTACHMENTS
from rustrak.digest.projectors.feedback import FEEDBACK
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.projections.apply_outcomes import Outcome
from tests.installation import Installation, envelope

EVENT = "9ec79c33ec9942ab8353589fcb2e04dc"
DUMP = {
    "attachments": "SELECT to_jsonb(t) AS row FROM attachments t ORDER BY row",
    "feedback": "SELECT to_jsonb(t) AS row FROM feedback t ORDER BY row",
    "shown": """
        SELECT to_jsonb(t) AS row FROM feedback_with_issue t WHERE NOT is_replaced ORDER BY row
    """,
}
WITHOUT_PLACE = """
    SELECT to_jsonb(t) - '{position,item,received_at}'::text[] AS row
    FROM attachments t ORDER BY row
"""


async def digest(conn: Connection, envelopes: list[StoredEnvelope]) -> Any:
    async with conn.transaction():
        return await digest_batch(conn, envelopes, (ATTACHMENTS, FEEDBACK))


async def dump(conn: Connection) -> dict[str, list[Any]]:
    return {table: await fetch_all(conn, query) for table, query in DUMP.items()}


async def clean(conn: Connection) -> None:
    await conn.execute("TRUNCATE attachments, feedback")


def items(number: int) -> list[tuple[dict[str, Any], bytes]]:
    """A file, a report that replaces one of before, and a feedback."""
    name = {"filename": f"{number}.txt"}
    said = {"comments": f"said {number}", "email": f"{number % 2}@x.org", "event_id": EVENT}
    felt = {"contexts": {"feedback": {"message": f"felt {number}", "associated_event_id": EVENT}}}
    return [
        ({"type": "attachment", **name}, b"x" * number),
        ({"type": "user_report"}, json.dumps(said).encode()),
        ({"type": "feedback"}, json.dumps(felt).encode()),
    ]


@pytest.fixture
async def envelopes(installation: Installation, conn: Connection) -> list[StoredEnvelope]:
    """Eight of them, in the ledger and not yet digested."""
    for number in range(8):
        body = envelope({"event_id": f"{number + 1:032x}"}, *items(number))
        assert (await installation.post_envelope(body, project=number % 3 // 2)).status == 200
    return await in_ledger(conn)


async def in_ledger(conn: Connection) -> list[StoredEnvelope]:
    query = """
        SELECT position, received_at, project_id, event_id, form, encoding, items, body
        FROM envelopes ORDER BY position
    """
    return [StoredEnvelope(**row) for row in await fetch_all(conn, query)]


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_split_and_repetition_give_the_same_tables(
    conn: Connection, envelopes: list[StoredEnvelope], seed: int
) -> None:
    await digest(conn, envelopes)
    expected = await dump(conn)
    assert [len(rows) for rows in expected.values()] == [8, 16, 12]
    await clean(conn)
    dice = random.Random(seed)
    again = dice.sample(envelopes, 8) + dice.sample(envelopes, 5)
    cut = dice.randint(1, 8)
    for batch in (again[:cut], again[cut:8], again[8:]):
        await digest(conn, batch)
    assert await dump(conn) == expected


async def test_what_was_folded_before_is_a_duplicate(
    conn: Connection, envelopes: list[StoredEnvelope]
) -> None:
    happened = await digest(conn, envelopes)
    assert (happened[Outcome.APPLIED.value], happened[Outcome.DUPLICATE.value]) == (24, 0)
    happened = await digest(conn, envelopes)
    assert (happened[Outcome.APPLIED.value], happened[Outcome.DUPLICATE.value]) == (0, 24)


async def test_a_copy_of_a_file_folded_first_is_the_same_file(
    installation: Installation, conn: Connection
) -> None:
    body = envelope({"event_id": EVENT}, *items(3))
    for _ in range(2):
        assert (await installation.post_envelope(body)).status == 200
    first, copy = await in_ledger(conn)
    tables = []
    for order in ([first, copy], [copy, first]):
        await clean(conn)
        for stored in order:
            await digest(conn, [stored])
        tables.append(await fetch_all(conn, WITHOUT_PLACE))
    assert tables[0] == tables[1]
    assert len(tables[0]) == 1
