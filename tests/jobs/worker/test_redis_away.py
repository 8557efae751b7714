"""Redis is killed under the processes: they wait for it, and go on with what they had in hand."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jobs.worker.worker import LONGEST_REDIS_WAIT
from tests.jobs.children import (
    Child,
    a_child,
    caller,
    point_webhooks,
    start_disputes,
    steer,
    submissions,
    until,
    wait_for_state,
    wait_until_rested,
)
from tests.tools.embedded.homes import alive
from tools.embedded import processes
from tools.embedded.redis import Redis

ACCEPTED, CONFLICT = 202, 409
WAITING, RESUMED = "worker.waiting", "worker.resumed"


class Server:
    """A Redis of the user's own, which nobody but the test starts again."""

    def __init__(self, folder: Path) -> None:
        self.redis = Redis(folder / "own-redis", folder)

    def kill(self) -> None:
        kill(self.redis.folder)

    async def start(self) -> None:
        self.redis.prepare(alone=True)
        await asyncio.to_thread(self.redis.launch)
        await until(self.redis.answers)


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[Server]:
    own = Server(folder)
    await own.start()
    yield own
    own.kill()


@pytest.fixture
def environ(environ: dict[str, str], server: Server) -> dict[str, str]:
    return environ | {"REDIS_URL": server.redis.url}


async def test_what_was_under_way_when_redis_was_killed_comes_to_rest_once_it_is_back(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str], server: Server
):
    async with (
        a_child("serve", "--port", "0", folder=folder, **environ) as serve,
        a_child("worker", folder=folder, **environ) as worker,
    ):
        url = await point_webhooks(shop, serve)
        await worker.wait_for_line("A worker is up.")
        disputes = await start_disputes(shop, "not_received_delivered", count=4)
        server.kill()
        await until(lambda: all(len(waits(child)) > 2 for child in (serve, worker)), serve)
        assert sum(await submissions(shop, disputes)) < len(disputes)
        disputes += await happen_meanwhile(shop)
        await server.start()
        await steer(shop, "knobs", latency=0)
        await wait_until_rested(url, disputes)
        assert await submissions(shop, disputes) == [1] * len(disputes)
        for child in (serve, worker):
            await child.wait_for_line(RESUMED)
            assert await child.end(signal.SIGTERM) == 0, child.err
            assert "Traceback" not in child.err, child.err


async def test_the_log_says_what_failed_what_it_means_and_when_it_tries_again(
    folder: Path, environ: dict[str, str], server: Server
):
    async with a_child("worker", folder=folder, **environ) as worker:
        await worker.wait_for_line("A worker is up.")
        server.kill()
        await until(lambda: len(waits(worker)) > 3, worker)
        for line in waits(worker):
            assert line["why"].startswith("Redis went away: ")
            assert "nothing is lost" in line["means"]
            assert 0 < line["again_in_seconds"] <= LONGEST_REDIS_WAIT
        assert waits(worker)[3]["again_in_seconds"] > waits(worker)[0]["again_in_seconds"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_during_the_wait_ends_it_in_order(
    number: signal.Signals, folder: Path, environ: dict[str, str], server: Server
):
    async with a_child("worker", folder=folder, **environ) as worker:
        await worker.wait_for_line("A worker is up.")
        server.kill()
        await until(lambda: len(waits(worker)) > 3, worker)
        assert await worker.end(number) == 0, worker.err
        assert "Traceback" not in worker.err, worker.err
        assert alive(folder / "home") == set()


async def approve(api: httpx.AsyncClient, dispute_id: str) -> int:
    """Approve the version that waits now, and give the status of the answer."""
    waiting = await wait_for_state(api, dispute_id, "waiting")
    tag = {"If-Match": f'"{waiting["version"]}"'}
    return (await api.post(f"/disputes/{dispute_id}/verdict", json={"decision": "approve"}, headers=tag)).status_code


async def test_a_redis_that_comes_back_empty_is_filled_again(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str], server: Server
):
    async with a_child("serve", "--port", "0", folder=folder, **environ) as serve:
        url = await point_webhooks(shop, serve)
        dispute_id = (await steer(shop, "scenarios", name="not_received_high"))["disputes"][0]["id"]
        async with caller(url) as api:
            await wait_for_state(api, dispute_id, "waiting")
            server.kill()
            await serve.wait_for_line(WAITING)
            forget(server)
            await server.start()
            await serve.wait_for_line(RESUMED)
            # What is filled again may be drawn up anew while a verdict on the older version is on its way.
            statuses = [await approve(api, dispute_id)]
            while statuses[-1] == CONFLICT:
                statuses.append(await approve(api, dispute_id))
            assert statuses[-1] == ACCEPTED
            await wait_for_state(api, dispute_id, "filed", "closed")
        assert await submissions(shop, [dispute_id]) == [1]
        assert await serve.end(signal.SIGTERM) == 0, serve.err


async def test_an_embedded_redis_that_was_killed_is_started_again_by_who_uses_it(
    shop: httpx.AsyncClient, folder: Path, environ: dict[str, str]
):
    embedded = {name: value for name, value in environ.items() if name != "REDIS_URL"}
    async with a_child("serve", "--port", "0", folder=folder, **embedded) as serve:
        url = await point_webhooks(shop, serve)
        disputes = await start_disputes(shop, "not_received_delivered", count=2)
        kill(folder / "home" / "redis")
        await serve.wait_for_line(RESUMED)
        await steer(shop, "knobs", latency=0)
        await wait_until_rested(url, disputes)
        assert await submissions(shop, disputes) == [1] * len(disputes)
        assert await serve.end(signal.SIGTERM) == 0, serve.err
    assert alive(folder / "home") == set()


async def happen_meanwhile(shop: httpx.AsyncClient) -> list[str]:
    """Make a dispute happen while nothing can be enqueued."""
    await steer(shop, "knobs", latency=0)
    played = (await steer(shop, "scenarios", name="not_received_delivered"))["disputes"]
    return [dispute["id"] for dispute in played]


def waits(child: Child) -> list[dict[str, Any]]:
    return [json.loads(line) for line in child.err.splitlines() if WAITING in line]


def kill(folder: Path) -> None:
    processes.stop(folder, Redis.process, stop_signal=signal.SIGKILL, seconds=10)


def forget(server: Server) -> None:
    for path in server.redis.folder.rglob("*.*"):
        if path.is_file():
            path.unlink()
