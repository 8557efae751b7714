"""Opens what sends messages: the handoff URL, the targets of notes, and the boards of queue cards."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager

from disputes.messages.cards import Board
from disputes.messages.targets import Target
from disputes.ports.clock import Clock
from graph.wiring import notify_settings
from graph.wiring.notify_settings import NotifyTarget
from graph.wiring.settings import Settings, plain_options
from tools.messages.cards import catalog
from tools.messages.handoff import HandoffSender
from tools.messages.notes import NoteSender
from tools.messages.sender import OutboxSender

SECONDS = 10.0  # for one call to a target


def targets(settings: Settings) -> tuple[NotifyTarget, ...]:
    """Return every target of notes: the named ones, then those of `REBUT_NOTIFY`."""
    return (*settings.targets, *notify_settings.listed(settings.notify))


def build_sender(settings: Settings, *, now: Clock) -> OutboxSender:
    """Return what sends handoffs and notes. Raises `Invalid` with one sentence that names a wrong setting."""
    secrets = [secret.get_secret_value() for secret in settings.handoff_secrets]
    handoff = HandoffSender(settings.handoff_url, secrets=secrets, timeout=SECONDS, now=now)
    return OutboxSender(handoff, dict(_notes(targets(settings))))


@asynccontextmanager
async def open_boards(settings: Settings, *, now: Clock) -> AsyncIterator[dict[str, Board]]:
    """Yield each board of queue cards by name. Raises `Invalid` for one that cannot work as it is set."""
    options = plain_options(settings.cards)
    async with catalog.open_boards(options, now=now, seconds=SECONDS) as boards:
        yield dict(boards)


def plain(settings: Settings) -> tuple[Target, ...]:
    """Return the targets without their URLs."""
    return tuple(one.target for one in targets(settings))


def _notes(found: Iterable[NotifyTarget]) -> Iterator[tuple[str, NoteSender]]:
    for one in found:
        yield one.target.name, NoteSender(one.url.get_secret_value(), setting=one.setting, timeout=SECONDS)
