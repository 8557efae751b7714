"""Structured logs on stderr: one JSON line an event, or pretty lines in a terminal.

No customer text goes into them; secret numbers in the text of an error are masked all the same.
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
    """Configure structured logs once per process; `REBUT_LOG` sets another level than `default`."""
    level = os.environ.get("REBUT_LOG", default).upper()
    number = logging.getLevelNamesMapping().get(level, logging.INFO)
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(number)
    sys.excepthook = _write_crash


def _configure_libraries(level: int) -> None:
    # What coredis logs with a traceback it raises too, and the raised one becomes a sentence.
    logging.getLogger("coredis").setLevel(logging.CRITICAL)
    # What pypdf logs about a broken file quotes it; the file itself is refused with a sentence.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskingFormatter("%(name)s %(message)s"))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler])


def mask(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every secret number in an event, tracebacks and nested values too; the last processor but the renderer."""
    return {name: _mask_value(value) for name, value in event.items()}


def _mask_value(value: object) -> object:
    if isinstance(value, str):
        return text.mask(value)
    if isinstance(value, dict):
        return {_mask_value(key): _mask_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_mask_value(item) for item in value]
    # An exception, a model or a path is printed as text.
    return value if value is None or isinstance(value, (bool, int, float)) else text.mask(str(value))


class _MaskingFormatter(logging.Formatter):
    """Masks what libraries log."""

    def format(self, record: logging.LogRecord) -> str:
        return text.mask(super().format(record))


def _write_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(text.mask("".join(traceback.format_exception(kind, error, trace))))


def log_loop_failures(loop: asyncio.AbstractEventLoop) -> None:
    """Log what fails in the event loop itself, where nobody awaits it, as one event."""
    loop.set_exception_handler(_log_loop_failure)


def _log_loop_failure(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    # anyio: a Unix socket became readable while its reader was being cancelled. Nobody waits for it any more.
    if isinstance(error, asyncio.InvalidStateError) and "Future.set_result" in context["message"]:
        return
    log.error("loop.failed", what=context["message"], exc_info=error)
