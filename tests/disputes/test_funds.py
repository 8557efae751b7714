"""The money around a dispute: captured, refunded, shown to the customer, withdrawn and returned."""

from typing import Any

import pytest

from disputes import dispute
from disputes.money import Money

EURO = Money(amount=3_500, currency="eur")


def a_charge(**changes):
    return {"id": "ch_1", "amount": 10_000, "amount_captured": 10_000, "captured": True, "currency": "usd", **changes}


def parsed(**changes):
    plain: dict[str, Any] = {
        "object": "dispute",
        "id": "du_1",
        "status": "lost",
        "reason": "fraudulent",
        "created": 1_700_000_000,
    }
    return dispute.parse({**plain, "amount": 7_000, "currency": "usd", **changes})


def a_row(amount, category="dispute", **changes):
    return {"amount": amount, "currency": "usd", "reporting_category": category, **changes}


def a_listing(*refunds, has_more=False):
    return {"object": "list", "data": list(refunds), "has_more": has_more}


def a_release(amount, **changes):
    details = {"type": "card", "card": {"type": "reversal"}}
    return {"amount": amount, "status": "succeeded", "destination_details": details, **changes}


def a_refund(amount, **changes):
    return a_release(amount, **{"destination_details": {"type": "card", "card": {"type": "refund"}}, **changes})


PART = {"amount_captured": 7_000, "amount_refunded": 3_000}


def test_what_was_released_is_no_refund():
    read = parsed(charge=a_charge(**PART))
    assert (read.captured, read.refunded) == (7_000, 0)


@pytest.mark.parametrize(
    "refunds",
    [a_listing(a_release(3_000), a_refund(500)), a_listing(a_refund(500), has_more=True), None],
    ids=["whole list", "part of the list", "no list"],
)
def test_a_refund_beside_a_release_counts_alone(refunds):
    assert parsed(charge=a_charge(amount_captured=7_000, amount_refunded=3_500, refunds=refunds)).refunded == 500


def test_a_refund_while_the_rest_may_still_be_captured_is_a_refund():
    held = a_charge(amount_captured=7_000, amount_refunded=500)
    assert parsed(charge=held).refunded == 500
    as_much = a_charge(amount_captured=7_000, amount_refunded=3_000, refunds=a_listing(a_refund(3_000)))
    assert parsed(charge=as_much).refunded == 3_000


def test_a_release_that_does_not_say_what_it_is_counts_by_its_amount():
    silent = a_release(3_000, destination_details=None)
    assert parsed(charge=a_charge(**PART, refunds=a_listing(silent))).refunded == 0
    moved = a_release(3_000, destination_details=None, balance_transaction="txn_1")
    assert parsed(charge=a_charge(**PART, refunds=a_listing(moved))).refunded == 3_000


def test_a_reversal_of_a_whole_payment_is_a_refund():
    charge = a_charge(amount_refunded=10_000, refunds=a_listing(a_release(10_000)))
    assert parsed(charge=charge).refunded == 10_000


def test_an_authorisation_that_expired_gave_nothing_back():
    held = {"captured": False, "amount_captured": 0, "amount_refunded": 10_000, "refunded": True}
    assert parsed(charge=a_charge(**held)).refunded == 0
    assert parsed(charge=a_charge(**held, refunds=a_listing(a_release(10_000)))).refunded == 0


def test_more_may_be_captured_than_was_authorised():
    read = parsed(charge=a_charge(amount_captured=12_000, amount_refunded=500))
    assert (read.captured, read.refunded) == (12_000, 500)


@pytest.mark.parametrize(
    ("charge", "captured"),
    [
        ("ch_1", None),
        ({"id": "ch_1"}, None),
        (a_charge(amount_captured=None), 10_000),
        (a_charge(captured=False, amount_captured=0), 0),
        (a_charge(captured=False, amount_captured=4_000), 4_000),
        (a_charge(currency="eur"), None),
    ],
    ids=["an id", "says nothing", "old", "never captured", "captured in part so far", "another currency"],
)
def test_captured_is_told_only_where_it_is_known(charge, captured):
    assert parsed(charge=charge).captured == captured


