"""The job queue over the embedded Redis."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis.asyncio as redis
from streaq import Worker

from disputes.errors import Invalid, Stale, TryAgain
from disputes.ports.queue import JobQueue
from tools.embedded import processes, sockets
from tools.embedded.redis import Redis
from tools.embedded.servers import EmbeddedServers
from tools.queue import JOB, QUEUE, decode, encode, open_queue

Jobs = list[tuple[str, str | None]]

# coredis 6.9 leaves open what a failed connection had, streaq 7.2 what a worker had: collected before the next test.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def _old_objects_aside() -> Iterator[None]:
    """Set aside what was there before, so that each collection looks at one test's objects and takes no second."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _collect_garbage() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
async def url(servers: EmbeddedServers) -> str:
    await _flush(servers.redis_url)
    return servers.redis_url


@asynccontextmanager
async def _a_client(url: str) -> AsyncIterator["redis.Redis"]:
    client = redis.Redis.from_url(url)
    try:
        yield client
    finally:
        await client.aclose()


async def _flush(url: str) -> None:
    async with _a_client(url) as client:
        await client.flushall()


async def _work_all(url: str) -> Jobs:
    """Run a worker until the queue is empty, and return its jobs, sorted."""
    jobs = Jobs()
    worker = Worker(redis_url=url, queue_name=QUEUE, serializer=encode, deserializer=decode, handle_signals=False)
    worker.burst = True

    async def work(dispute_id: str, account: str | None) -> None:
        jobs.append((dispute_id, account))

    worker.task(name=JOB)(work)
    await worker.run_async()
    return sorted(jobs)


async def test_a_worker_gets_every_job(url: str):
    async with open_queue(url) as queue:
        port: JobQueue = queue
        await port.enqueue("dp_1")
        await port.enqueue("dp_2", account="acct_1")
        await port.enqueue("dp_1")
    assert await _work_all(url) == [("dp_1", None), ("dp_1", None), ("dp_2", "acct_1")]


async def test_fifty_jobs_at_once_all_arrive(url: str):
    async with open_queue(url) as queue:
        await asyncio.gather(*(queue.enqueue(f"dp_{number}") for number in range(50)))
    assert {dispute_id for dispute_id, _ in await _work_all(url)} == {f"dp_{number}" for number in range(50)}


async def test_try_enqueue_returns_true_for_a_job_that_is_worked(url: str):
    async with open_queue(url) as queue:
        assert await queue.try_enqueue("dp_1", account="acct_1")
    assert await _work_all(url) == [("dp_1", "acct_1")]


async def test_jobs_are_json_and_never_pickles(url: str):
    async with open_queue(url) as queue, _a_client(url) as client:
        await queue.enqueue("dp_1", account="acct_1")
        (key,) = await client.keys("streaq:rebut:task:data:*")
        job = decode(await client.get(key) or "")
    assert isinstance(job, dict)
    assert (job["f"], job["a"], job["k"]) == ("work", ["dp_1", "acct_1"], {})


def test_a_failed_job_s_error_is_stored_by_its_type_alone():
    assert decode(encode({"s": False, "r": ValueError("Ada Lovelace, 4242")})) == {"s": False, "r": "ValueError"}


async def test_a_wiped_redis_takes_jobs_again(url: str):
    async with open_queue(url) as queue, _a_client(url) as client:
        await client.flushall()
        await client.function_flush()
        await queue.enqueue("dp_1")
    assert await _work_all(url) == [("dp_1", None)]


async def test_a_stopped_redis_raises_try_again_and_a_restarted_one_works(url: str, home: Path):
    server = Redis(home / "redis", sockets.make(home))
    async with open_queue(url) as queue:
        await queue.enqueue("dp_before")
        processes.stop(server.folder, server.process, stop_signal=server.stop_signal, seconds=30)
        try:
            for _ in range(2):
                with pytest.raises(TryAgain, match="Redis does not take the job"):
                    await queue.enqueue("dp_lost")
            assert not await queue.try_enqueue("dp_lost")
            with pytest.raises(TryAgain):
                await _open(url)
        finally:
            await asyncio.to_thread(_start, server)
        await queue.enqueue("dp_after")
    assert await _work_all(url) == [("dp_after", None), ("dp_before", None)]


async def test_a_redis_that_never_answers_does_not_block_for_ever():
    connections = []
    server = await asyncio.start_server(lambda *streams: connections.append(streams), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TryAgain):
            await _open(f"redis://127.0.0.1:{port}/0", patience=0.2)
        for _, writer in connections:
            writer.close()


def _start(server: Redis) -> None:
    server.launch()
    while not server.answers():
        time.sleep(0.02)


async def _open(url: str, *, patience: float = 5) -> None:
    async with open_queue(url, patience=patience):
        pytest.fail("Nothing can be opened there.")


async def test_an_error_of_the_body_is_raised_as_it_is(url: str):
    with pytest.raises(Stale):
        await _fail_inside(url)


async def _fail_inside(url: str) -> None:
    async with open_queue(url):
        raise Stale


async def test_an_error_of_an_unreachable_redis_hides_its_password():
    with pytest.raises(TryAgain) as caught:
        await _open("redis://:s3cret@127.0.0.1:1/0")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "localhost", "http://:s3cret@127.0.0.1:1", "redis://:s3cret@host:port/0"])
async def test_a_url_of_something_else_is_invalid_and_not_quoted(url: str):
    with pytest.raises(Invalid, match="Redis URL") as caught:
        await _open(url)
    assert "s3cret" not in str(caught.value)
