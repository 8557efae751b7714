"""A key that may be the disputed card goes from every place it stands, and other keys stay."""

from disputes.ce3.payment import PaymentHistory
from disputes.evidence import Evidence, Gap, build_fact, clean_id, render
from disputes.evidence.conclusions import conclude
from tests.disputes.ce3.payments import a_payment

NUMBER, OTHER = "4000000000000002", "4242424242424242"
CARD = build_fact("card", "Visa ending 0002", "stripe:charge/ch_1:last4")


def test_a_key_that_ends_as_the_disputed_card_goes_and_others_stay():
    facts = (CARD, build_fact("order_id", NUMBER, "shop"), build_fact("account_id", OTHER, "shop"))
    known = conclude(Evidence(facts=facts))
    assert {fact.kind: render(fact) for fact in known.facts} == {"card": "Visa ending 0002", "account_id": OTHER}


def test_it_is_masked_however_it_is_grouped_and_wherever_it_stands():
    spaced = "40 0000 0000-0000 02"
    parcel = build_fact("tracking_number", spaced, f"sql:{NUMBER}", of=NUMBER)
    message = build_fact("customer_message", f"Was {spaced} used?", "zendesk", ref="1")
    gap = Gap(name="shop", why=f"The shop has no order for {NUMBER}.", source="shop")
    known = conclude(Evidence(facts=(parcel, message, CARD), gaps=(gap,)))
    assert NUMBER not in "".join(c for c in known.model_dump_json() if c.isdigit())


def test_the_payments_that_are_compared_lose_it_too():
    disputed, prior = a_payment(customer_account_id=NUMBER), a_payment("ch_1", customer_device_id=OTHER)
    known = conclude(Evidence(facts=(CARD,), history=PaymentHistory(disputed=disputed, priors=(prior,))))
    assert known.history
    assert known.history.disputed.customer_account_id == "[card ending 0002]"
    assert known.history.priors[0].customer_device_id == OTHER


def test_without_a_card_on_record_every_key_stays():
    known = conclude(Evidence(facts=(build_fact("order_id", NUMBER, "shop"),)))
    assert render(known.of("order_id")[0]) == NUMBER


def test_a_cited_fact_keeps_the_key_in_its_id():
    assert clean_id(f"delivered_at:{NUMBER}\x00") == f"delivered_at:{NUMBER}"
    assert clean_id(f"no_kind:{NUMBER}") == "no_kind:[card ending 0002]"
    assert clean_id("amount_paid\ud800") == "amount_paid"
