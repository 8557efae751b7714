"""Tests of the three outcomes of grounding: refused where a fact says otherwise, asked where no rule can tell."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.letter import grounding
from disputes.money import Money
from tests.builders import a_claim, a_letter

FACTS = (
    build_fact("amount_paid", Money(amount=3_800, currency="usd"), "t"),
    build_fact("other_amount", Money(amount=3_800, currency="usd"), "t"),
    build_fact("paid_at", "2026-03-14T09:00:00Z", "t"),
    build_fact("other_paid_at", "2026-03-14T08:30:00Z", "t"),
    build_fact("order_id", "HW-52285", "t"),
    build_fact("other_order_id", "HW-52258", "t"),
    build_fact("separate_orders", value=True, source="t"),
    build_fact("delivered_at", "2026-03-19T01:10:00Z", "t"),
    build_fact("customer_name", "Grace Okonkwo", "t"),
    build_fact("shipping_name", "Ada Brandt", "t"),
    build_fact("delivery_signature", "A. BRANDT", "t"),
    build_fact("billing_address", "12 Oak Street, Leeds, LS1 4AP, GB", "t"),
    build_fact("shipping_address", "73 Highfield Road, Birmingham, B15 3DP, GB", "t"),
    build_fact("refund_policy", "Unused goods may be returned within 30 days.", "t"),
    build_fact("customer_message", "It came, thanks.", "t"),
    build_fact("usage_count", 31, "t"),
    build_fact("refund_amount", Money(amount=3_800, currency="usd"), "t"),
    build_fact("refund_covers_claim", value=True, source="t"),
    build_fact("period_start", "2026-03-14T09:00:00Z", "t"),
    build_fact("period_end", "2027-03-14T09:00:00Z", "t"),
)


def judge(text):
    letter = a_letter(a_claim(text, *(fact.id for fact in FACTS)))
    decided = {not violation.undecidable for violation in grounding.check(letter, Evidence(facts=FACTS))}
    return "refused" if True in decided else "asked" if decided else "passed"


@pytest.mark.parametrize(
    "text",
    [
        "The parcel is said not to have arrived.",
        "Grace Okonkwo, so the claim runs, never received the parcel.",
        "We are told that no delivery took place. It did: on 19 March 2026.",
        "The payment that is said to be fraudulent was of 38.00 USD.",
        "It is claimed that the same purchase was charged twice.",
        "This is not one order billed twice.",
        "The order went to 73 Highfield Rd, Birmingham b153dp.",
        "It was delivered on the 19th at 01:10 UTC.",
        "It was delivered on 19 March 2026 at 01:10 UTC, or the evening of 18 March local time.",
        "HW-52258 was paid at 08:30 UTC and HW-52285 at 09:00 UTC.",
        "The earlier payment was made at 08:30 UTC, the later one at 09:00 UTC.",
        "The whole of the 38.00 USD was refunded.",
        "The refund of 38.00 USD went back to the customer.",
        "We ask the issuer to close the inquiry without a chargeback.",
        "We do not hide that two payments of 38.00 USD were made.",
        "The parcel is not missing: it was delivered.",
        "Unused goods could be returned within 30 days.",
        'The customer herself wrote: "It came, thanks."',
    ],
)
def test_what_is_told_derived_or_worded_otherwise_passes(text):
    assert judge(text) == "passed"


@pytest.mark.parametrize(
    "text",
    [
        "Grace Okonkwo knew of the delivery.",
        "Grace Okonkwo went home content with it.",
        "After the payment it was used 31 times.",
        "It was delivered, and is in use to this day.",
        "The customer read our message.",
        "The payment is disputed only because she wants the money.",
        "Nobody ever asked about the parcel.",
        "The neighbour took the parcel.",
        "Grace Okonkwo chose to keep it.",
    ],
)
def test_what_no_rule_can_tell_is_asked(text):
    assert judge(text) == "asked"


@pytest.mark.parametrize(
    "text",
    [
        "HW-52258 was paid at 09:00 UTC.",
        "The disputed payment, for HW-52285, was made at 08:30 UTC.",
        "The disputed order is HW-52258.",
        "Grace Okonkwo herself signed for it.",
        "It was delivered on 19 March 2026 to 12 Oak Street, Leeds.",
        "The paid year ended on 14 March 2026.",
        "No refund was made.",
        "It was delivered on the 18th.",
        "By an oversight we charged the order again.",
        "We have agreed to refund the rest.",
        "Together the payments are 77.00 USD.",
    ],
)
def test_what_a_fact_contradicts_or_none_holds_is_refused(text):
    assert judge(text) == "refused"
