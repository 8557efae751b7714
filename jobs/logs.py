"""Logs are events: one JSON line each on stderr, pretty in a terminal. No customer text goes into them."""

import asyncio
import logging
import os
import sys
from typing import Any

import structlog

log = structlog.get_logger()


def configure(default: str = "info") -> None:
    """Set up structured logs once per process; `REBUT_LOG` names another level."""
    terminal = sys.stderr.isatty()
    level = os.environ.get("REBUT_LOG", default).upper()
    number = logging.getLevelNamesMapping().get(level, logging.INFO)
    last = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # What coredis logs with a traceback it raises too, and the raised one becomes a sentence.
    logging.getLogger("coredis").setLevel(logging.CRITICAL)
    # What pypdf logs about a broken file quotes it; the file itself is refused with a sentence.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(name)s %(message)s")


def attend(loop: asyncio.AbstractEventLoop) -> None:
    """Make what fails in the loop itself, where nobody awaits it, one event like every other."""
    loop.set_exception_handler(_tell)


def _tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    failed = context.get("exception")
    # anyio: a Unix socket became readable while its reader was being cancelled. Nobody waits for it any more.
    if isinstance(failed, asyncio.InvalidStateError) and "Future.set_result" in context["message"]:
        return
    log.error("loop.failed", what=context["message"], exc_info=failed)
