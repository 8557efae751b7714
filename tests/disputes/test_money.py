"""Amounts in minor units and how they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import money
from disputes.money import Money


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (3_800, "usd", "38.00 USD"),
        (4_200, "jpy", "4,200 JPY"),
        (12_500, "kwd", "12.500 KWD"),
        (1_000, "isk", "10.00 ISK"),
        (1_000, "ugx", "10.00 UGX"),
        (123_456_789, "eur", "1,234,567.89 EUR"),
        (5, "usd", "0.05 USD"),
        (0, "krw", "0 KRW"),
        (-1_500, "usd", "-15.00 USD"),
        (100, "xyz", "1.00 XYZ"),
    ],
)
def test_an_amount_is_written_in_the_places_stripe_counts(amount, currency, written):
    assert money.write(Money(amount=amount, currency=currency)) == written


@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("Kwd", 3), ("clp", 0), ("tnd", 3), ("huf", 2)])
def test_places_do_not_depend_on_the_case_of_a_currency(currency, places):
    assert money.decimal_places(currency) == places


@given(st.integers(), st.sampled_from(["usd", "jpy", "kwd"]))
def test_no_amount_is_too_large_to_be_exact(amount, currency):
    assert int(str(money.to_major_units(Money(amount=amount, currency=currency))).replace(".", "")) == amount


def test_an_amount_longer_than_decimal_precision_stays_exact():
    assert money.write(Money(amount=10**30 + 7, currency="usd")).endswith("000.07 USD")
    assert money.to_major_units(Money(amount=10**30 + 7, currency="usd")) == Decimal(f"1{'0' * 28}.07")
