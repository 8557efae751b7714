"""Amounts in minor units, and how they are written for people.

Decimal places follow Stripe's currency page (docs.stripe.com/currencies): ISK and UGX have no minor unit in use,
yet Stripe counts them in hundredths.
"""

from decimal import Decimal

from disputes.model import Value

_PLACES = dict.fromkeys("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(), 0) | dict.fromkeys(
    "bhd jod kwd omr tnd".split(), 3
)


class Money(Value):
    """An amount in minor units of a lower-case ISO 4217 currency."""

    amount: int
    currency: str


def decimal_places(currency: str) -> int:
    """Return how many decimal places Stripe counts for a currency; 2 when unknown."""
    return _PLACES.get(currency.lower(), 2)


def to_major_units(money: Money) -> Decimal:
    """Return the amount in major units, exactly."""
    figures = tuple(map(int, str(abs(money.amount))))
    return Decimal((int(money.amount < 0), figures, -decimal_places(money.currency)))


def write(money: Money) -> str:
    """Write an amount for people: `38.00 USD`, `4,200 JPY`, `12.500 KWD`."""
    return f"{to_major_units(money):,.{decimal_places(money.currency)}f} {money.currency.upper()}"
