"""Whether the LangGraph server may start, and how it ends when it may not."""

import multiprocessing
import os
import signal
from collections.abc import Callable

from disputes.errors import Invalid


def end_unless(check: Callable[[], None]) -> None:
    """End the process with the sentence of an `Invalid`, on standard error.

    `langgraph dev` runs the server in a child, whose parent would hold the port and wait for a changed file; it is told
    to stop too.
    """
    try:
        check()
    except Invalid as wrong:
        parent = multiprocessing.parent_process()
        if parent is not None and parent.pid is not None:
            os.kill(parent.pid, signal.SIGTERM)
        raise SystemExit(str(wrong)) from None
