"""What was missing, and what to keep next time so that it is not."""

from collections.abc import Iterator, Sequence

from disputes.ce3.pairs import FARTHEST, NEAREST, NEEDED, Pair, newest, unfit
from disputes.ce3.payment import ACCOUNT, ADDRESS, DEVICE, ELEMENTS, EMAIL, IP, MAIN, Payment, fault, marks
from disputes.model import Value

WORDS = {
    IP: "the purchase IP address",
    DEVICE: "the device",
    "customer_device_id": "the device id",
    "customer_device_fingerprint": "the device fingerprint",
    ADDRESS: "the shipping address",
    EMAIL: "the customer's e-mail address",
    ACCOUNT: "the customer's account id",
}
STORE = {
    IP: "Note the customer's own IP address in the payment's metadata at checkout, not that of a proxy.",
    DEVICE: "Note a device id (15 characters or more) or a device fingerprint (20 or more) in the payment's metadata.",
    ADDRESS: "Give Stripe the whole shipping address with the payment: street, city, state, postal code, country.",
    EMAIL: "Give Stripe the customer's e-mail address with every payment.",
    ACCOUNT: "Note the account id under which the customer logs in, in the payment's metadata.",
    "card": "Let returning customers pay with the card they saved.",
    "product_description": "Describe each payment: what was bought, not only an order number.",
    "merchandise_or_services": "Note in the payment's metadata whether the product is physical, digital or a service.",
}
SHOWN = 10
"""How many payments that do not count are named, the newest first."""


class Ce3Finding(Value):
    """One datum that is missing, the charge it misses on, a sentence for people, and what to store next time.

    `store` is empty where nothing could have been stored.
    """

    datum: str
    charge: str
    why: str
    store: str = ""


def lacking(payment: Payment, datum: str, what: str) -> Ce3Finding:
    """Make the finding that a payment `what` (the end of a sentence), and with it what to store next time."""
    return Ce3Finding(datum=datum, charge=payment.charge, why=f"{_named(payment)} {what}.", store=STORE.get(datum, ""))


def of_history(disputed: Payment, priors: Sequence[Payment], *, fit: int) -> Iterator[Ce3Finding]:
    """Say that too few of the earlier payments are fit, then of each that is not why; the newest `SHOWN` of them."""
    rule = f"{NEEDED} are needed that lie {NEAREST} to {FARTHEST} days before the disputed one and were never in doubt"
    why = f"Of the customer's {len(priors)} other payments {fit or 'none'} counts, and {rule}."
    yield Ce3Finding(datum="prior_payments", charge=disputed.charge, why=why)
    kept_out = [(prior, *unfit(disputed, prior)) for prior in newest(priors)]
    yield from [lacking(prior, datum, why) for prior, datum, why in kept_out if datum][:SHOWN]


def of_pair(disputed: Payment, pair: Pair) -> Iterator[Ce3Finding]:
    """Say of each element that would have made the nearest pair qualify where it is missing or differs."""
    for element in wanted(pair):
        yield from _missing(element, disputed, pair) or _different(element, disputed, pair)


def wanted(pair: Pair) -> tuple[str, ...]:
    """Name the elements of which one more makes the pair qualify; when nothing matches, all, of which it takes two."""
    short_of_main = pair.elements and not pair.mains
    return tuple(name for name in ELEMENTS if name not in pair.elements and (name in MAIN or not short_of_main))


def _missing(element: str, disputed: Payment, pair: Pair) -> list[Ce3Finding]:
    field, trio = _field(element, disputed, pair), (disputed, *pair.priors)
    return [
        Ce3Finding(
            datum=field,
            charge=payment.charge,
            why=f"On {_named(payment, middle=True)} {WORDS[field]} {fault(payment, field)}.",
            store=STORE[element],
        )
        for payment in trio
        if fault(payment, field)
    ]


def _different(element: str, disputed: Payment, pair: Pair) -> list[Ce3Finding]:
    field, own = _field(element, disputed, pair), marks(disputed)
    return [
        Ce3Finding(
            datum=field,
            charge=prior.charge,
            why=f"On {_named(prior, middle=True)} {WORDS[field]} is another than on the disputed one.",
        )
        for prior in pair.priors
        if marks(prior).get(field) != own.get(field)
    ]


def _field(element: str, disputed: Payment, pair: Pair) -> str:
    """Name the field of an element that the fewest of the three payments lack."""
    trio = (disputed, *pair.priors)
    return min(ELEMENTS[element], key=lambda field: sum(bool(fault(payment, field)) for payment in trio))


def _named(payment: Payment, *, middle: bool = False) -> str:
    day = f" of {payment.paid_at.day} {payment.paid_at:%B %Y}" if payment.paid_at else ""
    return f"{'the' if middle else 'The'} payment {payment.charge}{day}"
