"""What every command shares: its settings, a run that ends in order on a signal, and sentences on stderr."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from graph.wiring import settings
from graph.wiring.settings import Settings
from jobs import logs

Result = TypeVar("Result")
INTERRUPTED, TERMINATED = 130, 143  # 128 and the signal's number, as shells have it


def write_line(sentence: str, *, style: str = "") -> None:
    """Write a sentence to stderr on one line, however narrow the terminal."""
    Console(stderr=True).print(sentence, style=style, highlight=False, markup=False, soft_wrap=True)


def read_settings() -> Settings:
    """Read the settings of this process, over a `.env` file in the working directory."""
    return settings.read(os.environ, dotenv=Path(".env"))


def run(work: Coroutine[object, object, Result], *, log: str = "warning") -> Result:
    """Run a command's coroutine, with logs from level `log` on; a signal ends it in order, with its own exit status."""
    logs.configure(log)
    try:
        return asyncio.run(_run_until_signal(work))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except asyncio.CancelledError:
        sys.exit(TERMINATED)


async def _run_until_signal(work: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine that SIGTERM cancels, so that all that is open closes; a running worker takes the signal over."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    logs.log_loop_failures(loop)
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
