"""One worker, as `rebut worker` runs it, that says when it is up."""

import asyncio
import os
import sys

from graph.wiring import settings
from graph.wiring.runtime import open_runtime
from jobs import logs
from jobs.worker.worker import equip


async def work() -> None:
    """Take jobs until the process is asked to end."""
    async with open_runtime(settings.read(os.environ)) as runtime:
        worker = equip(runtime)
        sys.stdout.write("a worker is up\n")
        sys.stdout.flush()
        await worker.run_async()


if __name__ == "__main__":
    logs.configure("info")
    asyncio.run(work())
