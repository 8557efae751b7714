"""The command about messages: `rebut messages` lists what is parked and what waits, and sends parked ones again."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from disputes.errors import Invalid
from disputes.repositories.outbox import Backlog, Outbox, ParkedMessage
from graph.wiring.runtime import open_runtime
from graph.wiring.settings import Settings
from jobs.cli.terminal import read_settings, run


def messages(
    send: Annotated[str | None, typer.Option(help="Send this parked message again, by its key.")] = None,
    send_all: Annotated[bool, typer.Option("--send-all", help="Send every parked message again.")] = False,  # noqa: FBT002 - a flag on the command line
) -> None:
    """List parked messages and what is not delivered yet, or have parked ones sent again by the worker."""
    if send and send_all:
        raise typer.BadParameter("name one message with --send, or say --send-all")
    for line in run(_work(read_settings(), send, send_all=send_all)):
        sys.stdout.write(f"{line}\n")


async def _work(settings: Settings, key: str | None, *, send_all: bool) -> list[str]:
    async with open_runtime(settings) as runtime:
        outbox = runtime.deps.outbox
        if key or send_all:
            return await send_again(outbox, key)
        return list(describe(await outbox.parked(), await outbox.backlog()))


async def send_again(outbox: Outbox, key: str | None) -> list[str]:
    """Have one parked message, or with None every one, tried again. Raises `Invalid` where the key is not parked."""
    keys = [key] if key else [parked.message.key for parked in await outbox.parked()]
    again = [one for one in keys if await outbox.unpark(one)]
    if key and not again:
        raise Invalid(f"No parked message has the key {key}; rebut messages lists them.")
    return [f"{one} is sent again." for one in again] or ["No message is parked."]


def describe(parked: Sequence[ParkedMessage], backlog: Sequence[Backlog]) -> Iterator[str]:
    """Yield a line for each parked message with its last error, then for each target what waits."""
    for one in parked:
        about = f"{one.message.event}, to {one.message.target or one.message.kind}"
        yield f"{one.message.key}  parked  ({about}, since {one.parked_at:%Y-%m-%d %H:%M} UTC): {one.error}"
    for waiting in backlog:
        since = f"the oldest since {waiting.since:%Y-%m-%d %H:%M} UTC"
        yield f"{waiting.count} not delivered yet to {waiting.target or 'any target'}, {since}."
    if not parked:
        yield "No message is parked."
