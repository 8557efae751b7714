"""Each benchmark runs and prints its table; its speed does not matter here."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks import table
from benchmarks.webhook import __main__
from graph.wiring.runtime import Runtime
from tools.postgres.database import open_engine

ROOT = Path(__file__).parents[1]
TABLES = {
    "webhook": ["bare FastAPI, signature only", "Rebut, row committed"],
    "packet": ["10 pages in 4 exhibits"],
    "saver": ["InMemorySaver", "RedisSaver (ours)", "langgraph-checkpoint-redis"],
    "throughput": ["1", "submit", "review", "record"],
    "scale": [
        *("wake a suspended dispute", "list: first page", "list: waiting", "list: by queue", "list: by reason"),
        *("list: parked, of which there are none", "list: by status and queue"),
        *("list: by queue and reason, with no case", "list: page in the middle"),
        *("Redis bytes for a suspended case", "PostgreSQL bytes for a case, indexes included"),
    ],
}


async def quick(name):
    """Run a benchmark's quick form and return the rows of the tables it printed."""
    words = (sys.executable, "-m", f"benchmarks.{name}", "--quick")
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-2_000:]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in out.decode().splitlines() if line[:1] == "|"
    ]
    return [
        rows[at]
        for at in range(len(rows))
        if not is_rule(rows[at]) and not (at + 1 < len(rows) and is_rule(rows[at + 1]))
    ]


def is_rule(row):
    return all(re.fullmatch("-+", cell) for cell in row)


@pytest.mark.process
@pytest.mark.parametrize("name", TABLES)
async def test_the_quick_form_runs_and_prints_its_table(name):
    rows = await quick(name)
    assert [row[0] for row in rows] == TABLES[name]
    for row in rows:
        assert row[1] == "not installed" or float(row[1]) > 0


async def test_an_acknowledgement_without_its_row_is_noticed(runtime: Runtime):
    url = runtime.servers.database_url
    async with open_engine(url, size=1) as engine, engine.connect() as connection:
        rows = (await connection.execute(text("select count(*) from events"))).scalar_one()
    await __main__.check(url, rows)
    with pytest.raises(RuntimeError, match="rows committed"):
        await __main__.check(url, rows + 1)


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_share_is_the_nearest_rank(part, value):
    assert table.percentile(range(100, 0, -1), part) == value


def test_the_only_value_is_every_share():
    assert [table.percentile([7.0], part) for part in (0.0, 0.5, 0.95, 1.0)] == [7.0] * 4


def test_a_bar_is_met_from_above_or_from_below():
    assert table.compare_to_bar(0.5, 0.5) == "met (>= 0.5)"
    assert table.compare_to_bar(0.49, 0.5) == "MISSED (>= 0.5)"
    assert table.compare_to_bar(24.9, 25, higher_is_better=False) == "met (< 25)"
    assert table.compare_to_bar(25, 25, higher_is_better=False) == "MISSED (< 25)"


def test_a_table_is_markdown_that_lines_up(capsys):
    table.show("Title", ("a", "number"), [("long cell", "1")], "A note.")
    assert capsys.readouterr().out.splitlines() == [
        *("", "Title", "", "| a         | number |", "| --------- | ------ |", "| long cell | 1      |", "", "A note.")
    ]
