"""Every tool that holds cards: which there are, which the merchant switched on, and how they are opened."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from disputes.errors import Invalid
from disputes.ports.cards import CardBoard
from disputes.ports.clock import Clock
from tools.messages.cards import csv_file, google_sheets, linear, notion, zendesk
from tools.messages.cards.options import CardOffer

Options = dict[str, dict[str, str]]


class Opening(Protocol):
    """Opens the board of a tool from its options."""

    def __call__(
        self, options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
    ) -> AbstractAsyncContextManager[CardBoard]:
        """Yield the board; `base` is another address than the tool's own. Raises `Invalid`."""
        ...


@dataclass(frozen=True)
class OpenBoard:
    """A board that is switched on, and the review queues whose cards go there; none named means all."""

    board: CardBoard
    queues: frozenset[str] = frozenset()

    def takes(self, queue: str) -> bool:
        """Return whether the cards of a queue go to this board."""
        return not self.queues or queue in self.queues


_TOOLS: tuple[tuple[CardOffer, Opening], ...] = (
    (zendesk.OFFER, zendesk.open_board),
    (linear.OFFER, linear.open_board),
    (notion.OFFER, notion.open_board),
    (google_sheets.OFFER, google_sheets.open_board),
    (csv_file.OFFER, csv_file.open_board),
)


def offers() -> dict[str, CardOffer]:
    """Return every tool by its name."""
    return {offer.name: offer for offer, _ in _TOOLS}


def accept(settings: Mapping[str, Mapping[str, str]]) -> Options:
    """Return the options of every tool that is switched on, with defaults filled in.

    Raises `Invalid` with one sentence that names the unknown, wrong or missing setting and shows no value.
    """
    offered = offers()
    for name, options in settings.items():
        if name not in offered:
            setting = f"CARDS__{name}__{next(iter(options), '')}".upper()
            raise Invalid(f"{setting} is unknown: the tools for cards are {', '.join(offered)}.")
    accepted = {name: offered[name].accept(options) for name, options in settings.items()}
    return {name: options for name, options in accepted.items() if options is not None}


@asynccontextmanager
async def open_boards(
    options: Mapping[str, Mapping[str, str]],
    *,
    now: Clock,
    seconds: float,
    bases: Mapping[str, str] | None = None,
) -> AsyncIterator[dict[str, OpenBoard]]:
    """Yield every board that is switched on, by its tool's name; no tool is called yet.

    `seconds` is the limit of one call, `bases` other addresses than the tools' own. Raises `Invalid` for one that
    cannot work as it is set.
    """
    openings = {offer.name: opening for offer, opening in _TOOLS}
    async with AsyncExitStack() as stack:
        boards: dict[str, OpenBoard] = {}
        for name, given in options.items():
            opening = openings[name](given, now=now, seconds=seconds, base=(bases or {}).get(name, ""))
            board = await stack.enter_async_context(opening)
            queues = frozenset(queue.strip() for queue in given.get("queues", "").split(",")) - {""}
            boards[name] = OpenBoard(board, queues)
        yield boards
