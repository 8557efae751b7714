"""What every command shares: settings, a run that ends in order, and sentences for people."""

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

Kept = TypeVar("Kept")
INTERRUPTED, TERMINATED = 130, 143  # 128 and the signal's number, as a shell says it


def tell(sentence: str, *, style: str = "") -> None:
    """Write a sentence to stderr on one line, however narrow the terminal."""
    Console(stderr=True).print(sentence, style=style, highlight=False, markup=False, soft_wrap=True)


def read_settings() -> Settings:
    """Read the settings of this process, over a `.env` file beside it."""
    return settings.read(os.environ, dotenv=Path(".env"))


def run(work: Coroutine[object, object, Kept], *, log: str = "warning") -> Kept:
    """Do the work of a command, with logs from `log` on; a signal ends it in order, with its own exit status."""
    logs.configure(log)
    try:
        return asyncio.run(_leaving_in_order(work))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except asyncio.CancelledError:
        sys.exit(TERMINATED)


async def _leaving_in_order(work: Coroutine[object, object, Kept]) -> Kept:
    """Let SIGTERM close what is open, embedded servers too; a running worker takes it over, to drain first."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    logs.attend(loop)
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
