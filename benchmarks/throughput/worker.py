"""One worker, as `rebut worker` runs it, that prints a line when it is up."""

import asyncio
import os
import sys

from graph.wiring import settings
from graph.wiring.runtime import open_runtime
from jobs import logs
from jobs.worker.worker import register_tasks


async def work() -> None:
    """Run jobs until the process is terminated."""
    async with open_runtime(settings.read(os.environ)) as runtime:
        worker = register_tasks(runtime)
        sys.stdout.write("a worker is up\n")
        sys.stdout.flush()
        await worker.run_async()


if __name__ == "__main__":
    logs.configure("info")
    asyncio.run(work())
