"""The values of a payment as CE 3.0 compares them."""

from itertools import combinations

import pytest

from disputes.ce3 import payment as ce3_payment
from disputes.ce3.payment import MAX_CHARACTERS, Address
from tests.disputes.ce3.payments import HOME, SENT, SPELLINGS, a_payment

WRITTEN: list[tuple[str, str | Address, str | None]] = [
    (name, spelling, means) for name, table in SPELLINGS.items() for spelling, means in table.items()
]
WRITTEN += [("shipping_address", address, means) for address, means in SENT.items()]


@pytest.mark.parametrize(("name", "spelling", "means"), WRITTEN)
def test_what_means_something_has_a_mark_and_no_fault(name, spelling, means):
    payment = a_payment(**{name: spelling})
    assert (name in ce3_payment.comparable_fields(payment)) == (means is not None)
    assert (ce3_payment.find_fault(payment, name) == "") == (means is not None)


SENSIBLE = [row for row in WRITTEN if row[2]]
PAIRS = [(one, two) for one, two in combinations(SENSIBLE, 2) if one[0] == two[0]]


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_marks_are_equal_exactly_when_the_meaning_is(one, two):
    (name, spelling, means), (_, spelt, meant) = one, two
    first, second = (ce3_payment.comparable_fields(a_payment(**{name: value})) for value in (spelling, spelt))
    assert (first[name] == second[name]) == (means == meant)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("customer_purchase_ip", "", "is not on record"),
        ("customer_purchase_ip", "None", "is not on record"),
        ("customer_purchase_ip", "203.0.113.7:443", "is not one IP address"),
        ("customer_purchase_ip", "192.168.1.4", "belongs to a private network and not to a customer"),
        ("customer_purchase_ip", "::ffff:10.1.2.3", "belongs to a private network and not to a customer"),
        ("customer_purchase_ip", "fe80::1", "belongs to a private network and not to a customer"),
        ("customer_purchase_ip", "0.0.0.0", "belongs to a private network and not to a customer"),  # noqa: S104 - data
        ("customer_device_id", "short", "is shorter than the 15 characters Stripe asks for"),
        ("customer_device_fingerprint", "d" * 9 + "e" * 10, "is shorter than the 20 characters Stripe asks for"),
        ("customer_device_id", "4242 4242 4242 4242", "reads like a number nobody may keep and was masked"),
        ("customer_device_id", "[card ending 4242]", "reads like a number nobody may keep and was masked"),
        ("customer_account_id", "DE89370400440532013000", "reads like a number nobody may keep and was masked"),
        ("customer_device_id", "0" * 16, "is a placeholder that names no device"),
        ("customer_account_id", "u" * (MAX_CHARACTERS + 1), "is longer than 5000 letters"),
        ("customer_account_id", "\u200b\u200b", "is not on record"),
        ("customer_email_address", "zoe@", "is not an e-mail address"),
        ("shipping_address", HOME.model_copy(update={"state": "", "city": " "}), "lacks its city, state"),
        (
            "shipping_address",
            HOME.model_copy(update={"country": "United States"}),
            "names its country by something else than two letters",
        ),
    ],
)
def test_says_what_keeps_a_value_from_being_compared(name, value, why):
    assert ce3_payment.find_fault(a_payment(**{name: value}), name) == why


def test_identifiers_of_just_the_length_stripe_asks_for_are_compared():
    payment = a_payment(customer_device_id="d" * 14 + "e", customer_device_fingerprint="d" * 19 + "e")
    assert set(ce3_payment.comparable_fields(payment)) == {"customer_device_id", "customer_device_fingerprint"}


def test_namibia_is_a_country():
    home = HOME.model_copy(update={"country": "NA"})
    assert "shipping_address" in ce3_payment.comparable_fields(a_payment(shipping_address=home))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="timezone"):
        a_payment(paid_at="2026-11-20T12:00:00")
