"""Facts from the payment, the customer and the order."""

from typing import Any

import pytest

from disputes.evidence import build_fact
from simulator.objects import a_card, a_charge, a_customer, a_payment_intent, an_address, an_outcome
from simulator.worlds.billing import a_checkout_session, a_list, an_item
from tests.builders import AUTHOR, a_case, on_record
from tests.tools.stripe_api.payment_objects import PAID, as_evidence, build_objects, render_all
from tools.sources.stripe import customer, order, payment


def test_the_facts_of_a_payment() -> None:
    facts = render_all(payment.read(build_objects(a_charge(receipt_number="1200-4"))))
    assert facts["amount_paid"] == "38.00 USD"
    assert facts["card"] == "Visa ending 4242"
    assert (facts["avs_match"], facts["cvc_match"]) == ("street address and postal code match", "security code matches")
    assert (facts["receipt_number"], facts["risk_level"], facts["charge_id"]) == ("1200-4", "normal", "ch_example")


def shown(amount: int, currency: str) -> dict[str, Any]:
    return {"presentment_details": {"presentment_amount": amount, "presentment_currency": currency}}


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(3_500, "eur", "35.00 EUR"), (5_690, "jpy", "5,690 JPY"), (11_700, "kwd", "11.700 KWD")],
)
def test_what_the_customer_saw_stands_beside_what_we_received(amount: int, currency: str, words: str) -> None:
    told = {"amount_paid": "38.00 USD", "amount_presented": words}
    objects = build_objects(a_charge(**shown(amount, currency)))
    assert render_all(payment.read(objects)).items() >= told.items()
    by_intent = build_objects(claim={"payment_intent": a_payment_intent(**shown(amount, currency))})
    assert render_all(payment.read(by_intent)).items() >= told.items()
    known = on_record("dispute_amount product_description").plus(as_evidence(payment.read(objects)))
    letter = AUTHOR.plan(a_case().model_copy(update={"evidence": known})).claims
    assert [
        claim for claim in letter if words in claim.text and {"amount_paid", "amount_presented"} <= set(claim.facts)
    ]


@pytest.mark.parametrize("charge", [shown(3_800, "usd"), shown(3_500, "eur") | {"amount_captured": 3_000}])
def test_one_amount_is_told_where_there_is_but_one_or_the_other_is_not_sure(charge: dict[str, Any]) -> None:
    assert "amount_presented" not in render_all(payment.read(build_objects(a_charge(**charge))))


def test_an_authorisation_that_expired_is_no_amount_paid() -> None:
    expired = a_charge(captured=False, amount_captured=0, amount_refunded=3_800)
    assert "amount_paid" not in render_all(payment.read(build_objects(expired)))


@pytest.mark.parametrize(
    ("street", "postal", "told"),
    [
        (
            *("pass", "fail"),
            {"avs_match": "street address matches", "avs_mismatch": "postal code does not match"},
        ),
        ("unavailable", "pass", {"avs_match": "postal code matches"}),
        ("fail", "unchecked", {"avs_mismatch": "street address does not match"}),
        ("fail", "fail", {"avs_mismatch": "street address and postal code do not match"}),
    ],
)
def test_the_address_check_names_only_what_was_checked(street: str, postal: str, told: dict[str, str]) -> None:
    checks = {"address_line1_check": street, "address_postal_code_check": postal, "cvc_check": "fail"}
    facts = render_all(payment.read(build_objects(a_charge(payment_method_details=a_card(checks=checks)))))
    assert {name: value for name, value in facts.items() if name.startswith("avs")} == told
    assert "cvc_match" not in facts
    assert facts["cvc_mismatch"] == "security code does not match"


def test_a_check_that_was_not_made_gives_no_fact() -> None:
    checks = {"address_line1_check": None, "address_postal_code_check": "unavailable", "cvc_check": "unchecked"}
    facts = render_all(payment.read(build_objects(a_charge(payment_method_details=a_card(checks=checks)))))
    assert not {"avs_match", "avs_mismatch", "cvc_match", "cvc_mismatch"} & set(facts)


@pytest.mark.parametrize(
    ("secure", "words"),
    [
        ({"result": "authenticated", "authentication_flow": "challenge"}, "authenticated by challenge"),
        ({"result": "authenticated", "authentication_flow": "frictionless"}, "authenticated without a challenge"),
        ({"result": "attempt_acknowledged", "authentication_flow": "challenge"}, None),
        ({"result": "failed"}, None),
        (None, None),
    ],
)
def test_three_d_secure_counts_only_when_it_authenticated(secure: dict[str, str] | None, words: str | None) -> None:
    method = a_card(three_d_secure=secure)
    assert (
        render_all(payment.read(build_objects(a_charge(payment_method_details=method)))).get("three_d_secure") == words
    )


