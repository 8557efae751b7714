"""An invented purchase: who bought what, when and for how much, with its ids at Stripe."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from string import ascii_letters, digits

from disputes.money import Money, decimal_places
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
"""The worth of one unit in the account's currency, US dollars, on the day of every case."""

_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}


@dataclass(frozen=True)
class Sale:
    """An invented purchase; `worth` is the disputed amount in US cents, which Stripe withdrew."""

    rng: Random
    words: CaseWords
    reason: str
    product: Product
    network: str
    buyer: str
    email: str
    address: str
    item: str
    order: str
    money: Money
    worth: int
    paid_at: datetime
    charge: str

    @property
    def card(self) -> str:
        """The card as Stripe's source writes it."""
        return f"{_BRANDS.get(self.network, self.network.title())} ending {self.rng_for('card').randint(1000, 9999)}"

    def rng_for(self, detail: str) -> Random:
        """Return a random generator for one detail, so that a further detail changes no other."""
        return Random(f"{self.charge}/{detail}")  # noqa: S311 - invented cases, no secrets

    def after(self, days: int, detail: str) -> datetime:
        """Return a time between 08:00 and 18:00 UTC, `days` days after the payment."""
        day = (self.paid_at + timedelta(days=days)).replace(hour=0, minute=0)
        return day + timedelta(minutes=self.rng_for(detail).randint(8 * 60, 18 * 60))


def invent_sale(rng: Random, words: CaseWords, *, reason: str, product: Product, terms: tuple[int, str, str]) -> Sale:
    """Build an invented purchase; `terms` are its worth in US cents, its currency and the card's network."""
    worth, currency, network = terms
    first, last = rng.choice(words.first), rng.choice(words.last)
    items = words.plan if reason == "subscription_canceled" else words.goods
    return Sale(
        rng=rng,
        words=words,
        reason=reason,
        product=product,
        network=network,
        buyer=f"{first} {last}",
        email=f"{_ascii_letters(first)}.{_ascii_letters(last)}{rng.randint(2, 98)}@example.com",
        address=f"{rng.randint(3, 219)} {rng.choice(words.street)}\n{rng.choice(words.town)}",
        item=rng.choice(items[product]),
        order=f"HW-{rng.randint(20_000, 89_999)}",
        money=Money(amount=_convert(worth, currency), currency=currency),
        worth=worth,
        paid_at=NOW - timedelta(days=rng.randint(24, 58), minutes=rng.randint(1, 1_400)),
        charge=f"ch_3{random_token(rng, 20)}",
    )


def random_token(rng: Random, length: int) -> str:
    """Build a random string of letters and digits, for the end of an id."""
    return "".join(rng.choice(ascii_letters + digits) for _ in range(length))


def _convert(worth: int, currency: str) -> int:
    return round(Decimal(worth) / RATES[currency] * Decimal(10) ** (decimal_places(currency) - decimal_places("usd")))


def _ascii_letters(name: str) -> str:
    folded = name.lower().replace("ø", "o").replace("ü", "u")
    return "".join(letter for letter in folded if letter.isascii() and letter.isalpha())
