"""Cases, people and signed events for the tests of the API."""

import json
from datetime import timedelta

import stripe

from disputes.case import Assessment, Case, Claim, Packet, PacketFile, Rebuttal, Route
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Gap, build_fact
from disputes.money import Money
from disputes.repositories.cases import CaseRecord, HistoryStep
from tests.fakes import NOON

SECRET = "whsec_test"
VIEWER = "viewer-token"
REVIEWER = "reviewer-token"
ADMIN = "admin-token"
PAID = "The customer paid 38.00 USD on 14 March 2026."


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def if_match(version, token=REVIEWER):
    return bearer(token) | {"If-Match": f'"{version}"'}


def a_dispute(dispute_id="du_1", **changes):
    plain = {"status": "needs_response", "reason": "fraudulent", "amount": 3_800, "currency": "usd"}
    times = {"created": NOON, "due_by": NOON + timedelta(days=9)}
    return Dispute(id=dispute_id, **{**plain, **times, **changes})


def some_evidence():
    charge = "stripe:charge/ch_1"
    facts = (
        build_fact("amount_paid", Money(amount=3_800, currency="usd"), f"{charge}:amount"),
        build_fact("paid_at", "2026-03-14T09:12:00Z", f"{charge}:created"),
        build_fact("customer_name", "Zoë Ångström", f"{charge}:billing_details.name"),
        build_fact("prior_payments", 3, "stripe:charges"),
        build_fact("shipping_matches_billing", value=True, source=charge),
        build_fact("cvc_mismatch", "fail", charge),
    )
    return Evidence(facts=facts, gaps=(Gap(name="carrier", why="timed out", source="carrier"),))


def a_case(dispute=None, *, queue="fraud", letter=PAID):
    return Case(
        dispute=dispute or a_dispute(),
        evidence=some_evidence(),
        assessment=Assessment(claim="fraud", answer="the holder paid", playbook="fraudulent", confidence=0.62),
        rebuttal=Rebuttal(
            claims=(Claim(text=letter, facts=("amount_paid", "paid_at"), topic="payment", template="paid@1/0"),),
            draft=(Claim(text="It was paid.", facts=("amount_paid",), topic="payment"),),
        ),
        packet=Packet(
            fields={"uncategorized_text": letter},
            files=(PacketFile(field="receipt", name="receipt.pdf", pages=1, bytes=812, sha256="00", file="file_1"),),
        ),
        route=Route(action="review", queue=queue, reasons=("Fraud is never filed without a person.",)),
    )


def a_record(dispute_id="du_1", *, state="waiting", at=NOON, case=None, **changes):
    history = (HistoryStep(step="load", at=at, note="read from Stripe"), HistoryStep(step="review", at=at))
    whole = case or a_case(a_dispute(dispute_id))
    record = CaseRecord(dispute_id=dispute_id, state=state, case=whole, history=history, received_at=at, updated_at=at)
    return record.model_copy(update=changes)


def an_event(event_id="evt_1", *, dispute_id="du_1", **changes):
    event = {
        "id": event_id,
        "object": "event",
        "type": "charge.dispute.created",
        "created": int(NOON.timestamp()),
        "livemode": False,
        "data": {"object": {"id": dispute_id, "object": "dispute", "status": "needs_response"}},
    }
    return event | changes


def payload(event):
    return json.dumps(event).encode()


def signed(body, *, secret=SECRET, at=NOON):
    stamp = int(at.timestamp())
    return {
        "Stripe-Signature": stripe.WebhookSignature.generate_signature_header(
            body.decode("utf-8", "replace"), secret, timestamp=stamp
        )
    }
