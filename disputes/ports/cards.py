"""Queue cards in the team's tool."""

from typing import Protocol

from disputes.messages.card import Card


class CardBoard(Protocol):
    """One place that holds cards: a project, a database, a sheet."""

    async def write(self, card: Card, *, known: str | None) -> str:
        """Make the place hold this card once, as it is now, and return the tool's own id of it.

        `known` is the id that an earlier call returned. Without one the place is searched for the card's key before a
        card is created, so that a call whose answer was lost doubles nothing. A card that was deleted there by a person
        is created again only while the case is open. Raises `TryAgain` when the tool did not answer or its rate limit
        is used up, and `Refused` when it will not take the card as things are set.
        """
        ...
