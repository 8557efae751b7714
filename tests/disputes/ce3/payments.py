"""Payments of one buyer, and what each way of writing a value means: `None` where it means nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from disputes.ce3 import selection
from disputes.ce3.payment import Address, Payment, PaymentHistory
from disputes.ce3.prefill import CE3
from disputes.ce3.selection import Ce3Choice, Ce3Shortfall
from tests.builders import a_dispute

patient = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))

PAID = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
HOME = Address(line1="12 Main St", line2="Apt 4", city="Portland", state="OR", postal_code="97201", country="US")
ABROAD = Address(line1="1 Rue Nord", city="Lyon", state="ARA", postal_code="69001", country="FR")

SPELLINGS: dict[str, dict[str, str | None]] = {
    "customer_purchase_ip": {
        "203.0.113.7": "A",
        " ::ffff:203.0.113.7": "A",
        "203.0.113.8": "B",
        "2001:db8::1": "C",
        "2001:0DB8:0:0:0:0:0:1": "C",
        "10.0.0.1": None,
        "127.0.0.1": None,
        "203.0.113.7, 10.0.0.1": None,
        "unknown": None,
        "": None,
    },
    "customer_device_id": {
        "device-0123456789": "A",
        " device-0123456789 ": "A",
        "device-9876543210": "B",
        "device-short": None,
        "00000000-0000-0000-0000-000000000000": None,
        "null": None,
        "": None,
    },
    "customer_device_fingerprint": {
        "fingerprint-0123456789": "A",
        "fingerprint-9876543210": "B",
        "fingerprint-0": None,
        "undefined": None,
        "": None,
    },
    "customer_email_address": {
        "zoe@example.com": "A",
        " Zoe@Example.COM ": "A",
        "ida@example.com": "B",
        "zoe at example": None,
        "None": None,
        "": None,
    },
    "customer_account_id": {"user-1": "A", "user-1 ": "A", "User-1": "B", "user-2": "C", "guest": None, "  ": None},
}
SENT: dict[Address, str | None] = {
    HOME: "A",
    HOME.model_copy(update={"line1": " 12  main st", "country": "us", "postal_code": "97 201"}): "A",
    HOME.model_copy(update={"line2": ""}): "B",
    ABROAD: "C",
    HOME.model_copy(update={"state": ""}): None,
    HOME.model_copy(update={"country": "USA"}): None,
    HOME.model_copy(update={"line1": "null"}): None,
    Address(): None,
}
BUYER = {name: next(iter(table)) for name, table in SPELLINGS.items()} | {"shipping_address": HOME}
BLANK = dict.fromkeys(SPELLINGS, "") | {"shipping_address": Address()}


def a_payment(charge="ch_disputed", *, days=0, **changes):
    """A sound payment, `days` before the disputed one, of a buyer nothing else is known of."""
    plain = {"charge": charge, "paid_at": PAID - timedelta(days=days), "card": "card-1", "amount": 3_800, "paid": True}
    clean = {"disputed": False, "refunded": False, "fraud_reported": False, "product_description": "Walnut lamp"}
    return Payment.model_validate({**plain, **clean, **changes})


def a_history(*priors, sort="merchandise", **changes):
    return PaymentHistory(disputed=a_payment(**changes), sort=sort, priors=priors)


def a_fraud(**changes):
    """A dispute that Compelling Evidence 3.0 is made for."""
    visa = {"reason": "fraudulent", "network": "visa", "network_code": "10.4", "charge": "ch_disputed"}
    return a_dispute(**{**visa, "eligible": ("visa_compelling_evidence_3",), **changes})


def chosen(history, dispute=None, prefilled=None):
    answer = selection.find(dispute or a_fraud(), history, prefilled=prefilled)
    assert isinstance(answer, Ce3Choice)
    return answer


def missed(history, dispute=None, prefilled=None):
    answer = selection.find(dispute or a_fraud(), history, prefilled=prefilled)
    assert isinstance(answer, Ce3Shortfall)
    return answer


def inside(enhanced: Any) -> Any:
    """What an `enhanced_evidence` says of Compelling Evidence 3.0."""
    return enhanced.get(CE3) or {}


TRAITS = {name: st.sampled_from(list(spellings)) for name, spellings in SPELLINGS.items()} | {
    "shipping_address": st.sampled_from(list(SENT))
}
DAYS = st.one_of(st.sampled_from((-1, 0, 119, 120, 364, 365)), st.integers(120, 364), st.integers(120, 364))
STANDING = {
    "card": st.sampled_from(("card-1",) * 8 + ("card-2", "")),
    "amount": st.sampled_from((3_800,) * 7 + (0,)),
    "product_description": st.sampled_from(("Lamp", "Rug", "Mug", "Pan", "Bed", " ")),
} | {
    name: st.sampled_from((usual,) * 8 + (not usual,))
    for name, usual in {"paid": True, "disputed": False, "refunded": False, "fraud_reported": False}.items()
}


@st.composite
def payments(draw, charge, *, sound=False):
    """One earlier payment, most often sound, of the buyer and with some of the traits written in any way."""
    at = draw(DAYS if not sound else st.integers(120, 364))
    traits = {**BUYER, **draw(st.fixed_dictionaries({}, optional=TRAITS))}
    standing = {} if sound else draw(st.fixed_dictionaries({}, optional=STANDING))
    return a_payment(charge, days=at, **traits, **standing)


@st.composite
def histories(draw, *, most=6, sound=False):
    """A disputed payment and up to `most` earlier ones."""
    priors = [draw(payments(f"ch_{n}", sound=sound)) for n in range(draw(st.integers(0, most)))]
    return a_history(*priors, **{**BUYER, **draw(st.fixed_dictionaries({}, optional=TRAITS))})
