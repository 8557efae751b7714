"""The commands that run Rebut's processes: `rebut serve`, `worker`, `sweep`, `simulator`."""

import json
import os
import sys
from typing import Annotated

import typer

from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings, require_stripe
from jobs.cli.server import open_server
from jobs.cli.terminal import read_settings, run, write_line
from jobs.worker import worker as queue_worker
from jobs.worker.sweep import sweep as sweep_once
from jobs.worker.sync import sync


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
) -> None:
    """Run the API and a worker in one process."""
    run(_serve(read_settings(), host, port), log="info")


async def _serve(settings: Settings, host: str, port: int) -> None:
    require_stripe(settings)
    async with open_runtime(settings) as runtime, open_server(runtime, host=host, port=port) as server:
        embedded = ", ".join(runtime.servers.embedded) or "nothing"
        write_line(f"Rebut listens on {server.url}, embedded: {embedded}")
        await server.work


def worker() -> None:
    """Run one more worker on the same Redis and PostgreSQL."""
    run(_worker(read_settings()), log="info")


async def _worker(settings: Settings) -> None:
    require_stripe(settings)
    async with open_runtime(settings) as runtime:
        write_line("A worker is up.")
        await queue_worker.run(runtime)


def sweep() -> None:
    """Fetch events that no webhook brought, enqueue all that no run has handled, and deliver due messages, once."""
    sys.stdout.write(json.dumps(run(_sweep(read_settings()))) + "\n")


async def _sweep(settings: Settings) -> dict[str, int]:
    async with open_runtime(settings) as runtime:
        return await sync(runtime.deps) | await sweep_once(runtime.deps)


def simulator(context: typer.Context) -> None:
    """Run the Stripe simulator: --port P --webhook URL --world FILE."""
    # In place of this process, so that a signal reaches the simulator itself.
    os.execv(sys.executable, [sys.executable, "-m", "simulator", *context.args])  # noqa: S606 - our own module
