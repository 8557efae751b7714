"""What changes a dispute: updates, submission, close, the bank's decision, and escalation."""

from datetime import UTC, datetime, time, timedelta

from simulator.errors import StripeError
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    HashParameter,
    JsonObject,
    ListParameter,
    MetadataParameter,
    TextParameter,
)
from simulator.rules import balance, enhanced, evidence, limits, refund_failures
from simulator.session import Session
from simulator.state import Caller

CLOSED = ("won", "lost", "warning_closed", "prevented")
STATUS_AFTER_SUBMISSION = {
    "needs_response": "under_review",
    "warning_needs_response": "warning_under_review",
    "appeal_needs_response": "appeal_under_review",
}
SUBMISSION_METHODS = ("manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes")
RESPONSE_DAYS = 8

UPDATE_PARAMETERS = HashParameter(
    {
        "evidence": evidence.PARAMETERS,
        "expand": ListParameter(TextParameter()),
        "metadata": MetadataParameter(),
        "submit": BooleanParameter(),
        "intended_submission_method": ChoiceParameter(SUBMISSION_METHODS),
    }
)


def update(session: Session, dispute: JsonObject, params: JsonObject, caller: Caller) -> JsonObject:
    """Merge evidence and, unless `submit` is false, submit it to the bank; a refused part saves nothing.

    Evidence without `submit` is submitted, metadata alone never is. Our choices where Stripe's behaviour is not known:
    a second submission under review is a 400, and so is a submission without any evidence.
    """
    _check_open(dispute)
    changed = _with_metadata(_with_submission_method(dispute, params.get("intended_submission_method")), params)
    sent, sends = params.get("evidence"), params.get("submit", "evidence" in params)
    if sent is not None or sends:
        changed = _with_evidence(session, changed, sent or {}, caller)
    if sends:
        changed = _with_submission(changed, session.store.now())
    session.save(dispute, changed, "charge.dispute.updated", caller=caller)
    _record(session, changed, staged=sent is not None, sends=sends)
    return changed


def close(session: Session, dispute: JsonObject, caller: Caller) -> JsonObject:
    """Close a dispute: it is lost at once. The fee is not returned.

    Our choice: closing an inquiry is a 400, since accepting one resolves nothing (docs.stripe.com/disputes/responding:
    counter it or refund in full), and so is closing a dispute under review.
    """
    _check_open(dispute)
    if dispute["status"] not in ("needs_response", "appeal_needs_response"):
        raise StripeError("This dispute cannot be closed: answer the inquiry or refund the charge in full.")
    session.counts.of(dispute).closes += 1
    return lose(session, dispute, caller)


def lose(session: Session, dispute: JsonObject, caller: Caller | None = None) -> JsonObject:
    """Close a dispute as lost."""
    return finish(session, dispute, "lost", caller)


def finish(session: Session, dispute: JsonObject, status: str, caller: Caller | None = None) -> JsonObject:
    """Close a dispute with a status in which no money moves."""
    return session.save(dispute, {**dispute, "status": status}, "charge.dispute.closed", caller=caller)


def win(session: Session, dispute: JsonObject) -> JsonObject:
    """Close a dispute as won: first the money is reinstated, then the dispute is closed, in Stripe's order."""
    reversal = balance.reversal_transaction(session.store, dispute)
    transactions = [*dispute["balance_transactions"], reversal]
    won = {**dispute, "status": "won", "is_charge_refundable": True, "balance_transactions": transactions}
    return session.save(dispute, won, "charge.dispute.funds_reinstated", "charge.dispute.closed")


def reinstate(session: Session, dispute: JsonObject, amount: int | None = None) -> JsonObject:
    """Return money of a dispute whatever its status, all that is left or `amount` of it; a lost one stays lost."""
    reversal = balance.reversal_transaction(session.store, dispute, amount)
    paid = {**dispute, "balance_transactions": [*dispute["balance_transactions"], reversal]}
    return session.save(dispute, paid, "charge.dispute.funds_reinstated")


def escalate(session: Session, dispute: JsonObject, *, due_by: int | None = None) -> JsonObject:
    """Turn an inquiry into a chargeback of the same id, with a new deadline and the amount and fee withdrawn.

    Earlier evidence is kept; `submission_count` is not reset (our choice). A refund made within a minute before
    fails.
    """
    refund_failures.fail_recent(session, dispute)
    withdrawal = balance.withdrawal_transaction(session.store, dispute)
    details = {
        **dispute["evidence_details"],
        "due_by": due_by or deadline(session.store.now()),
        "submission_method": "not_submitted",
    }
    chargeback = {
        **dispute,
        "status": "needs_response",
        "is_charge_refundable": False,
        "balance_transactions": [*dispute["balance_transactions"], withdrawal],
        "evidence_details": {**details, "past_due": False},
        "payment_method_details": _with_case_type(dispute.get("payment_method_details") or {}, "chargeback"),
    }
    return session.save(dispute, chargeback, "charge.dispute.updated", "charge.dispute.funds_withdrawn")


