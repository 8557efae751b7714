"""Filling a running Rebut with cases of every kind, copied inside the servers from a few real ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.table import log_progress
from graph.checkpointer.packer import name
from graph.checkpointer.saver import PREFIX, SCHEMA
from tools.postgres.tables import cases

CHUNK = 2_000
ROWS = 50_000
WAITING_IN = 10  # one row in so many waits for a person
FILED_IN = 5  # one row in so many was filed without a person; the rest are settled
SPREAD = 7_919  # a prime, so that the copied sources follow no pattern


def seeded(number: int) -> str:
    """Return the id of a seeded dispute."""
    return f"du_seeded_{number}"


async def threads(url: str, sources: Sequence[str], numbers: range) -> None:
    """Copy the sources' suspended threads under new ids, as `RedisSaver.acopy_thread` does, without leaving Redis."""
    index = f"{PREFIX}:{SCHEMA}:index"
    async with Redis.from_url(url) as client:
        for start in range(numbers.start, numbers.stop, CHUNK):
            pipe = client.pipeline(transaction=False)
            for number in range(start, min(start + CHUNK, numbers.stop)):
                source = sources[number % len(sources)]
                pipe.copy(_key(source), _key(seeded(number)))
                pipe.zadd(index, {name("thread", seeded(number)): 0})
            if not all(await pipe.execute()):
                raise RuntimeError("A suspended thread was not copied.")
            log_progress(f"{min(start + CHUNK, numbers.stop)} suspended threads in Redis")


@dataclass(frozen=True)
class Sources:
    """Real disputes of every kind to copy: waiting for a person, filed without a person, and settled."""

    waiting: Sequence[str]
    filed: Sequence[str]
    settled: Sequence[str]


async def rows(connection: AsyncConnection, sources: Sources, numbers: range) -> None:
    """Copy the sources' cases under new ids, a second apart, in a mixed order that is the same in every run."""
    pools = {name: list(ids) for name, ids in vars(sources).items()}
    for start in range(numbers.start, numbers.stop, ROWS):
        span = {"low": start, "high": min(start + ROWS, numbers.stop) - 1}
        await connection.execute(_COPY, pools | {"waits": WAITING_IN, "files": FILED_IN, "spread": SPREAD} | span)
        log_progress(f"{span['high'] + 1} cases in PostgreSQL")
    await connection.execute(text("vacuum analyze cases"))


def _key(dispute_id: str) -> str:
    return f"{PREFIX}:{SCHEMA}:{{{dispute_id}}}"


def _copy() -> str:
    fresh = {
        "dispute_id": "'du_seeded_' || n",
        "received_at": "now() - interval '30 days' - n * interval '1 second'",
    }
    columns = [column.name for column in cases.c]
    taken = ", ".join(fresh.get(column, f"source.{column}") for column in columns)
    pool = (
        "case when draw % cast(:waits as int) = 0 then cast(:waiting as text[]) "
        "when draw % cast(:files as int) = 1 then cast(:filed as text[]) else cast(:settled as text[]) end"
    )
    return (
        f"insert into cases ({', '.join(columns)}) select {taken} "  # noqa: S608 - our own column names
        "from generate_series(cast(:low as int), cast(:high as int)) n "
        "join lateral (select abs(hashint4(n)::bigint) as draw) chance on true "
        f"join lateral (select {pool} as ids) pool on true "
        "join cases source on source.dispute_id = pool.ids[1 + draw % cast(:spread as int) % cardinality(pool.ids)]"
    )


_COPY = text(_copy())
