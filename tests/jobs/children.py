"""Real processes of the command line, forked from one that has imported it already: each would take seconds to."""

import asyncio
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
from stripe import WebhookSignature

from tests.tools.embedded.homes import crash

SECRET = "whsec_processes"
TOKEN = "a-token-of-the-process-tests"
WAIT = 300.0
SLOW = 0.3  # seconds that every answer of the shop takes
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["jobs.cli.main", __name__])


@dataclass(frozen=True)
class Child:
    """A process of `rebut` and its output so far."""

    process: ForkServerProcess
    folder: Path

    @property
    def out(self) -> str:
        return (self.folder / "out").read_text()

    @property
    def err(self) -> str:
        return (self.folder / "err").read_text()

    async def wait_for_line(self, words: str) -> str:
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
    whole_environ = {"PATH": os.environ["PATH"], "REBUT_HOME": str(folder / "home"), **environ}
    process = _context.Process(target=_become, args=(arguments, whole_environ, place))
    sys.audit("tests.fork", process.name)
    process.start()
    try:
        await until((place / "err").exists, process)
        yield Child(process, place)
    finally:
        process.kill()
        process.join()


async def run(*arguments: str, folder: Path, **environ: str) -> tuple[int | None, str, str]:
    """Run a command to its end and return its exit status, stdout and stderr."""
    async with a_child(*arguments, folder=folder, **environ) as child:
        return await child.ended(), child.out, child.err


async def until(happened: Callable[[], object], context: object = "") -> None:
    """Wait for something to become so; bounded, so that what never comes is a failure and no hang."""
    async with asyncio.timeout(WAIT):
        while not happened():  # noqa: ASYNC110 - other processes set no events
            await asyncio.sleep(0.05)


async def eventually(happened: Callable[[], Awaitable[object]]) -> None:
    """Ask again and again until the answer is yes; bounded as `until` is."""
    async with asyncio.timeout(WAIT):
        while not await happened():  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.05)


def _become(arguments: tuple[str, ...], environ: Mapping[str, str], place: Path) -> None:
    from jobs.cli import main as cli  # noqa: PLC0415 - the parent process has no need of it

    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(place / name, os.O_CREAT | os.O_WRONLY | os.O_APPEND), number)
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["rebut", *arguments]
    # A shell without job control has what it starts in the background ignore Ctrl+C, children included.
    signal.signal(signal.SIGINT, signal.default_int_handler)
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


def caller(url: str) -> httpx.AsyncClient:
    """Return a client that calls as the reviewer of `configured`."""
    return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)


async def point_webhooks(shop: httpx.AsyncClient, serve: Child) -> str:
    """Point the shop's webhooks at a server once it is up, and return its URL."""
    url = (await serve.wait_for_line("Rebut listens on ")).split()[3].rstrip(",")
    await steer(shop, "settings", webhook=f"{url}/webhooks/stripe")
    return url


async def steer(shop: httpx.AsyncClient, what: str, **body: object) -> Any:
    """Change what the shop does, and return its answer."""
    method = "PATCH" if what == "knobs" else "POST"
    return (await shop.request(method, f"/_sim/{what}", json=body)).raise_for_status().json()


async def start_disputes(shop: httpx.AsyncClient, scenario: str, *, count: int) -> list[str]:
    """Make disputes happen at a slow Stripe, and wait until a run has asked it for one."""
    before = (await _counts(shop))["requests"]
    await steer(shop, "knobs", latency=SLOW)
    played = (await steer(shop, "scenarios", name=scenario, count=count))["disputes"]
    await eventually(lambda: _asked(shop, before))
    return [dispute["id"] for dispute in played]


async def wait_until_rested(url: str, disputes: list[str]) -> None:
    """Wait until these disputes are answered."""
    async with caller(url) as api:
        for dispute_id in disputes:
            await wait_for_state(api, dispute_id, "filed", "closed")


async def submissions(shop: httpx.AsyncClient, dispute_ids: Iterable[str]) -> list[int]:
    """Return how often each dispute's evidence reached the bank."""
    counts = (await shop.get("/_sim/counts")).raise_for_status().json()["disputes"]
    return [counts[dispute_id]["submissions"] for dispute_id in dispute_ids]


async def wait_for_state(api: httpx.AsyncClient, dispute_id: str, *states: str) -> dict[str, Any]:
    """Wait until a case is in one of these states, and return it whole."""
    async with asyncio.timeout(WAIT):
        while True:
            answer = await api.get(f"/disputes/{dispute_id}")
            if answer.status_code == 200 and answer.json()["state"] in states:
                case: dict[str, Any] = answer.json()
                return case
            await asyncio.sleep(0.05)


async def _counts(shop: httpx.AsyncClient) -> dict[str, Any]:
    counts: dict[str, Any] = (await shop.get("/_sim/counts")).raise_for_status().json()
    return counts


async def _asked(shop: httpx.AsyncClient, before: int) -> bool:
    return bool((await _counts(shop))["requests"] > before)


def sign(body: str) -> str:
    """Return the signature header with which a server of `configured` accepts a webhook."""
    now = int(datetime.now(UTC).timestamp())
    signature: str = WebhookSignature.generate_signature_header(body, SECRET, timestamp=now)
    return signature
