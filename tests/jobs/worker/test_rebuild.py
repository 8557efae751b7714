"""Redis may be wiped: one sweep brings back every open case, as the reviewer saw it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from redis.asyncio import Redis
from streaq import Worker

from disputes.errors import TryAgain
from graph.wiring.runtime import Runtime
from jobs.worker.rebuild import rebuild
from jobs.worker.worker import handle
from tests.conftest import Stage
from tests.fakes import FakeQueue


async def test_a_wiped_redis_is_rebuilt_once_and_only_what_is_open(stage: Stage, runtime: Runtime):
    waiting, filed = await stage.play("fraud_mid"), await stage.play("not_received_delivered")
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        await redis.flushall()
    queue = FakeQueue()
    async with Worker(redis_url=runtime.servers.redis_url, queue_name="rebuilt") as worker:
        wiped = replace(runtime, worker=worker, deps=replace(runtime.deps, queue=queue))
        assert await rebuild(wiped) == len(queue.jobs)
        assert await rebuild(wiped) == 0
    enqueued = [dispute_id for dispute_id, _ in queue.jobs]
    assert enqueued.count(waiting.dispute_id) == 1
    assert filed.dispute_id not in enqueued


async def test_a_forgotten_run_waits_again_with_the_case_the_reviewer_saw(stage: Stage, runtime: Runtime):
    waiting = await stage.play("fraud_mid")
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        await redis.flushall()
    assert await runtime.runner.is_forgotten(waiting.dispute_id)
    await handle(runtime, waiting.dispute_id, None, tries=1)
    assert not await runtime.runner.is_forgotten(waiting.dispute_id)
    record = await stage.deps.cases.find(waiting.dispute_id)
    assert record
    assert (record.version, record.case) == (waiting.version, waiting.case)
    snapshot = await stage.graph.aget_state({"configurable": {"thread_id": waiting.dispute_id}})
    assert snapshot.interrupts


async def test_a_run_that_redis_holds_is_left_alone(stage: Stage, runtime: Runtime):
    waiting, filed = await stage.play("fraud_mid"), await stage.play("not_received_delivered")
    assert not await runtime.runner.is_forgotten(waiting.dispute_id)
    assert not await runtime.runner.is_forgotten(filed.dispute_id)


async def test_a_run_that_redis_lost_midway_begins_again_whole(stage: Stage, runtime: Runtime):
    dispute_id, _ = await stage.happen("not_received_delivered")
    wiping = stage.under(
        automation=Wiping(stage.deps.automation, runtime.servers.redis_url), filings=NoFiling(stage.deps.filings)
    )
    with pytest.raises(TryAgain):
        await wiping.runs.drive(dispute_id)
    filed = await stage.drive(dispute_id)
    assert (filed.state, (await stage.counts(dispute_id))["submissions"]) == ("filed", 1)


@dataclass
class Wiping:
    """A kill switch beside a Redis that is emptied when it is read, between two steps of a run."""

    inner: Any
    redis_url: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def read(self, account: str | None = None) -> Any:
        async with Redis.from_url(self.redis_url) as redis:
            await redis.flushall()
        return await self.inner.read()


@dataclass
class NoFiling:
    """Filings whose database goes away before one is intended."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def intend(self, *_: object, **__: object) -> Any:
        raise TryAgain("The database does not answer.")
