"""The graph as LangGraph Studio and `langgraph dev` load it; the LangGraph server brings its own checkpointer."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from langgraph_sdk.runtime import ServerRuntime

from disputes.errors import DisputeError, Invalid
from graph.build import Graph, build
from graph.wiring import settings
from graph.wiring.deps import Deps, open_deps, utc
from graph.wiring.servers import open_servers
from graph.wiring.settings import Settings

AUTH = ("api.langgraph_server.auth:auth", "api/langgraph_server/auth.py:auth")
"""How `langgraph.json` names the server's guard, as a module or as the end of a file's path."""
UNGUARDED = (
    "STRIPE_SECRET_KEY is a live key and this LangGraph server is not guarded: its configuration needs Rebut's `auth` "
    "with `disable_studio_auth`, as in langgraph.json."
)


class Ports:
    """The ports of this process: the mounted app opens and closes them, runs use them.

    A run opens nothing itself, so that ports and embedded servers are closed in order when the server stops.
    `studio_open` and `studio_edits` are what the settings last allowed Studio.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, *, dotenv: Path = Path(".env")) -> None:
        self._environ, self._dotenv = environ, dotenv
        self._deps: Deps | None = None
        self._trouble = "Rebut has not opened its parts yet."
        self.studio_open = self.studio_edits = False

    def check(self) -> None:
        """Raise `Invalid` where a setting is wrong, or a live key would be used on an unguarded LangGraph server."""
        self._read()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Deps]:
        """Open every port, configured by environment and `.env` as they are now.

        Raises one sentence on what is wrong; nothing is started while a setting is missing.
        """
        try:
            chosen = await asyncio.to_thread(self._read)
            settings.require_stripe(chosen)
            async with open_servers(chosen) as servers, open_deps(chosen, servers) as self._deps:
                yield self._deps
        except (DisputeError, RuntimeError) as error:
            self._trouble = str(error)
            raise
        finally:
            self._deps = None

    def opened(self) -> Deps:
        """Return the open ports. Raises `Invalid` with the sentence that says why they are not open."""
        if self._deps is None:
            raise Invalid(self._trouble)
        return self._deps

    def _read(self) -> Settings:
        allowed = (False, False)
        try:
            chosen = settings.read(self._environ, dotenv=self._dotenv)
            if settings.is_live(chosen.stripe_key) and not _is_guarded(self._environ):
                raise Invalid(UNGUARDED)
            allowed = (chosen.studio_open, chosen.studio_edits)
            return chosen
        finally:
            self.studio_open, self.studio_edits = allowed


def _is_guarded(environ: Mapping[str, str]) -> bool:
    """Return whether the LangGraph server around this process asks Rebut's guard, and nobody beside it.

    The server keeps the `auth` of its configuration in its environment, as JSON.
    """
    try:
        chosen = json.loads(environ.get("LANGGRAPH_AUTH") or "{}")
    except ValueError:
        return False
    if not isinstance(chosen, dict) or chosen.get("allow_langsmith_api_keys"):
        return False
    return chosen.get("disable_studio_auth") is True and str(chosen.get("path")).endswith(AUTH)


class _Shut:
    """Stands for each port where the graph is only looked at, which needs no key and no server."""

    def __getattr__(self, name: str) -> object:
        raise Invalid(f"The graph is only looked at here; nothing can {name}.")


def shut() -> Deps:
    """Return ports that refuse everything, for those who only look at the graph."""
    closed: Any = _Shut()
    return Deps(**{one.name: closed for one in fields(Deps)} | {"sources": (), "now": utc})


ports = Ports()  # at module level because the server loads graph and app by name, and both need the same


@asynccontextmanager
async def graph(runtime: ServerRuntime[None]) -> AsyncIterator[Graph]:
    """Return the compiled graph, over open ports for a run and over none for a look at its shape or a thread."""
    yield build(ports.opened() if runtime.execution_runtime else shut())
