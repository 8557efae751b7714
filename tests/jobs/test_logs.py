"""What fails in the event loop itself is told as an event, not as a page of text."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from anyio.abc import UNIXSocketStream
from structlog.testing import capture_logs

from jobs import logs


@pytest.fixture
def attended() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    logs.attend(loop)
    yield loop
    loop.close()


def test_a_callback_that_fails_is_one_event_with_its_reason(attended: asyncio.AbstractEventLoop):
    attended.call_soon(int, "not a number")
    with capture_logs() as told:
        attended.run_until_complete(asyncio.sleep(0))
    assert [(line["event"], line["log_level"], type(line["exc_info"])) for line in told] == [
        ("loop.failed", "error", ValueError)
    ]


def test_a_unix_socket_that_is_told_something_while_its_reader_leaves_is_silent(attended: asyncio.AbstractEventLoop):
    with capture_logs() as told:
        attended.run_until_complete(_leave_while_told())
    assert told == []


async def _leave_while_told() -> None:
    ours, theirs = socket.socketpair()
    async with await UNIXSocketStream.from_socket(ours) as stream:
        reader = asyncio.ensure_future(stream.receive())
        await asyncio.sleep(0.01)
        theirs.send(b"!")
        await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        theirs.close()
