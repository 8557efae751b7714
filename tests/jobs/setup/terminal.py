"""A command at a terminal of its own, read until it asks and answered then."""

import asyncio
import os
import pty
import sys
import termios
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0
PRESSED_AGAIN = 10.0
# A session leader that opens a terminal is controlled by it, which is what makes Ctrl+C a signal.
_MAIN = (
    "import os, signal; os.open(os.ttyname(0), os.O_RDWR); "
    # A shell without job control has what it starts in the background ignore Ctrl+C, children included.
    "signal.signal(signal.SIGINT, signal.default_int_handler); from jobs.cli.main import main; main()"
)
ROOT = Path(__file__).parents[3]


@dataclass
class Person:
    """Somebody at a terminal, who sees everything that is on it."""

    process: asyncio.subprocess.Process
    number: int
    stream: asyncio.StreamReader
    screen: str = ""
    seen: int = 0

    async def read_until(self, words: str) -> None:
        """Read on until these words are there, after those that were waited for before."""
        async with asyncio.timeout(PATIENCE):
            await self._read_up_to(words)
        self.seen = self.screen.index(words, self.seen) + len(words)

    async def answer(self, question: str, text: str) -> None:
        """Wait for a question, then type."""
        await self.read_until(question)
        await self.read_until(": ")
        self.type(f"{text}\n")

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.number, text.encode())

    async def interrupt(self, words: str) -> None:
        """Press Ctrl+C until these words are there: one that comes right before a read is noticed at the next key."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.screen[self.seen :]:
                self.type("\x03")
                with suppress(TimeoutError):
                    async with asyncio.timeout(PRESSED_AGAIN):
                        await self._read_up_to(words)
        self.seen = self.screen.index(words, self.seen) + len(words)

    async def _read_up_to(self, words: str) -> None:
        while words not in self.screen[self.seen :]:
            assert await self._read(), self.screen

    async def end(self) -> int:
        """Read to the end and return the exit status."""
        async with asyncio.timeout(PATIENCE):
            while await self._read():
                pass
            return await self.process.wait()

    async def _read(self) -> bool:
        try:
            data = await self.stream.read(65_536)
        except OSError:  # how Linux says that nobody has the other end open any more
            return False
        self.screen += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@asynccontextmanager
async def at_terminal(*arguments: str, folder: Path, environ: Mapping[str, str]) -> AsyncIterator[Person]:
    """Start `rebut` at a terminal of its own; what is left of it is killed on the way out."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 200))
    whole = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "dumb", **environ}
    command = (sys.executable, "-c", _MAIN, *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=whole, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    stream = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(ours, "rb", buffering=0, closefd=False)
    )
    try:
        yield Person(process, ours, stream)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        pipe.close()
        os.close(ours)