def deadline(now: datetime) -> int:
    """Return the UTC second at the end of the eighth day, the time of day of Stripe's deadlines."""
    day = (now.astimezone(UTC) + timedelta(days=RESPONSE_DAYS)).date()
    return int(datetime.combine(day, time(23, 59, 59), UTC).timestamp())


def decide(session: Session, identity: str, text: str) -> None:
    """Decide a dispute as the test text asks; with any other text it stays under review (docs.stripe.com/testing).

    Our choice: an inquiry won or lost closes as warning_closed.
    """
    dispute = session.store.find(identity)
    if dispute is None or dispute["status"] not in STATUS_AFTER_SUBMISSION.values():
        return
    inquiry = dispute["status"].startswith("warning_")
    if text == "escalate_inquiry_evidence" and inquiry:
        escalate(session, dispute)
    elif text in ("winning_evidence", "losing_evidence") and inquiry:
        finish(session, dispute, "warning_closed")
    elif text == "winning_evidence":
        win(session, dispute)
    elif text == "losing_evidence":
        lose(session, dispute)


def _check_open(dispute: JsonObject) -> None:
    if dispute["status"] in CLOSED:
        raise StripeError("This dispute is already closed")


def _with_metadata(dispute: JsonObject, params: JsonObject) -> JsonObject:
    if "metadata" not in params:
        return dispute
    metadata = {**dispute["metadata"], **params["metadata"]} if params["metadata"] else {}
    return {**dispute, "metadata": {key: value for key, value in metadata.items() if value != ""}}


def _with_submission_method(dispute: JsonObject, method: str | None) -> JsonObject:
    if method is None:
        return dispute
    if dispute["intended_submission_method"] is None:
        raise StripeError("Smart Disputes is not available to this account.", param="intended_submission_method")
    return {**dispute, "intended_submission_method": method}


def _with_evidence(session: Session, dispute: JsonObject, sent: JsonObject, caller: Caller) -> JsonObject:
    _check_answerable(dispute, sent)
    enhanced.check(session.store, dispute, sent, caller)
    merged = evidence.merge(dispute["evidence"], sent)
    limits.check(session.store, dispute, merged, caller)
    details = {**dispute["evidence_details"], "has_evidence": evidence.has_any(merged)}
    details["enhanced_eligibility"] = enhanced.eligibility(dispute, merged)
    return {**dispute, "evidence": merged, "evidence_details": details}


def _check_answerable(dispute: JsonObject, sent: JsonObject) -> None:
    status = dispute["status"]
    if status not in STATUS_AFTER_SUBMISSION:
        raise StripeError("Evidence for this dispute has already been submitted; the bank is reviewing it.")
    if status == "appeal_needs_response" and set(sent) - {"appeal"}:
        raise StripeError("Only evidence[appeal] can be updated while a decision can be appealed.", param="evidence")
    if status != "appeal_needs_response" and "appeal" in sent:
        raise StripeError("This dispute has no decision that can be appealed.", param="evidence[appeal]")
    method = (dispute.get("payment_method_details") or {}).get("type")
    if method == "klarna" and status.startswith("warning_"):
        raise StripeError("Klarna accepts no evidence at the inquiry stage.", param="evidence")


def _with_submission(dispute: JsonObject, now: datetime) -> JsonObject:
    _check_complete(dispute)
    details = dict(dispute["evidence_details"])
    due = details["due_by"]
    details["past_due"] = bool(due) and now.timestamp() > due
    if dispute["status"] != "appeal_needs_response":
        details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
    return {**dispute, "status": STATUS_AFTER_SUBMISSION[dispute["status"]], "evidence_details": details}


def _check_complete(dispute: JsonObject) -> None:
    submitted = dispute["evidence"]
    if not evidence.has_any(submitted):
        raise StripeError("There is no evidence to submit.", param="submit")
    if enhanced.needs_fee_acknowledgement(dispute, submitted):
        raise StripeError(
            "fee_acknowledged must be true to contest a compliance dispute.", param="evidence[enhanced_evidence]"
        )
    if dispute["intended_submission_method"] == "smart_disputes" and not dispute.get("_smart_packet"):
        raise StripeError("Smart Disputes has no packet for this dispute.", code="smart_disputes_not_available")


def _record(session: Session, dispute: JsonObject, *, staged: bool, sends: bool) -> None:
    record = session.counts.of(dispute)
    record.stagings += int(staged and not sends)
    record.submissions += int(sends)
    if sends:
        appeal = ((dispute["evidence"]["appeal"] or {}).get("card") or {}).get("reason_for_filing")
        appealed = dispute["status"] == "appeal_under_review"
        text = (appeal if appealed else dispute["evidence"]["uncategorized_text"]) or ""
        identity = dispute["id"]
        session.schedule(session.faults.settings.outcome_delay, lambda: decide(session, identity, text))


def _with_case_type(details: JsonObject, case_type: str) -> JsonObject:
    return {**details, "card": {**details["card"], "case_type": case_type}} if details.get("card") else details
