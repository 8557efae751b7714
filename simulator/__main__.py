"""The command `python -m simulator`: reads its options and serves the simulated Stripe."""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from simulator.app import SimulatorSettings, create
from simulator.errors import StripeError
from simulator.faults import FaultSettings
from simulator.http.admin import check_objects


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulator until it is stopped; return 0, or 2 after one sentence on stderr when it cannot start."""
    options = _options().parse_args(argv)
    try:
        settings = _settings(options)
    except (OSError, ValueError, StripeError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)
    server = _AnnouncingServer(_config(settings, options))
    try:
        server.run()
    except SystemExit:
        sys.stderr.write(f"simulator: cannot listen on {options.host}:{options.port}\n")
        return 2
    return 0


DEFAULT_SECRET = "whsec_simulator"  # noqa: S105 - a published default, for a Stripe that holds no money


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A Stripe to run against, in memory.")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--webhook", help="URL that gets the signed events")
    secret = os.environ.get("STRIPE_WEBHOOK_SECRET", "").partition(",")[0].strip() or DEFAULT_SECRET
    parser.add_argument(
        "--secret", default=secret, help="signs the events; STRIPE_WEBHOOK_SECRET, else " + DEFAULT_SECRET
    )
    parser.add_argument("--world", type=Path, help='JSON file: {"objects": [...]}')
    parser.add_argument("--knobs", type=Path, help="JSON file of knobs")
    return parser


def _settings(options: argparse.Namespace) -> SimulatorSettings:
    content = json.loads(options.world.read_text()) if options.world else {"objects": []}
    if not isinstance(content, dict) or not isinstance(content.get("objects"), list):
        raise StripeError(f'{options.world.name} is not {{"objects": [...]}}')
    faults = FaultSettings.model_validate_json(options.knobs.read_text()) if options.knobs else FaultSettings()
    return SimulatorSettings(options.webhook, options.secret, check_objects(content["objects"]), faults)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    # a dropped response is what the fault asked for
    return "without completing response" not in record.getMessage()


def _config(settings: SimulatorSettings, options: argparse.Namespace) -> uvicorn.Config:
    return uvicorn.Config(
        create(settings),
        options.host,
        options.port,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
        # Longer than clients keep an idle connection: one closed by both at once would fail a call on a busy machine.
        timeout_keep_alive=75,
    )


class _AnnouncingServer(uvicorn.Server):
    """Prints its address when it listens, and exits with 0 on SIGTERM and SIGINT."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            sys.stdout.write(f"simulator listening on http://{self.config.host}:{port}\n")
            sys.stdout.flush()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise the signal again when done, and the exit code would not be 0
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield


if __name__ == "__main__":
    sys.exit(main())
