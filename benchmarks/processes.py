"""Python processes that a benchmark starts beside itself; each prints one line when ready and ends with its context."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

SECRET = "whsec_benchmark_only"  # noqa: S105 - both ends of a benchmark share it
TOKEN = "a-token-only-benchmarks-know"  # noqa: S105 - the same
START_SECONDS = 90
STOP_SECONDS = 30


def settings(home: str, simulator: str) -> dict[str, str]:
    """Return the environment variables of a Rebut that serves only this benchmark."""
    return {
        "REBUT_HOME": home,
        "STRIPE_SECRET_KEY": "sk_test_benchmark",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": simulator,
        "REBUT_API_TOKENS": f"bench:reviewer:{TOKEN}",
    }


@asynccontextmanager
async def running_python(*arguments: str, env: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """Run Python with these arguments and yield the last word of its first line; terminate it on exit.

    Raises `RuntimeError` when it prints no line. Its logs are written and discarded.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await _line(process)
        if not line:
            raise RuntimeError(f"{' '.join(arguments)} did not start; run it by hand to see why.")
        yield line.split()[-1]
    finally:
        await _end(process)


async def run_for_json(*arguments: str, seconds: float) -> dict[str, Any]:
    """Run Python with these arguments to its end and return the JSON it prints.

    Raises `RuntimeError` when it fails and `TimeoutError` when it takes longer than `seconds`.
    """
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=PIPE)
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    finally:
        await _end(process)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed with {process.returncode}.")
    answer: dict[str, Any] = json.loads(output)
    return answer


@asynccontextmanager
async def simulated(webhook: str = "http://127.0.0.1:9/") -> AsyncIterator[str]:
    """Run the simulator on a free port and yield its URL."""
    async with running_python("-m", "simulator", "--port", "0", "--webhook", webhook, "--secret", SECRET) as url:
        yield url


async def _line(process: Process) -> str:
    return (await process.stdout.readline()).decode().strip() if process.stdout else ""


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
