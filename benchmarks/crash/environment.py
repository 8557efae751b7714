"""What the crash runs stand on: embedded servers, the API, a simulator of its own process, and killable workers."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create
from benchmarks.crash.points import KillPoint
from benchmarks.crash.worker import WorkerOrder
from graph.wiring import settings
from graph.wiring.deps import Deps, Servers, open_deps, open_servers, utc

ROOT = Path(__file__).parents[2]
SECRET = "whsec_crash_runs_only"  # noqa: S105 - both ends of the run share it
LEAVE_SECONDS = 15.0


class WorkerPool:
    """Raises workers one after another and tells how each ended."""

    def __init__(self, process: Process, mailbox: Path) -> None:
        self._process, self._mailbox = process, mailbox
        self.pid = 0
        self._ended: asyncio.Task[int] | None = None

    async def raise_worker(
        self, point: KillPoint | None = None, *, trace: Path | None = None, dispute: str = ""
    ) -> asyncio.Task[int]:
        """Start a worker that dies at a point, if one is given; the task gives its exit status, -9 when killed."""
        named = dispute or (point.dispute if point else "")
        order = WorkerOrder(mailbox=self._mailbox, point=point, trace=trace, dispute=named)
        assert self._process.stdin  # noqa: S101 - opened with a pipe
        self._process.stdin.write(order.model_dump_json().encode() + b"\n")
        self.pid = (await self._hear())["pid"]
        self._ended = asyncio.create_task(self._end())
        return self._ended

    async def end_worker(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the worker, if one lives, and wait for it."""
        if self._ended is None:
            return
        if not self._ended.done():
            os.kill(self.pid, how)
        done, _ = await asyncio.wait([self._ended], timeout=LEAVE_SECONDS)
        if not done:
            os.kill(self.pid, signal.SIGKILL)
            await self._ended
        self._ended = None

    async def _end(self) -> int:
        return (await self._hear())["ended"]

    async def _hear(self) -> dict[str, int]:
        assert self._process.stdout  # noqa: S101 - opened with a pipe
        told: dict[str, int] = json.loads(await self._process.stdout.readline())
        return told


@dataclass(frozen=True)
class CrashEnvironment:
    """Everything a crash run holds open. Workers come from `yards`; messages are lines in `mailbox`."""

    home: Path
    servers: Servers
    deps: Deps
    simulator: httpx.AsyncClient
    yards: tuple[WorkerPool, ...]
    mailbox: Path

    async def happen(self, scenario: str, count: int = 1) -> list[str]:
        """Let disputes of one scenario happen at Stripe; gives their ids."""
        answer = await self.simulator.post("/_sim/scenarios", json={"name": scenario, "count": count})
        return [row["id"] for row in answer.raise_for_status().json()["disputes"]]

    async def counts(self) -> dict[str, Any]:
        """Give what the simulator counted for each dispute."""
        counts: dict[str, Any] = (await self.simulator.get("/_sim/counts")).raise_for_status().json()
        return counts

    async def turn(self, **knobs: object) -> None:
        """Turn the simulator's knobs."""
        (await self.simulator.patch("/_sim/knobs", json=knobs)).raise_for_status()

    def repeated(self) -> int:
        """Count the messages that were delivered again."""
        lines = self.mailbox.read_text("utf-8").splitlines() if self.mailbox.exists() else []
        return sum(times - 1 for times in Counter(lines).values())


@asynccontextmanager
async def open_world(home: Path, *, workers: int = 1) -> AsyncIterator[CrashEnvironment]:
    """Start everything once, on empty records under a folder of its own."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_simulator())
        simulator = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
        given = {
            "REBUT_HOME": str(home),
            "REBUT_POLICY": str(_uncapped(home / "policy.toml")),
            "STRIPE_SECRET_KEY": "sk_test_crash",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": url,
        }
        servers = await stack.enter_async_context(open_servers(settings.read(given)))
        deps = await stack.enter_async_context(open_deps(settings.read(given), servers))
        api = await stack.enter_async_context(_listening(deps))
        hook = {"webhook": f"{api}/webhooks/stripe", "secret": SECRET}
        (await simulator.post("/_sim/settings", json=hook)).raise_for_status()
        given |= {"REDIS_URL": servers.redis_url, "DATABASE_URL": servers.database_url}
        mailbox = home / "delivered"
        yards = tuple([await stack.enter_async_context(_yard(given, mailbox)) for _ in range(workers)])
        yield CrashEnvironment(home, servers, deps, simulator, yards, mailbox)


def _uncapped(path: Path) -> Path:
    """Write the default policy without its daily cap: a day of kills files more than a merchant's day."""
    lines = (ROOT / "disputes" / "policy" / "default.toml").read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("daily_cap")), "utf-8")
    return path


@asynccontextmanager
async def _yard(given: dict[str, str], mailbox: Path) -> AsyncIterator[WorkerPool]:
    with (mailbox.parent / "workers.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.crash.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            cwd=ROOT,
            env=os.environ | given,
        )
    yard = WorkerPool(process, mailbox)
    try:
        yield yard
    finally:
        await yard.end_worker(signal.SIGKILL)
        if process.stdin:
            process.stdin.close()
        await process.wait()


@asynccontextmanager
async def _simulator() -> AsyncIterator[str]:
    args = ("-m", "simulator", "--port", "0", "--webhook", "http://127.0.0.1:9/", "--secret", SECRET)
    process = await asyncio.create_subprocess_exec(sys.executable, *args, stdout=PIPE, stderr=DEVNULL, cwd=ROOT)
    try:
        line = await process.stdout.readline() if process.stdout else b""
        yield line.decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _listening(deps: Deps) -> AsyncIterator[str]:
    """Serve the product's API, which stores signed webhooks and rings, in this process."""

    @asynccontextmanager
    async def shared() -> AsyncIterator[Deps]:
        yield deps

    server = _Server(uvicorn.Config(create(shared, now=utc), log_config=None, lifespan="on"))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Leaves signals to the run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
