"""A worker that can be killed cheaply: forked from a process that has imported everything.

Speaks JSON lines: an `Order` in, `{"pid": n}` and later `{"ended": status}` out, one worker at a time.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel

from benchmarks.crash.points import KillPoint, Mailbox, Saver, Trap, arm
from disputes.errors import TryAgain
from graph.build import build
from graph.run import Runner
from graph.wiring import settings
from graph.wiring.runtime import Runtime, open_runtime
from jobs import logs
from jobs.worker import sweep
from jobs.worker.worker import equip

PATIENCE = timedelta(seconds=0.3)
SWEEP_SECONDS = 0.7


class WorkerOrder(BaseModel):
    """How one worker lives: where it dies, if anywhere, and where it notes calls and deliveries."""

    mailbox: Path
    point: KillPoint | None = None
    trace: Path | None = None
    dispute: str = ""


def main() -> None:
    """Fork a worker for each order and tell when it ended."""
    for line in sys.stdin:
        order = WorkerOrder.model_validate_json(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        _say(pid=pid)
        _, status = os.waitpid(pid, 0)
        _say(ended=os.waitstatus_to_exitcode(status))


def _live(order: WorkerOrder) -> None:
    status = 1
    try:
        logs.configure("error")
        asyncio.run(_work(order))
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


async def _work(order: WorkerOrder) -> None:
    trap = Trap(order.point, order.trace, order.dispute)
    async with open_runtime(settings.read(os.environ)) as runtime, Saver.from_url(runtime.servers.redis_url) as saver:
        saver.trap = trap
        deps = arm(runtime.deps, trap, Mailbox(order.mailbox))
        armed = replace(runtime, deps=deps, runner=Runner(build(deps, saver), deps))
        sweeping = asyncio.create_task(_sweep(armed))
        try:
            await equip(armed).run_async()
        finally:
            sweeping.cancel()


async def _sweep(runtime: Runtime) -> None:
    """Sweep as the worker's own clock does, only sooner, so that a run of a thousand kills ends the same day."""
    while True:
        with suppress(TryAgain):
            await sweep.sweep(runtime.deps, patience=PATIENCE)
        await asyncio.sleep(SWEEP_SECONDS)


def _say(**what: int) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
