"""Scenarios of unusual disputes: bank returns, compliance cases, appeals, and those already decided or overdue."""

from datetime import datetime, timedelta

from simulator.objects import StripeObject
from simulator.worlds.claims import NOT_RECEIVED, DisputedClaim
from simulator.worlds.orders import SoldOrder
from simulator.worlds.story import Story

NOT_DESCRIBED = DisputedClaim("product_unacceptable", "13.3")
UNCLEAR = DisputedClaim("general", "12.5")
COMPLIANCE = DisputedClaim("noncompliant", "C028", case_type="compliance")
RETURNED = DisputedClaim("insufficient_funds", "R01", status="lost")
PREVENTED = DisputedClaim("fraudulent", "10.4", case_type="resolution", status="prevented")
ANSWERED = DisputedClaim(NOT_RECEIVED.reason, NOT_RECEIVED.code, status="under_review", ago=timedelta(days=5))
APPEALABLE = DisputedClaim(
    NOT_RECEIVED.reason, NOT_RECEIVED.code, status="appeal_needs_response", ago=timedelta(days=2)
)
WON = DisputedClaim(NOT_RECEIVED.reason, NOT_RECEIVED.code, status="won", ago=timedelta(days=70))

BANK_ACCOUNT = {
    "type": "us_bank_account",
    "us_bank_account": {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "fingerprint": "bA7example2Lw9Ty",
        "last4": "6789",
        "payment_reference": None,
        "routing_number": "110000000",
    },
}


def little_evidence(now: datetime, tag: str, *, amount: int, product: str, claim: DisputedClaim) -> list[StripeObject]:
    """Build an order of which the shop recorded little more than its name."""
    story = Story(now, tag)
    order = SoldOrder(amount=amount, product=product, documented=False, checkout=False)
    story.dispute(story.pay(order), claim)
    return story.objects


def compliance(now: datetime, tag: str) -> list[StripeObject]:
    """Build a Visa compliance case, which costs a network fee to contest."""
    story = Story(now, tag)
    story.dispute(
        story.pay(SoldOrder(amount=7_000, product="Slate serving board", delivered=True)),
        COMPLIANCE,
        details={
            "enhanced_eligibility": {"visa_compliance": {"status": "requires_fee_acknowledgement"}},
        },
        enhanced_eligibility_types=["visa_compliance"],
    )
    return story.objects


def bank_return(now: datetime, tag: str, *, claim: DisputedClaim = RETURNED) -> list[StripeObject]:
    """Build a bank debit that was returned, by default for insufficient funds: lost before anyone could answer."""
    story = Story(now, tag)
    order = SoldOrder(amount=4_400, product="Bamboo shelf", method=BANK_ACCOUNT, checkout=False)
    story.dispute(story.pay(order), claim, details={"due_by": None})
    return story.objects


def prevented(now: datetime, tag: str) -> list[StripeObject]:
    """Build a claim that the network settled before it became a dispute."""
    story = Story(now, tag)
    order = SoldOrder(amount=1_900, product="Candle trio", delivered=True)
    story.dispute(story.pay(order), PREVENTED, details={"due_by": None})
    return story.objects


def past_due(now: datetime, tag: str) -> list[StripeObject]:
    """Build a dispute that was due yesterday.

    `past_due` stays false: Stripe sets it when the last submission was late, and here there was none.
    """
    story = Story(now, tag)
    claim = DisputedClaim(NOT_RECEIVED.reason, NOT_RECEIVED.code, ago=timedelta(days=9))
    story.dispute(story.pay(SoldOrder(amount=3_600, delivered=True)), claim)
    return story.objects


def already_answered(now: datetime, tag: str, *, amount: int, claim: DisputedClaim) -> list[StripeObject]:
    """Build a dispute that was answered before Rebut first read it."""
    story = Story(now, tag)
    ago = claim.ago + timedelta(days=21)
    charge = story.pay(SoldOrder(amount=amount, product="Rattan basket", delivered=True, ago=ago))
    dispute = story.dispute(charge, claim)
    dispute["evidence"] |= {
        "product_description": charge["description"],
        "shipping_carrier": charge["shipping"]["carrier"],
        "shipping_date": charge["metadata"]["shipped_at"][:10],
        "shipping_tracking_number": charge["shipping"]["tracking_number"],
    }
    return story.objects