def test_money_that_comes_back_while_lost_is_read():
    read = parsed(balance_transactions=[a_row(-7_000, fee=1_500), a_row(3_000, "dispute_reversal")])
    assert (read.status, read.value, read.reinstated) == (
        "lost",
        Money(amount=7_000, currency="usd"),
        Money(amount=3_000, currency="usd"),
    )


def test_the_withdrawal_is_found_wherever_the_return_stands():
    rows = [a_row(3_000, "dispute_reversal"), a_row(1_000, ""), a_row(-7_000)]
    read = parsed(balance_transactions=rows)
    assert read.value == Money(amount=7_000, currency="usd")
    assert read.reinstated == Money(amount=4_000, currency="usd")


def test_nothing_came_back_by_a_withdrawal():
    assert parsed(balance_transactions=[a_row(-7_000)]).reinstated is None
    assert parsed(balance_transactions=[]).reinstated is None


def test_a_return_that_is_taken_again_is_no_return():
    rows = [a_row(-7_000), a_row(7_000, "dispute_reversal"), a_row(-7_000, "dispute_reversal")]
    read = parsed(balance_transactions=rows)
    assert (read.value, read.reinstated) == (Money(amount=7_000, currency="usd"), None)


def test_returns_are_added_up_in_the_currency_of_the_withdrawal():
    rows = [a_row(-6_400, currency="EUR"), a_row(100, "dispute_reversal"), a_row(6_400, currency="eur")]
    assert parsed(balance_transactions=rows).reinstated == Money(amount=6_400, currency="eur")


def test_a_return_alone_does_not_say_what_was_withdrawn():
    read = parsed(balance_transactions=[a_row(3_000, "dispute_reversal")])
    assert (read.value, read.reinstated) == (None, Money(amount=3_000, currency="usd"))


def test_the_value_of_an_inquiry_on_a_part_is_counted_from_what_was_captured():
    paid = {"amount": 6_440, "currency": "eur", "exchange_rate": 0.92}
    charge = a_charge(**PART, balance_transaction=paid)
    assert parsed(charge=charge, amount=3_500).value == Money(amount=3_220, currency="eur")


def shown(amount, currency, **changes):
    return a_charge(presentment_details={"presentment_amount": amount, "presentment_currency": currency}, **changes)


@pytest.mark.parametrize(("amount", "currency"), [(3_500, "eur"), (5_690, "jpy"), (12_500, "KWD")])
def test_what_the_customer_saw_and_paid_is_kept_in_its_currency(amount, currency):
    assert parsed(charge=shown(amount, currency)).presentment == Money(amount=amount, currency=currency.lower())


def test_the_payment_intent_may_tell_what_the_customer_saw():
    intent = {"id": "pi_1", "presentment_details": {"presentment_amount": 3_500, "presentment_currency": "eur"}}
    assert parsed(charge=a_charge(), payment_intent=intent).presentment == EURO


@pytest.mark.parametrize(
    "charge",
    [
        shown(10_000, "usd"),
        shown(3_500, None),
        shown(0, "eur"),
        shown(-1, "eur"),
        shown(3_500, "eur", **PART),
        shown(3_500, "eur", amount_captured=12_000),
        "ch_1",
    ],
    ids=["the same", "no currency", "nothing", "less than nothing", "captured in part", "over-captured", "an id"],
)
def test_no_other_currency_is_told_where_it_may_not_be_what_was_paid(charge):
    assert parsed(charge=charge).presentment is None


def test_a_dispute_in_the_customers_currency_is_worth_its_share_of_what_the_customer_saw():
    paid = {"amount": 9_000, "currency": "gbp", "exchange_rate": 0.9}
    charge = shown(8_000, "eur", balance_transaction=paid)
    assert parsed(charge=charge, amount=4_000, currency="eur").value == Money(amount=4_500, currency="gbp")
    assert parsed(charge=charge, amount=4_000, currency="chf").value is None