@pytest.mark.parametrize("level", ["elevated", "highest"])
def test_a_risky_payment_counts_against_us(level: str) -> None:
    facts = render_all(payment.read(build_objects(a_charge(outcome=an_outcome(risk_level=level)))))
    assert facts["high_risk"] == level
    assert "risk_level" not in facts


def test_a_wallet_and_an_unknown_brand_are_named() -> None:
    method = a_card(brand="some_new_one", wallet={"type": "apple_pay"})
    facts = render_all(payment.read(build_objects(a_charge(payment_method_details=method))))
    assert (facts["card"], facts["wallet"]) == ("Some New One ending 4242", "Apple Pay")


def test_the_customer_is_read_from_the_first_place_with_a_value() -> None:
    bare = {"name": None, "email": None, "address": {"line1": None, "postal_code": "12545"}}
    charge = a_charge(billing_details=bare, receipt_email=None, customer=a_customer(name="Ida of old"))
    facts = {fact.kind: fact for fact in customer.read(build_objects(charge))}
    assert facts["customer_name"].value == "Ida of old"
    assert facts["customer_name"].source == "stripe:customer/cus_example:name"
    assert facts["billing_address"].value == "18 Alder Row, Millbrook, NY, 12545, US"
    assert facts["billing_address"].source == "stripe:customer/cus_example:address"


def test_what_stripe_filled_in_comes_last() -> None:
    pre = {
        "customer_name": "Pre Filled",
        "customer_purchase_ip": "203.0.113.9",
        "billing_address": "1 Road\nTown, NY, 12545, US",
        "product_description": "A lamp",
    }
    bare = a_charge(billing_details={}, receipt_email=None, description=None)
    objects = build_objects(bare, claim={"evidence": pre})
    facts = render_all(customer.read(objects)) | render_all(order.read(objects))
    assert facts["customer_name"] == "Pre Filled"
    assert facts["customer_ip"] == "203.0.113.9"
    assert facts["billing_address"] == "1 Road Town, NY, 12545, US"
    assert facts["product_description"] == "A lamp"


def test_evidence_that_we_staged_is_no_record_of_what_was_bought() -> None:
    staged = {"evidence": {"product_description": "Ours"}, "evidence_details": {"has_evidence": True}}
    facts = render_all(order.read(build_objects(a_charge(description=None), claim=staged)))
    assert "product_description" not in facts


def test_a_ticked_box_is_dated_by_the_payment() -> None:
    facts = render_all(customer.read(build_objects(session=a_checkout_session())))
    assert facts["terms_accepted_at"] == render_all([build_fact("paid_at", PAID, "")])["paid_at"]


def test_the_facts_of_line_items_and_shipping() -> None:
    session = a_checkout_session(
        client_reference_id="order-7",
        line_items=a_list("", [an_item(), an_item(id="li_2", description="Bulb", quantity=2, amount_total=900)]),
    )
    shipping = {"name": "Ida", "address": an_address(line1="18 ALDER ROW"), "carrier": "UPS", "tracking_number": "1Z9"}
    facts = render_all(order.read(build_objects(a_charge(shipping=shipping), session=session)))
    assert facts["line_items"] == "1 x Walnut desk lamp (38.00 USD); 2 x Bulb (9.00 USD)"
    assert (facts["order_id"], facts["carrier"], facts["tracking_number"]) == ("order-7", "UPS", "1Z9")
    assert facts["shipping_matches_billing"] == "yes"


def test_shipping_to_another_address_does_not_match() -> None:
    shipping = {"name": "Ida", "address": an_address(line1="19 Alder Row")}
    assert "shipping_matches_billing" not in render_all(order.read(build_objects(a_charge(shipping=shipping))))


def test_a_long_cart_is_cut_short() -> None:
    items = [an_item(id=f"li_{n}") for n in range(13)]
    session = a_checkout_session(line_items=a_list("", items))
    assert render_all(order.read(build_objects(session=session)))["line_items"].endswith("; and 3 more")


def test_card_numbers_are_masked_in_every_field() -> None:
    facts = render_all(order.read(build_objects(a_charge(description="Card 4242 4242 4242 4242 please"))))
    assert facts["product_description"] == "Card [card ending 4242] please"
