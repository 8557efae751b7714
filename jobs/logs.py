"""Logs are events: one JSON line each on stderr, pretty in a terminal.

No customer text goes into them; what an error says of its own is masked all the same.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from disputes import text

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
            mask,
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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masked("%(name)s %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])
    sys.excepthook = _crash


def mask(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every secret number in an event, tracebacks and values within values too: the last step but the printing."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: object) -> object:
    if isinstance(value, str):
        return text.mask(value)
    if isinstance(value, dict):
        return {_masked(name): _masked(held) for name, held in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(held) for held in value]
    # An exception, a model or a path is printed as text.
    return value if value is None or isinstance(value, (bool, int, float)) else text.mask(str(value))


class _Masked(logging.Formatter):
    """What libraries log, masked."""

    def format(self, record: logging.LogRecord) -> str:
        return text.mask(super().format(record))


def _crash(kind: type[BaseException], failed: BaseException, where: TracebackType | None) -> None:
    sys.stderr.write(text.mask("".join(traceback.format_exception(kind, failed, where))))


def attend(loop: asyncio.AbstractEventLoop) -> None:
    """Make what fails in the loop itself, where nobody awaits it, one event like every other."""
    loop.set_exception_handler(_tell)


def _tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    failed = context.get("exception")
    # anyio: a Unix socket became readable while its reader was being cancelled. Nobody waits for it any more.
    if isinstance(failed, asyncio.InvalidStateError) and "Future.set_result" in context["message"]:
        return
    log.error("loop.failed", what=context["message"], exc_info=failed)
