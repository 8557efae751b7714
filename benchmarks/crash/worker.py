"""A worker that can be killed cheaply: forked from a process that has imported everything.

Reads and writes JSON lines: a `WorkerCommand` in, `{"pid": n}` and later `{"ended": status}` out, one worker at a time.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.crash.points import KillPoint, Mailbox, Trap, TrappedSaver, trap_ports
from disputes.errors import TryAgain
from graph.build import build
from graph.run import Runner
from graph.wiring import settings
from graph.wiring.deps import utc
from graph.wiring.runtime import Runtime, open_runtime
from jobs import logs
from jobs.worker import sweep, worker

SWEEP_PATIENCE = timedelta(seconds=0.3)
SWEEP_SECONDS = 0.7
SERVER_NAMES = ("REDIS_URL", "DATABASE_URL")


class WorkerSetting(BaseModel):
    """How a worker runs: seconds by which its clock is ahead, and whether it opens the embedded servers by itself."""

    model_config = ConfigDict(frozen=True)

    ahead: float = 0.0
    embedded: bool = False


class WorkerCommand(BaseModel):
    """The command to run one worker: where it is killed, if anywhere, and the files for its trace and its messages."""

    mailbox: Path
    setting: WorkerSetting = WorkerSetting()
    point: KillPoint | None = None
    trace: Path | None = None
    dispute: str = ""


def main() -> None:
    """Fork a worker for each command and report when it ended."""
    for line in sys.stdin:
        command = WorkerCommand.model_validate_json(line)
        pid = os.fork()
        if pid == 0:
            _run_worker(command)
        _write(pid=pid)
        _, status = os.waitpid(pid, 0)
        _write(ended=os.waitstatus_to_exitcode(status))


def _run_worker(command: WorkerCommand) -> None:
    status = 1
    try:
        logs.configure("error")
        asyncio.run(_work(command))
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


async def _work(command: WorkerCommand) -> None:
    trap = Trap(command.point, command.trace, command.dispute)
    ahead, given = timedelta(seconds=command.setting.ahead), dict(os.environ)
    if command.setting.embedded:
        given = {name: value for name, value in given.items() if name not in SERVER_NAMES}
    async with (
        open_runtime(settings.read(given), now=lambda: utc() + ahead) as runtime,
        TrappedSaver.from_url(runtime.servers.redis_url) as saver,
    ):
        saver.trap = trap
        deps = trap_ports(runtime.deps, trap, Mailbox(command.mailbox))
        trapped = replace(runtime, deps=deps, runner=Runner(build(deps, saver), deps))
        sweeping = asyncio.create_task(_sweep(trapped))
        try:
            await worker.run(trapped)
        finally:
            sweeping.cancel()


async def _sweep(runtime: Runtime) -> None:
    """Sweep as the worker's own schedule does, only more often, so that a thousand kills take less than a day."""
    while True:
        with suppress(TryAgain):
            await sweep.sweep(runtime.deps, patience=SWEEP_PATIENCE)
        await asyncio.sleep(SWEEP_SECONDS)


def _write(**message: int) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
