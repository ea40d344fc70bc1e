"""The small parts of the load client: DSNs, schedules, heads, processes, tables."""

import os
from random import Random

import pytest

from bench.client import schedule
from bench.connection import read_head
from bench.dsn import Dsn
from bench.processes import ProcessGroups, _parse_stat
from bench.report import table
from bench.target import CommandCount


@pytest.mark.parametrize("random", [None, Random(1)], ids=["fixed", "poisson"])
def test_a_schedule_has_the_rate_asked_for(random: Random | None) -> None:
    moments = schedule(100.0, rate=50, seconds=4, random=random)
    assert len(moments) == 200
    assert moments == sorted(moments)
    assert 100.0 <= moments[0] <= moments[-1] < 104.0


async def test_a_foreign_server_is_counted_by_a_command() -> None:
    assert await CommandCount("echo 42").count() == 42


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://k@h/1", ("http", "h", 80, "", "1")),
        ("https://k@h/1", ("https", "h", 443, "", "1")),
        ("http://k@h:9000/sub/path/1", ("http", "h", 9000, "/sub/path", "1")),
    ],
)
def test_a_dsn_is_taken_apart(text: str, url: tuple[str, str, int, str, str]) -> None:
    dsn = Dsn.parse(text)
    assert (dsn.scheme, dsn.host, dsn.port, dsn.prefix, dsn.project) == url
    assert dsn.key == "k"


@pytest.mark.parametrize("text", ["", "http://h/1", "http://k@h", "http://k@h/", "ftp://k@h/1"])
def test_a_text_that_is_no_dsn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="A DSN looks like"):
        Dsn.parse(text)


def test_a_head_says_whether_the_connection_stays() -> None:
    assert not read_head(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").close
    assert read_head(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nconnection: Close\r\n\r\n").close
    assert read_head(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n").close


def test_a_process_name_may_contain_parentheses() -> None:
    numbers = " ".join(str(number) for number in range(3, 53))
    process = _parse_stat(f"42 (a (b) c) S 1 {numbers}")
    assert (process.pid, process.name, process.parent) == (42, "a (b) c", 1)


def test_memory_and_cpu_of_a_process_tree_are_read() -> None:
    groups = ProcessGroups({"tests": os.getpid()})
    usage = groups.usage()["tests"]
    assert usage.rss > usage.pss > 1_000_000
    assert usage.cpu > 0
    assert groups.rss()["tests"] > 1_000_000


def test_a_table_shows_median_and_range() -> None:
    lines = table("title", [{"rate": 3.0}, {"rate": 1.0}, {"rate": 2000.0}]).splitlines()
    assert lines[-1].split() == ["rate", "3", "1", "2,000"]
