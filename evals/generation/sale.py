"""One invented purchase: who bought what, for how much, when, and the ids it has at Stripe."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from string import ascii_letters, digits

from disputes.money import Money, places
from disputes.playbook import Product
from evals.case import NOW
from evals.generation.words import CaseWords

RATES = {
    "usd": Decimal(1),
    "eur": Decimal("1.10"),
    "gbp": Decimal("1.25"),
    "jpy": Decimal("0.0068"),
    "cad": Decimal("0.72"),
    "aud": Decimal("0.65"),
    "kwd": Decimal("3.25"),
    "sek": Decimal("0.095"),
    "chf": Decimal("1.12"),
}
"""What one unit is worth in the account's currency, US dollars, on the day of every case."""

_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}


@dataclass(frozen=True)
class Sale:
    """A purchase. `worth` is the disputed amount in US cents, which is what Stripe withdrew."""

    dice: Random
    words: CaseWords
    reason: str
    product: Product
    network: str
    buyer: str
    email: str
    address: str
    good: str
    order: str
    money: Money
    worth: int
    paid_at: datetime
    charge: str

    @property
    def card(self) -> str:
        """The card as Stripe's source writes it."""
        return f"{_BRANDS.get(self.network, self.network.title())} ending {self.dice_for('card').randint(1000, 9999)}"

    def dice_for(self, what: str) -> Random:
        """Give dice of their own for one detail, so that one more detail does not change all others."""
        return Random(f"{self.charge}/{what}")  # noqa: S311 - invented cases, no secrets

    def after(self, days: int, what: str) -> datetime:
        """Give a moment of a working day, so many days after the payment."""
        day = (self.paid_at + timedelta(days=days)).replace(hour=0, minute=0)
        return day + timedelta(minutes=self.dice_for(what).randint(8 * 60, 18 * 60))


def sell(dice: Random, words: CaseWords, *, reason: str, product: Product, terms: tuple[int, str, str]) -> Sale:
    """Invent a purchase; `terms` are its worth in US cents, its currency and the card's network."""
    worth, currency, network = terms
    first, last = dice.choice(words.first), dice.choice(words.last)
    shelf = words.plan if reason == "subscription_canceled" else words.goods
    return Sale(
        dice=dice,
        words=words,
        reason=reason,
        product=product,
        network=network,
        buyer=f"{first} {last}",
        email=f"{_plain(first)}.{_plain(last)}{dice.randint(2, 98)}@example.com",
        address=f"{dice.randint(3, 219)} {dice.choice(words.street)}\n{dice.choice(words.town)}",
        good=dice.choice(shelf[product]),
        order=f"HW-{dice.randint(20_000, 89_999)}",
        money=Money(amount=_priced(worth, currency), currency=currency),
        worth=worth,
        paid_at=NOW - timedelta(days=dice.randint(24, 58), minutes=dice.randint(1, 1_400)),
        charge=f"ch_3{token(dice, 20)}",
    )


def token(dice: Random, length: int) -> str:
    """Invent the end of an id."""
    return "".join(dice.choice(ascii_letters + digits) for _ in range(length))


def _priced(worth: int, currency: str) -> int:
    return round(Decimal(worth) / RATES[currency] * Decimal(10) ** (places(currency) - places("usd")))


def _plain(name: str) -> str:
    folded = name.lower().replace("ø", "o").replace("ü", "u")
    return "".join(c for c in folded if c.isascii() and c.isalpha())
