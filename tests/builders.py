"""Disputes, facts and cases with full defaults, for the tests of the core and the agents."""

from datetime import UTC, datetime, timedelta

from agents.rebuttal import Author
from disputes import packet, policy
from disputes.case import Assessment, Case, Claim, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence, FactValue, Gap, build_fact
from disputes.evidence import kinds as facts
from disputes.letter.templates.loading import load_templates
from disputes.money import Money
from disputes.playbook.loading import load_playbooks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOOKS, TEMPLATES = load_playbooks(), load_templates()
AUTHOR = Author(BOOKS, TEMPLATES)
DEFAULT, AUTOPILOT = policy.load(), policy.load("autopilot")

SAMPLES: dict[str, FactValue] = {
    "dispute_amount": Money(amount=3_800, currency="usd"),
    "amount_paid": Money(amount=123_456, currency="usd"),
    "other_amount": Money(amount=4_200, currency="jpy"),
    "other_refund_amount": Money(amount=12_500, currency="kwd"),
    "refund_amount": Money(amount=700, currency="eur"),
    "order_id": "A-1042",
    "other_order_id": "INV2026001",
    "product_description": "Blue Ridge tent, 2 persons (SKU 88-1), 149.00 EUR",
    "other_description": "iPhone case No 7",
    "line_items": "2 x Trail Mug; 1 x Gift Card $25.00",
    "customer_name": "Zoë O'Brien-Ångström",
    "customer_email": "zoe.o'brien+shop@mail.example.com",
    "receipt_email": "zoe@example.com",
    "customer_ip": "203.0.113.7",
    "device_id": "d3f4a9-77",
    "account_id": "user_20417",
    "billing_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "shipping_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "shipping_name": "Zoë O'Brien",
    "card": "Visa ending 4242",
    "wallet": "Apple Pay",
    "avs_match": "postal code and street",
    "cvc_match": "pass",
    "three_d_secure": "Authenticated (challenge, 2.2.0)",
    "statement_descriptor": "ACME.COM 800-555",
    "carrier": "UPS",
    "tracking_number": "1Z999AA10123456784",
    "delivery_signature": "Z. O'Brien",
    "delivery_place": "12 Main St, Apt 4, New York, NY 10001, US",
    "tracking_event": "Delivered, front door",
    "usage_event": "Signed in",
    "customer_message": "The tent arrived today, thank you!",
    "merchant_message": "Thank you for your order. It has been shipped.",
    "other_tracking_number": "1Z999AA10123456799",
    "dispute_opened_at": "2026-09-30T09:12:00Z",
    "other_charge_id": "ch_3PqRs7T",
    "refund_reference": "74537604221222132710572",
    "other_refund_reference": "re_91Xk2",
    "subscription_id": "sub_1Nv0",
    "subscription_interval": "every 3 months",
    "invoice_number": "INV-2026-0007",
    "product_type": "physical",
}


def a_dispute(**changes):
    plain = {"id": "du_1", "status": "needs_response", "reason": "product_not_received", "amount": 3_800}
    times = {"created": NOON - timedelta(days=1), "due_by": NOON + timedelta(days=9), "currency": "usd"}
    return Dispute.model_validate({**plain, **times, **changes})


def sample(kind):
    """A fact of a kind, each with a value of its own."""
    day = datetime(2026, 3, 1, 9, 12, tzinfo=UTC) + timedelta(days=list(facts.KINDS).index(kind), minutes=7)
    plain: dict[str, FactValue | datetime] = {
        "money": Money(amount=999, currency="usd"),
        "time": day,
        "count": 7,
        "flag": True,
    }
    return build_fact(kind, SAMPLES.get(kind, plain.get(facts.form(kind), f"plain {kind}")), f"test:{kind}")


def on_record(*kinds):
    """Evidence from kinds of facts."""
    return Evidence(facts=tuple(sample(kind) for kind in " ".join(kinds).split()))


def everything(product="physical"):
    """Every fact that helps."""
    kinds = [kind for kind in facts.KINDS if kind not in facts.ADVERSE]
    type_fact = build_fact("product_type", product, "test:product_type")
    return Evidence(facts=(type_fact, *(sample(kind) for kind in kinds if kind != "product_type")))


def a_claim(text="We received a payment of 1,234.56 USD.", *cited):
    return Claim(text=text, facts=cited or ("amount_paid",))


def a_letter(*claims):
    return Rebuttal(claims=claims or (a_claim(),))


def an_assessment(confidence=0.9, **changes):
    return Assessment(claim="C.", answer="A.", playbook="p@1", confidence=confidence, **changes)


def a_case(*, confidence=0.9, gaps=(), letter=None, **changes):
    """A case that is fit to file unless a change says otherwise."""
    dispute, evidence = a_dispute(**changes), on_record("dispute_amount amount_paid paid_at")
    rebuttal = letter or a_letter()
    return Case(
        dispute=dispute,
        evidence=evidence.plus(Evidence(gaps=tuple(gaps))),
        assessment=an_assessment(confidence),
        rebuttal=rebuttal,
        packet=packet.build(dispute, evidence, rebuttal, BOOKS.of(dispute.reason)),
    )


def a_full_case(reason="product_not_received", product="physical", **changes):
    """A case with every fact that helps."""
    return a_case(reason=reason, **changes).model_copy(update={"evidence": everything(product)})


def a_gap(name="arrived", why="No delivery is on record.", *, fatal=True, source="playbook"):
    return Gap(name=name, why=why, fatal=fatal, source=source)
