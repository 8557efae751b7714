import pytest

from disputes.evidence import build_fact
from simulator.objects import a_card, a_charge, a_customer, an_address, an_outcome
from simulator.worlds.billing import a_checkout_session, a_list, an_item
from tests.tools.stripe_api.payment_objects import PAID, papers, told
from tools.sources.stripe import customer as stripe_customer
from tools.sources.stripe import order as stripe_order
from tools.sources.stripe import payment


def test_a_payment_tells_itself() -> None:
    facts = told(payment.read(papers(a_charge(receipt_number="1200-4"))))
    assert facts["amount_paid"] == "38.00 USD"
    assert facts["card"] == "Visa ending 4242"
    assert (facts["avs_match"], facts["cvc_match"]) == ("street address and postal code match", "security code matches")
    assert (facts["receipt_number"], facts["risk_level"], facts["charge_id"]) == ("1200-4", "normal", "ch_example")


@pytest.mark.parametrize(
    ("street", "postal", "kind", "words"),
    [
        ("pass", "fail", "avs_match", "street address matches"),
        ("unavailable", "pass", "avs_match", "postal code matches"),
        ("fail", "unchecked", "avs_mismatch", "street address does not match"),
        ("fail", "fail", "avs_mismatch", "street address and postal code do not match"),
    ],
)
def test_says_of_the_address_only_what_was_checked(street: str, postal: str, kind: str, words: str) -> None:
    checks = {"address_line1_check": street, "address_postal_code_check": postal, "cvc_check": "fail"}
    facts = told(payment.read(papers(a_charge(payment_method_details=a_card(checks=checks)))))
    assert {name: value for name, value in facts.items() if name.startswith("avs")} == {kind: words}
    assert "cvc_match" not in facts
    assert facts["cvc_mismatch"] == "security code does not match"


def test_a_check_nobody_made_says_nothing() -> None:
    checks = {"address_line1_check": None, "address_postal_code_check": "unavailable", "cvc_check": "unchecked"}
    facts = told(payment.read(papers(a_charge(payment_method_details=a_card(checks=checks)))))
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
    assert told(payment.read(papers(a_charge(payment_method_details=method)))).get("three_d_secure") == words


@pytest.mark.parametrize("level", ["elevated", "highest"])
def test_a_risky_payment_counts_against_us(level: str) -> None:
    facts = told(payment.read(papers(a_charge(outcome=an_outcome(risk_level=level)))))
    assert facts["high_risk"] == level
    assert "risk_level" not in facts


def test_a_wallet_and_an_unknown_brand_are_named() -> None:
    method = a_card(brand="some_new_one", wallet={"type": "apple_pay"})
    facts = told(payment.read(papers(a_charge(payment_method_details=method))))
    assert (facts["card"], facts["wallet"]) == ("Some New One ending 4242", "Apple Pay")


def test_the_customer_is_read_from_the_first_place_that_knows() -> None:
    bare = {"name": None, "email": None, "address": {"line1": None, "postal_code": "12545"}}
    charge = a_charge(billing_details=bare, receipt_email=None, customer=a_customer(name="Ida of old"))
    facts = {fact.kind: fact for fact in stripe_customer.read(papers(charge))}
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
    found = papers(bare, claim={"evidence": pre})
    facts = told(stripe_customer.read(found)) | told(stripe_order.read(found))
    assert facts["customer_name"] == "Pre Filled"
    assert facts["customer_ip"] == "203.0.113.9"
    assert facts["billing_address"] == "1 Road Town, NY, 12545, US"
    assert facts["product_description"] == "A lamp"


def test_what_we_staged_ourselves_is_no_record_of_what_was_bought() -> None:
    staged = {"evidence": {"product_description": "Ours"}, "evidence_details": {"has_evidence": True}}
    facts = told(stripe_order.read(papers(a_charge(description=None), claim=staged)))
    assert "product_description" not in facts


def test_a_ticked_box_is_dated_by_the_payment() -> None:
    facts = told(stripe_customer.read(papers(session=a_checkout_session())))
    assert facts["terms_accepted_at"] == told([build_fact("paid_at", PAID, "")])["paid_at"]


def test_a_cart_and_a_parcel() -> None:
    session = a_checkout_session(
        client_reference_id="order-7",
        line_items=a_list("", [an_item(), an_item(id="li_2", description="Bulb", quantity=2, amount_total=900)]),
    )
    shipping = {"name": "Ida", "address": an_address(line1="18 ALDER ROW"), "carrier": "UPS", "tracking_number": "1Z9"}
    found = stripe_order.read(papers(a_charge(shipping=shipping), session=session))
    facts = told(found)
    assert facts["line_items"] == "1 x Walnut desk lamp (38.00 USD); 2 x Bulb (9.00 USD)"
    assert (facts["order_id"], facts["carrier"], facts["tracking_number"]) == ("order-7", "UPS", "1Z9")
    assert facts["shipping_matches_billing"] == "yes"


def test_a_parcel_to_another_door_does_not_match() -> None:
    shipping = {"name": "Ida", "address": an_address(line1="19 Alder Row")}
    assert "shipping_matches_billing" not in told(stripe_order.read(papers(a_charge(shipping=shipping))))


def test_a_long_cart_is_cut_short() -> None:
    items = [an_item(id=f"li_{n}") for n in range(13)]
    session = a_checkout_session(line_items=a_list("", items))
    assert told(stripe_order.read(papers(session=session)))["line_items"].endswith("; and 3 more")


def test_card_numbers_are_masked_wherever_they_stand() -> None:
    facts = told(stripe_order.read(papers(a_charge(description="Card 4242 4242 4242 4242 please"))))
    assert facts["product_description"] == "Card [card ending 4242] please"
