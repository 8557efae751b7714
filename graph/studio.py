"""The graph as LangGraph Studio and `langgraph dev` load it.

The server brings its own checkpointer, so only the ports are opened here: at the first run, once per process, since
loading the graph must need no key and no server.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from langchain_core.runnables import RunnableConfig

from graph import settings
from graph.build import Graph, build
from graph.deps import Deps, open_deps, open_places


class _Held:
    """The ports of this process. The one module-level object of Rebut: LangGraph loads a name from a module."""

    def __init__(self) -> None:
        self._deps: Deps | None = None

    async def deps(self) -> Deps:
        if self._deps is None:
            stack = AsyncExitStack()
            chosen = settings.read(os.environ, dotenv=Path(".env"))
            places = await stack.enter_async_context(open_places(chosen))
            self._deps = await stack.enter_async_context(open_deps(chosen, places))
        return self._deps


_held = _Held()


@asynccontextmanager
async def graph(config: RunnableConfig) -> AsyncIterator[Graph]:
    """Give the compiled graph for one run or one look at its shape."""
    del config
    yield build(await _held.deps())
