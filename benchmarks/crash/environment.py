"""The environment of the crash runs: embedded servers, the API, a simulator process, and workers that can be killed."""

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
from benchmarks.crash.worker import WorkerCommand, WorkerSetting
from graph.wiring import settings
from graph.wiring.deps import Deps, open_deps, utc
from graph.wiring.servers import Servers, open_servers

ROOT = Path(__file__).parents[2]
SECRET = "whsec_crash_runs_only"  # noqa: S105 - both ends of the run share it
REVIEWER = "ada"
STOP_SECONDS = 15.0


class WorkerPool:
    """Starts workers one after another, each as `setting` says, and reports how each ended."""

    def __init__(self, process: Process, mailbox: Path) -> None:
        self._process, self._mailbox = process, mailbox
        self.pid = 0
        self.setting = WorkerSetting()
        self._ended: asyncio.Task[int] | None = None

    async def start_worker(
        self, point: KillPoint | None = None, *, trace: Path | None = None, dispute: str = ""
    ) -> asyncio.Task[int]:
        """Start a worker, to be killed at a point if there is one; the task returns its exit status, -9 when killed."""
        named = dispute or (point.dispute if point else "")
        command = WorkerCommand(mailbox=self._mailbox, setting=self.setting, point=point, trace=trace, dispute=named)
        assert self._process.stdin  # noqa: S101 - opened with a pipe
        self._process.stdin.write(command.model_dump_json().encode() + b"\n")
        self.pid = (await self._read_message())["pid"]
        self._ended = asyncio.create_task(self._read_exit_status())
        return self._ended

    async def stop_worker(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the worker, if one is running, and wait for it."""
        if self._ended is None:
            return
        if not self._ended.done():
            os.kill(self.pid, how)
        done, _ = await asyncio.wait([self._ended], timeout=STOP_SECONDS)
        if not done:
            os.kill(self.pid, signal.SIGKILL)
            await self._ended
        self._ended = None

    async def _read_exit_status(self) -> int:
        return (await self._read_message())["ended"]

    async def _read_message(self) -> dict[str, int]:
        assert self._process.stdout  # noqa: S101 - opened with a pipe
        message: dict[str, int] = json.loads(await self._process.stdout.readline())
        return message


@dataclass(frozen=True)
class CrashEnvironment:
    """Everything a crash run keeps open. Workers come from `worker_pools`; messages are lines in the file `mailbox`."""

    home: Path
    servers: Servers
    deps: Deps
    simulator: httpx.AsyncClient
    worker_pools: tuple[WorkerPool, ...]
    mailbox: Path

    async def open_disputes(self, scenario: str, count: int = 1) -> list[str]:
        """Open disputes of one scenario at Stripe; return their ids."""
        answer = await self.simulator.post("/_sim/scenarios", json={"name": scenario, "count": count})
        return [row["id"] for row in answer.raise_for_status().json()["disputes"]]

    async def change_dispute(self, dispute_id: str, **changes: object) -> None:
        """Change a dispute at Stripe, which sends the webhook events that belong to it."""
        (await self.simulator.post(f"/_sim/disputes/{dispute_id}/set", json=changes)).raise_for_status()

    async def counts(self) -> dict[str, Any]:
        """Return the simulator's counts."""
        counts: dict[str, Any] = (await self.simulator.get("/_sim/counts")).raise_for_status().json()
        return counts

    async def set_faults(self, **settings: object) -> None:
        """Change the simulator's fault settings."""
        (await self.simulator.patch("/_sim/knobs", json=settings)).raise_for_status()

    def repeated_notifications(self) -> int:
        """Return the number of repeated deliveries."""
        lines = self.mailbox.read_text("utf-8").splitlines() if self.mailbox.exists() else []
        return sum(times - 1 for times in Counter(lines).values())


@asynccontextmanager
async def open_environment(home: Path, *, workers: int = 2) -> AsyncIterator[CrashEnvironment]:
    """Start everything once, with empty records, in the folder `home`."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_simulator())
        simulator = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
        environ = {
            "REBUT_HOME": str(home),
            "REBUT_POLICY": str(_uncapped(home / "policy.toml")),
            "STRIPE_SECRET_KEY": "sk_test_crash",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": url,
            "REBUT_API_TOKENS": f"{REVIEWER}:reviewer:a-token-of-the-crash-runs",
        }
        servers = await stack.enter_async_context(open_servers(settings.read(environ)))
        deps = await stack.enter_async_context(open_deps(settings.read(environ), servers))
        api = await stack.enter_async_context(_serve_api(deps))
        hook = {"webhook": f"{api}/webhooks/stripe", "secret": SECRET}
        (await simulator.post("/_sim/settings", json=hook)).raise_for_status()
        environ |= {"REDIS_URL": servers.redis_url, "DATABASE_URL": servers.database_url}
        mailbox = home / "delivered"
        worker_pools = tuple([await stack.enter_async_context(_worker_pool(environ, mailbox)) for _ in range(workers)])
        yield CrashEnvironment(home, servers, deps, simulator, worker_pools, mailbox)


def _uncapped(path: Path) -> Path:
    """Write the default policy without its daily cap: a day of kills files more than a merchant's day."""
    lines = (ROOT / "disputes" / "policy" / "default.toml").read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("daily_cap")), "utf-8")
    return path


@asynccontextmanager
async def _worker_pool(environ: dict[str, str], mailbox: Path) -> AsyncIterator[WorkerPool]:
    with (mailbox.parent / "workers.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.crash.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=log,
            cwd=ROOT,
            env=os.environ | environ,
        )
    worker_pool = WorkerPool(process, mailbox)
    try:
        yield worker_pool
    finally:
        await worker_pool.stop_worker(signal.SIGKILL)
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
async def _serve_api(deps: Deps) -> AsyncIterator[str]:
    """Serve Rebut's API in this process and yield its URL."""

    @asynccontextmanager
    async def shared() -> AsyncIterator[Deps]:
        yield deps

    server = _ApiServer(uvicorn.Config(create(shared, now=utc), log_config=None, lifespan="on"))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


class _ApiServer(uvicorn.Server):
    """A server that leaves signals to the crash run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
