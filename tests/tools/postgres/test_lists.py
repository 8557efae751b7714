"""Every list of cases reads one index in its order, whatever its filters and however few cases match."""

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes import lifecycle
from disputes.dispute import OPEN
from tools.postgres.cases import STATES, listed
from tools.postgres.repositories import postgres_repositories
from tools.postgres.tables import metadata

COUNT, SIZE = 20_000, 51
# The queue follows from the reason, so that half of all combinations have no case; closed cases are old.
MANY_CASES = text("""
    insert into cases (
        dispute_id, state, outcome, queue, reason, status, received_at, updated_at, version, error, history
    )
    select 'du_' || n, (array['waiting', 'filed', 'closed', 'closed'])[1 + age + n % 2], '',
        (array['fraud', 'senior', 'disputes'])[1 + n % 3], (array['fraudulent', 'general', 'duplicate'])[1 + n % 3],
        (array['needs_response', 'under_review', 'won', 'lost'])[1 + age + n % 2],
        timestamptz '2026-11-21 12:00Z' - n / 3 * interval '1 second', now(), 1, '', '[]'
    from generate_series(1, :count) n, lateral (select 2 * n / (:count + 1) * 2 as age) old
""")
CHOICES = {
    "status": (None, "waiting", "closed", "parked", "under_review", "won", "prevented", "a new one"),
    "queue": (None, "fraud", "disputes", "nobody's"),
    "reason": (None, "fraudulent", "duplicate", "no reason"),
}
FILTERS = [dict(zip(CHOICES, values, strict=True)) for values in itertools.product(*CHOICES.values())]


def _label(filters: dict[str, str | None]) -> str:
    return " ".join(f"{name}={value}" for name, value in filters.items() if value) or "all"


@pytest.fixture(scope="module")
async def many_cases(_engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    async with _engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text(f"truncate {', '.join(metadata.tables)}"))
        await plain.execute(MANY_CASES, {"count": COUNT})
        await plain.execute(text("vacuum analyze cases"))
    yield _engine
    async with _engine.begin() as connection:
        await connection.execute(text("truncate cases"))


async def _plan(engine: AsyncEngine, filters: dict[str, str | None], cursor: str | None) -> dict[str, Any]:
    """Run a list's first statement under EXPLAIN and return the one node child its limit."""
    statement = listed(filters, cursor=cursor).limit(SIZE).compile(dialect=psycopg.dialect())
    async with engine.connect() as connection:
        explain = f"explain (analyze, timing off, format json) {statement}"
        top: dict[str, Any] = (await connection.exec_driver_sql(explain, statement.params)).scalar_one()[0]["Plan"]
    assert top["Node Type"] == "Limit"
    assert len(top["Plans"]) == 1
    plan: dict[str, Any] = top["Plans"][0]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


@pytest.mark.parametrize("filters", FILTERS, ids=_label)
async def test_a_list_reads_only_what_it_shows_in_the_order_of_an_index(
    many_cases: AsyncEngine, filters: dict[str, str | None]
):
    middle = (
        await postgres_repositories(many_cases, now=lambda: pytest.fail("A list asks for no time.")).cases.page()
    ).cursor
    for cursor in (None, middle):
        plan = await _plan(many_cases, filters, cursor)
        assert list(_nodes(plan)) == ["Index Scan"], plan
        assert plan.get("Rows Removed by Filter", 0) == 0, plan
        assert plan["Actual Rows"] <= SIZE


def test_no_status_of_stripe_is_a_state_of_ours():
    assert STATES.isdisjoint(OPEN | set(lifecycle._DONE))
