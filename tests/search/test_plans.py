"""Every read of a search goes through its index, on tables large enough for a choice."""

import re

import pytest

from rustrak.database.pool import Connection
from tests.database.test_queries import plan

FILL = """
    INSERT INTO projects (name, slug) SELECT 'p' || n, 'p' || n FROM generate_series(1, 5) AS n;
    INSERT INTO issues (project_id, id, digest_order, first_seen, last_seen, event_count,
                        newest_position, title, value, culprit)
    SELECT n % 5 + 1, md5(n::text)::uuid, n, now(), now(), 5, 1, '', '', ''
    FROM generate_series(1, 2000) AS n;
    INSERT INTO events
    SELECT project_id, gen_random_uuid(), id, id, n, 0, now(), now(), '', '', '', '', '', '', '',
           '', '', 'id:' || n, '{}'
    FROM issues, generate_series(1, 5) AS n;
    INSERT INTO issue_environments
    SELECT project_id, digest_order, environment_number(environment), environment, 5, 5, now(),
           now(), '{}'
    FROM issues, unnest(ARRAY['production', 'staging']) AS environment;
    INSERT INTO tag_values
    SELECT issues.project_id, digest_order * 100 + n,
           CASE n WHEN 1 THEN 'user' ELSE 'key ' || n END, 'value ' || digest_order
    FROM issues, generate_series(1, 10) AS n;
    INSERT INTO issue_tags
    SELECT project_id, issue, issue * 100 + n, environment_number, true
    FROM issue_environments, generate_series(1, 10) AS n;
    INSERT INTO issue_hours
    SELECT project_id, id, now() - n * interval '1 hour', 'production', 1
    FROM issues, generate_series(1, 20) AS n;
    INSERT INTO project_hours
    SELECT p, now() - n * interval '1 hour', 'production', 1
    FROM generate_series(1, 5) AS p, generate_series(1, 2000) AS n;
    ANALYZE issues, events, projects, issue_environments, issue_tags, tag_values, issue_hours,
        project_hours
"""


@pytest.fixture
async def filled(conn: Connection) -> Connection:
    await conn.execute(FILL)
    await conn.execute("SET enable_seqscan = off")
    return conn


ISSUE = "(md5('7')::uuid)"
KEYS = "ARRAY[1::bigint << 32 | 5, 1::bigint << 32 | 10]"
SLOTS = ["'key 2'", "'{value}'", "'key 3'", "'{value}'", "NULL", "'{}'", "NULL", "'{}'"]
TERMS = ["'{0,1}'", "'{key 2,key 3}'", "'{value,value}'"]


@pytest.mark.parametrize(
    ("name", "values", "index"),
    [
        ("list_issues", ["'events'", "'{1}'", "NULL"], "issues_number"),
        (
            "list_issues_in_environments",
            ["'events'", "'{1}'", "'{5}'", "NULL"],
            "issue_environments_pkey",
        ),
        (
            "find_tags",
            ["'{1}'", "'key 2'", "'value 1'", "'value 2'", "'value 1%%'"],
            "tag_values_by_text",
        ),
        ("match_tags", ["'{1}'", "'{102}'", "NULL", "NULL"], "issue_tags_by_tag"),
        ("count_tags", [KEYS, "'{102}'", "NULL"], "issue_tags_(pkey|by_tag)"),
        ("count_other_tags", [KEYS, "'{102}'", "NULL", "'key 2'"], "issue_tags_pkey"),
        ("total_tags", ["'{1}'", "'{102}'", "NULL"], "issue_tags_by_tag"),
        ("count_events", [KEYS, "NULL"], "issue_environments_pkey"),
        ("match_status", ["'{1}'", "'resolved'"], "issues_number"),
        ("match_assignee", ["'{1}'", "'me'", "7", "NULL"], "issues_number"),
        ("match_text", ["'{1}'", "'title'", "'%%x%%'"], "issues_number"),
        ("match_number", ["'events'", "'{1}'", "5", "NULL"], "issues_number"),
        ("match_time", ["'first_seen'", "'{1}'", "now()", "NULL"], "issues_number"),
        ("match_short_id", ["'{1}'", "'p1'", "5"], "issues_number"),
        ("match_environments", ["'{1}'", "'prod%%'"], "project_hours_pkey"),
        ("judge_events", [KEYS, "false", *TERMS, "NULL"], "events_of_issue"),
        ("judge_events_by_four", [KEYS, "false", *SLOTS, "NULL"], "events_of_issue"),
        (
            "judge_events_of_users",
            [KEYS, "'{id:1}'", "false", *TERMS, "NULL"],
            "events_of_user",
        ),
        ("list_found", [KEYS], "issues_number"),
        ("count_users", [KEYS, "'{5,6}'"], "issue_tags_pkey"),
        ("count_users_of_environment", [KEYS, "'{5}'"], "issue_environments_pkey"),
        ("count_users_of_issue", ["'{5}'", "1", ISSUE], "issue_tags_pkey"),
        ("list_tags", ["1", "NULL", "7", "NULL", "10"], "issue_tags_pkey"),
        ("list_tag_values", ["1", "'key 2'", ISSUE, "NULL", "10", "0"], "issue_tags_pkey"),
        ("summarise_issue", ["1", ISSUE, "NULL"], "events_of_issue"),
        (
            "list_issue_hours",
            ["'hour'", "'{1}'", f"ARRAY[{ISSUE}]", "now()", "NULL"],
            "issue_hours_pkey",
        ),
        ("list_project_hours", ["'day'", "'{1}'", "now()", "NULL"], "project_hours_pkey"),
    ],
)
async def test_a_read_uses_its_index(
    filled: Connection, name: str, values: list[str], index: str
) -> None:
    found = await plan(filled, f"search/{name}", *values)
    assert re.search(rf"(Index (Only )?Scan.* using|Bitmap Index Scan on) {index}\b", found), found
