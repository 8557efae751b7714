"""Refunds that fail after they were made: the money comes back to the merchant."""

from simulator.http.parameters import JsonObject
from simulator.session import Session
from simulator.state import Caller

SECONDS = 60
"""How long before an escalation a refund may have been made and still fail; one made minutes earlier stands."""


def fail_recent(session: Session, dispute: JsonObject) -> None:
    """Fail the refunds that were made just before an inquiry became a chargeback (reference 2.3)."""
    caller = Caller(livemode=dispute.get("livemode", False), account=dispute.get("_account"))
    for refund in session.store.list_objects("refund", caller, charge=str(dispute["charge"])):
        if refund["status"] == "succeeded" and session.store.seconds() - refund["created"] <= SECONDS:
            fail(session, refund, "charge_for_pending_refund_disputed", caller)


def fail(session: Session, refund: JsonObject, reason: str, caller: Caller | None = None) -> JsonObject:
    """Turn a refund into a failed one, take it off what its charge says was refunded, and return it."""
    charge = session.store.find(str(refund["charge"]))
    if charge is not None:
        refunded = charge.get("amount_refunded", 0) - refund["amount"]
        changed = {**charge, "amount_refunded": refunded, "refunded": refunded >= charge["amount"]}
        session.save(charge, changed, "charge.updated", caller=caller)
    failed = {**refund, "status": "failed", "failure_reason": reason}
    return session.save(refund, failed, "refund.failed", caller=caller)
