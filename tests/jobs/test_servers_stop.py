"""A server that cannot do the work stops start-up: one sentence, on one line, exit status 1."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.graph.checkpointer.redis_servers import cluster, free_port, running
from tests.graph.wiring.setups import a_replica, narrow
from tests.jobs.children import run
from tests.jobs.test_settings_stop import assert_refused

pytestmark = pytest.mark.process


async def test_a_cluster_stops_the_worker(folder: Path, environ: dict[str, str]):
    async with cluster() as url:
        assert_refused(await run("worker", folder=folder, **environ, REDIS_URL=url), "This is a Redis Cluster")


async def test_a_replica_stops_the_worker(folder: Path, environ: dict[str, str]):
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port))
    async with running("embedded", *options, url=f"redis://127.0.0.1:{port}/0"), a_replica(port) as url:
        assert_refused(await run("worker", folder=folder, **environ, REDIS_URL=url), "This Redis is a replica")


async def test_a_redis_that_evicts_or_lacks_a_right_stops_the_worker(folder: Path, environ: dict[str, str]):
    async with running("embedded") as url, Redis.from_url(url) as redis:
        user = await narrow(url, without=("function|load",))
        assert_refused(await run("worker", folder=folder, **environ, REDIS_URL=user), "give it +function|load")
        await redis.config_set("maxmemory-policy", "volatile-lru")
        assert_refused(await run("worker", folder=folder, **environ, REDIS_URL=url), "This Redis evicts (volatile-lru)")


async def test_a_sentinel_stops_serve(folder: Path, environ: dict[str, str]):
    url = "redis+sentinel://127.0.0.1:26379/mymaster"
    ended = await run("serve", "--port", "0", folder=folder, **environ, REDIS_URL=url)
    assert_refused(ended, "it names a Sentinel")
