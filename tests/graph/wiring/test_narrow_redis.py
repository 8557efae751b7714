"""Runs and jobs on a real Redis as the narrow user of the documents, over TLS with an authority of its own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from streaq import Worker

from disputes.errors import TryAgain
from graph.checkpointer.saver import RedisSaver, RedisUnfit
from tests.graph.checkpointer.redis_servers import running
from tests.graph.wiring.setups import an_authority, behind_tls, narrow
from tools.fitness import redis_server
from tools.fitness.redis_needs import CHANNELS, KEYS, commands
from tools.fitness.redis_server import examine
from tools.queue import JOB, QUEUE, decode, encode, open_queue, queue_url

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"

pytestmark = pytest.mark.process


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL as a user writes it: user and password, TLS, and the file of the authority."""
    authority = an_authority(tmp_path)
    async with running("embedded") as plain, behind_tls(plain, authority.context()) as port:
        await narrow(plain)
        yield f"rediss://rebut:hunter2@127.0.0.1:{port}/0?ssl_ca_certs={authority.ca}"


async def test_a_run_is_kept_and_a_job_is_done(url: str):
    report = await examine(url)
    assert [each.fatal for each in report.shortcomings] == [False], report
    assert "Whether this Redis evicts cannot be read" in report.shortcomings[0].text
    async with RedisSaver.from_url(url) as saver:
        await keep_and_forget(saver)
    assert await work(url) == ["du_1"]


async def test_an_authority_that_is_not_named_is_not_believed(url: str):
    bare = url.partition("?")[0]
    (found,) = (await examine(bare)).shortcomings
    assert (found.fatal, found.text) == (True, redis_server.UNTRUSTED)
    with pytest.raises(RedisUnfit, match="certificate verify failed"):
        async with RedisSaver.from_url(bare):
            pass


async def test_a_certificate_of_another_host_is_believed_by_neither_client(tmp_path: Path):
    authority = an_authority(tmp_path, host="127.0.0.2")
    async with running("embedded") as plain, behind_tls(plain, authority.context()) as port:
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority.ca}"
        (found,) = (await examine(url)).shortcomings
        assert found.text == redis_server.UNTRUSTED
        with pytest.raises(TryAgain, match="Redis does not take the job"):
            async with open_queue(url):
                pass


def test_the_documented_user_is_the_one_that_is_tried():
    block = re.search(r"^ACL SETUSER rebut (.+?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block
    words = block[1].replace("\\\n", " ").split()
    assert {word[1:] for word in words if word[0] == "+"} == set(commands())
    assert {word[1:] for word in words if word[0] == "~"} == set(KEYS)
    assert {word[1:] for word in words if word[0] == "&"} == set(CHANNELS)


async def keep_and_forget(saver: RedisSaver) -> None:
    config: RunnableConfig = {"configurable": {"thread_id": "du_1", "checkpoint_ns": ""}}
    first = empty_checkpoint()
    first["channel_values"], first["channel_versions"] = {"a": "x" * 5_000}, {"a": "1"}
    at = await saver.aput(config, first, {"source": "input", "step": 0, "run_id": "r"}, {"a": "1"})
    await saver.aput_writes(at, [("a", "y")], "task")
    later = await saver.aput(at, empty_checkpoint(), {"source": "loop", "step": 1}, {})
    assert [found.config async for found in saver.alist(None)] == [later, at]
    await saver.acopy_thread("du_1", "du_2")
    await saver.aprune(["du_1"])
    await saver.adelete_for_runs(["r"])
    await saver.adelete_thread("du_1")
    await saver.adelete_thread("du_2")
    assert await saver.aget_tuple(config) is None


async def work(url: str) -> list[str]:
    """Hand a job on and let a worker do it, cron job included, until the queue is empty."""
    done: list[str] = []
    worker = Worker(
        redis_url=queue_url(url), queue_name=QUEUE, serializer=encode, deserializer=decode, handle_signals=False
    )

    @worker.task(name=JOB)
    async def handle(dispute_id: str, account: str | None) -> None:
        done.append(dispute_id)

    @worker.cron("* * * * * * *", name="sweep")
    async def sweep() -> None:
        done.append("sweep")

    async with open_queue(url) as queue:
        await queue.enqueue("du_1")
    worker.burst = True
    await worker.run_async()
    return [each for each in done if each != "sweep"]
