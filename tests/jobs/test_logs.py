"""What fails in the event loop is logged as an event, not as a page of text, and no log holds a secret number."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from anyio.abc import UNIXSocketStream
from structlog.testing import capture_logs

from jobs import logs


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    logs.log_loop_failures(loop)
    yield loop
    loop.close()


def test_a_callback_that_fails_is_one_event_with_its_reason(loop: asyncio.AbstractEventLoop):
    loop.call_soon(int, "not a number")
    with capture_logs() as logged:
        loop.run_until_complete(asyncio.sleep(0))
    assert [(line["event"], line["log_level"], type(line["exc_info"])) for line in logged] == [
        ("loop.failed", "error", ValueError)
    ]


def test_a_unix_socket_that_is_sent_something_while_its_reader_leaves_is_silent(loop: asyncio.AbstractEventLoop):
    with capture_logs() as logged:
        loop.run_until_complete(_leave_while_sent_to())
    assert logged == []


async def _leave_while_sent_to() -> None:
    ours, theirs = socket.socketpair()
    async with await UNIXSocketStream.from_socket(ours) as stream:
        reader = asyncio.ensure_future(stream.receive())
        await asyncio.sleep(0.01)
        theirs.send(b"!")
        await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        theirs.close()


PROGRAM = """
import logging, structlog
from jobs import logs
CARD = "4242 4242 4242 4242"
logs.configure("info")
log = structlog.get_logger()
log.info("said", note=f"card {CARD}", nested={"cvv 987": [f"IBAN DE89 3704 0044 0532 0130 00", ("ssn 123-45-6789",)]})
log.info(f"event {CARD}", why=ValueError(f"of {CARD}"), number=7, kept="order A-1042")
logging.getLogger("library").warning("it said %s", CARD)
try:
    raise KeyError(CARD)
except KeyError as wrong:
    log.exception("failed")
    logging.getLogger("library").exception("failed")
raise RuntimeError(f"crash {CARD}")
"""


@pytest.mark.process
def test_no_log_of_ours_nor_of_a_library_holds_a_secret_number_nor_does_a_crash():
    logged = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert (logged.returncode, logged.stdout) == (1, "")
    assert "4242 4242" not in logged.stderr
    assert not any(secret in logged.stderr for secret in ("987", "DE89", "123-45-6789"))
    for part in (
        "order A-1042",
        '"number": 7',
        "RuntimeError: crash [card ending 4242]",
        "library it said [card",
        "KeyError",
    ):
        assert part in logged.stderr
