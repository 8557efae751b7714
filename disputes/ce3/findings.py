"""Findings of Compelling Evidence 3.0: which data were missing, and what to store next time."""

from collections.abc import Iterator, Sequence

from disputes.ce3.pairs import MAX_DAYS, MIN_DAYS, PRIORS_NEEDED, PaymentPair, find_exclusion, sort_newest_first
from disputes.ce3.payment import (
    ACCOUNT,
    ADDRESS,
    DEVICE,
    ELEMENTS,
    EMAIL,
    IP,
    MAIN_ELEMENTS,
    Payment,
    comparable_fields,
    find_fault,
)
from disputes.model import Value

ELEMENT_NAMES = {
    IP: "the purchase IP address",
    DEVICE: "the device",
    "customer_device_id": "the device id",
    "customer_device_fingerprint": "the device fingerprint",
    ADDRESS: "the shipping address",
    EMAIL: "the customer's e-mail address",
    ACCOUNT: "the customer's account id",
}
ADVICE = {
    IP: "Note the customer's own IP address in the payment's metadata at checkout, not that of a proxy.",
    DEVICE: "Note a device id (15 characters or more) or a device fingerprint (20 or more) in the payment's metadata.",
    ADDRESS: "Give Stripe the whole shipping address with the payment: street, city, state, postal code, country.",
    EMAIL: "Give Stripe the customer's e-mail address with every payment.",
    ACCOUNT: "Note the account id under which the customer logs in, in the payment's metadata.",
    "card": "Let returning customers pay with the card they saved.",
    "product_description": "Describe each payment: what was bought, not only an order number.",
    "merchandise_or_services": "Note in the payment's metadata whether the product is physical, digital or a service.",
}
MAX_NAMED = 10
"""How many excluded payments are named, the newest first."""


class Ce3Finding(Value):
    """One missing datum, the charge that lacks it, a sentence for people, and what to store next time.

    `store` is empty where nothing could have been stored.
    """

    datum: str
    charge: str
    why: str
    store: str = ""


def build_finding(payment: Payment, datum: str, what: str) -> Ce3Finding:
    """Build a finding on a payment with advice on what to store; `what` is the end of a sentence about the payment."""
    return Ce3Finding(
        datum=datum, charge=payment.charge, why=f"{_payment_name(payment)} {what}.", store=ADVICE.get(datum, "")
    )


def explain_history(disputed: Payment, priors: Sequence[Payment], *, fit: int) -> Iterator[Ce3Finding]:
    """Yield that too few earlier payments qualify, then why each excluded one does not, the newest `MAX_NAMED`."""
    days = f"{MIN_DAYS} to {MAX_DAYS} days"
    rule = f"{PRIORS_NEEDED} are needed that lie {days} before the disputed one and were never in doubt"
    why = f"Of the customer's {len(priors)} other payments {fit or 'none'} counts, and {rule}."
    yield Ce3Finding(datum="prior_payments", charge=disputed.charge, why=why)
    excluded = [(prior, *find_exclusion(disputed, prior)) for prior in sort_newest_first(priors)]
    yield from [build_finding(prior, datum, why) for prior, datum, why in excluded if datum][:MAX_NAMED]


def explain_pair(disputed: Payment, pair: PaymentPair) -> Iterator[Ce3Finding]:
    """Yield where each element that would have made the nearest pair qualify is missing or differs."""
    for element in missing_elements(pair):
        yield from _missing_values(element, disputed, pair) or _different_values(element, disputed, pair)


def missing_elements(pair: PaymentPair) -> tuple[str, ...]:
    """Return the elements of which one more makes the pair qualify, or all (two are needed) when nothing matches."""
    short_of_main = pair.elements and not pair.mains
    return tuple(
        name for name in ELEMENTS if name not in pair.elements and (name in MAIN_ELEMENTS or not short_of_main)
    )


def _missing_values(element: str, disputed: Payment, pair: PaymentPair) -> list[Ce3Finding]:
    field, trio = _common_field(element, disputed, pair), (disputed, *pair.priors)
    return [
        Ce3Finding(
            datum=field,
            charge=payment.charge,
            why=f"On {_payment_name(payment, inside=True)} {ELEMENT_NAMES[field]} {find_fault(payment, field)}.",
            store=ADVICE[element],
        )
        for payment in trio
        if find_fault(payment, field)
    ]


def _different_values(element: str, disputed: Payment, pair: PaymentPair) -> list[Ce3Finding]:
    field, disputed_fields = _common_field(element, disputed, pair), comparable_fields(disputed)
    return [
        Ce3Finding(
            datum=field,
            charge=prior.charge,
            why=f"On {_payment_name(prior, inside=True)} {ELEMENT_NAMES[field]} is another than on the disputed one.",
        )
        for prior in pair.priors
        if comparable_fields(prior).get(field) != disputed_fields.get(field)
    ]


def _common_field(element: str, disputed: Payment, pair: PaymentPair) -> str:
    """Return the field of an element that the fewest of the three payments lack."""
    trio = (disputed, *pair.priors)
    return min(ELEMENTS[element], key=lambda field: sum(bool(find_fault(payment, field)) for payment in trio))


def _payment_name(payment: Payment, *, inside: bool = False) -> str:
    day = f" of {payment.paid_at.day} {payment.paid_at:%B %Y}" if payment.paid_at else ""
    return f"{'the' if inside else 'The'} payment {payment.charge}{day}"
