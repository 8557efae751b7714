"""A queue card: one dispute as the team sees it in its own tool. Pure."""

from datetime import datetime
from typing import Literal

from disputes.model import Value
from disputes.money import Money

CardState = Literal["open", "closed"]


class Link(Value):
    """A place to look, and what is there: `Charge at Stripe`."""

    title: str
    url: str


class Card(Value):
    """One dispute in the tool of a team, told apart by `key`: a tool holds one card with it, open or closed.

    `due_by` is aware UTC, `due` the same in words in the merchant's zone, `countdown` what was left of it when the card
    was written; both texts are empty where Stripe names no date. `outcome` says how a closed card ended, in words.
    Texts hold no customer's words.
    """

    key: str
    state: CardState
    title: str
    summary: str
    queue: str
    reason: str
    money: Money
    due_by: datetime | None = None
    due: str = ""
    countdown: str = ""
    urgent: bool = False
    claimed_by: str = ""
    outcome: str = ""
    links: tuple[Link, ...] = ()
