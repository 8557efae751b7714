"""Real processes of the command line, forked from one that has imported it already: each would take seconds to."""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from tests.tools.homes import crash

SECRET = "whsec_processes"
TOKEN = "a-token-of-the-process-tests"
WAIT = 60.0
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["jobs.cli", __name__])


@dataclass(frozen=True)
class Child:
    """A process of `rebut` and what it has said so far."""

    process: ForkServerProcess
    folder: Path

    @property
    def out(self) -> str:
        return (self.folder / "out").read_text()

    @property
    def err(self) -> str:
        return (self.folder / "err").read_text()

    async def said(self, words: str) -> str:
        """Wait for a line on stderr with these words."""
        await until(lambda: words in self.err or not self.process.is_alive(), self)
        assert words in self.err, self.err
        return next(line for line in self.err.splitlines() if words in line)

    async def ended(self) -> int | None:
        await until(lambda: not self.process.is_alive(), self)
        return self.process.exitcode

    async def end(self, number: signal.Signals) -> int | None:
        assert self.process.pid
        os.kill(self.process.pid, number)
        return await self.ended()


@asynccontextmanager
async def a_child(*arguments: str, folder: Path, **environ: str) -> AsyncIterator[Child]:
    """Start `rebut` with exactly this environment; what is left of it is killed on the way out."""
    place = Path(tempfile.mkdtemp(prefix=f"{arguments[0]}-", dir=folder))
    given = {"PATH": os.environ["PATH"], "REBUT_HOME": str(folder / "home"), **environ}
    process = _context.Process(target=_become, args=(arguments, given, place))
    process.start()
    try:
        await until((place / "err").exists, process)
        yield Child(process, place)
    finally:
        process.kill()
        process.join()


async def run(*arguments: str, folder: Path, **environ: str) -> tuple[int | None, str, str]:
    """Run a command to its end; gives its exit status, stdout and stderr."""
    async with a_child(*arguments, folder=folder, **environ) as child:
        return await child.ended(), child.out, child.err


async def until(happened: Callable[[], object], told: object = "") -> None:
    """Wait for something to become so; bounded, so that what never comes is a failure and no hang."""
    async with asyncio.timeout(WAIT):
        while not happened():  # noqa: ASYNC110 - other processes set no events
            await asyncio.sleep(0.05)


def _become(arguments: tuple[str, ...], environ: Mapping[str, str], place: Path) -> None:
    from jobs import cli  # noqa: PLC0415 - the parent process has no need of it

    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(place / name, os.O_CREAT | os.O_WRONLY | os.O_APPEND), number)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["rebut", *arguments]
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2))
    try:
        cli.main()
    finally:
        sys.stdout.flush()


@asynccontextmanager
async def a_shop() -> AsyncIterator[httpx.AsyncClient]:
    """A simulator whose webhooks go nowhere until a test points them somewhere."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", "0", "--webhook", "http://127.0.0.1:9/", "--secret", SECRET),
        stdout=asyncio.subprocess.PIPE,
    )
    line = await process.stdout.readline() if process.stdout else b""
    async with httpx.AsyncClient(base_url=line.decode().split()[-1], timeout=30) as client:
        yield client
    process.terminate()
    await process.wait()


def configured(shop: httpx.AsyncClient, home: Path) -> dict[str, str]:
    """The environment of a Rebut that answers the shop's disputes."""
    return {
        "REBUT_HOME": str(home),
        "STRIPE_SECRET_KEY": "sk_test_processes",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_API_BASE": str(shop.base_url).rstrip("/"),
        "REBUT_API_TOKENS": f"ada:reviewer:{TOKEN}",
    }


def clear(home: Path) -> None:
    """End the servers that a killed process left behind."""
    crash(home)
