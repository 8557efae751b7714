"""The simulator as a process of its own, for as long as a command needs a Stripe."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from disputes.errors import DisputeError

NOWHERE = "http://127.0.0.1:9/"


@asynccontextmanager
async def open_simulator(secret: str) -> AsyncIterator[str]:
    """Start the simulator on a free port, its webhooks going nowhere yet, yield its URL, and end it."""
    args = ("-m", "simulator", "--port", "0", "--webhook", NOWHERE, "--secret", secret)
    pipe, devnull = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, *args, stdout=pipe, stderr=devnull, start_new_session=True
    )
    try:
        yield await _read_url(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _read_url(process: asyncio.subprocess.Process) -> str:
    line = await process.stdout.readline() if process.stdout else b""
    url = line.decode().strip().rpartition(" ")[2]
    if not url.startswith("http://"):
        raise DisputeError("The simulator did not start; run `rebut simulator --port 4242` to see why.")
    return url
