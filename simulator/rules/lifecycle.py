from datetime import UTC, datetime, time, timedelta

from simulator.errors import StripeError
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    HashParameter,
    ListParameter,
    MetadataParameter,
    TextParameter,
    Thing,
)
from simulator.rules import balance as money
from simulator.rules import enhanced, evidence, limits
from simulator.session import Session
from simulator.state import Caller

CLOSED = ("won", "lost", "warning_closed", "prevented")
REVIEWED = {
    "needs_response": "under_review",
    "warning_needs_response": "warning_under_review",
    "appeal_needs_response": "appeal_under_review",
}
METHODS = ("manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes")
RESPONSE_DAYS = 8

UPDATE = HashParameter(
    {
        "evidence": evidence.SHAPE,
        "expand": ListParameter(TextParameter()),
        "metadata": MetadataParameter(),
        "submit": BooleanParameter(),
        "intended_submission_method": ChoiceParameter(METHODS),
    }
)


def update(stage: Session, dispute: Thing, params: Thing, caller: Caller) -> Thing:
    """Merge evidence and, unless `submit` is false, send it to the bank; one bad part and nothing is saved.

    Evidence without `submit` is sent, metadata alone never is. Our choices where Stripe's behaviour is not known: a
    second answer while the bank reviews is a 400, and so is submitting when no evidence stands at all.
    """
    _still_open(dispute)
    changed = _label(_choose(dispute, params.get("intended_submission_method")), params)
    sent, sends = params.get("evidence"), params.get("submit", "evidence" in params)
    if sent is not None or sends:
        changed = _staged(stage, changed, sent or {}, caller)
    if sends:
        changed = _submitted(changed, stage.world.now())
    stage.save(dispute, changed, "charge.dispute.updated", caller=caller)
    _book(stage, changed, staged=sent is not None, sends=sends)
    return changed


def close(stage: Session, dispute: Thing, caller: Caller) -> Thing:
    """Give a dispute up: lost at once. The fee is not returned.

    Our choice: closing an inquiry is a 400, since accepting one resolves nothing (docs.stripe.com/disputes/responding:
    counter it or refund in full), and so is closing what the bank already reviews.
    """
    _still_open(dispute)
    if dispute["status"] not in ("needs_response", "appeal_needs_response"):
        raise StripeError("This dispute cannot be closed: answer the inquiry or refund the charge in full.")
    stage.tally.of(dispute).closes += 1
    return lose(stage, dispute, caller)


def lose(stage: Session, dispute: Thing, caller: Caller | None = None) -> Thing:
    """Decide for the cardholder."""
    return finish(stage, dispute, "lost", caller)


def finish(stage: Session, dispute: Thing, status: str, caller: Caller | None = None) -> Thing:
    """Close a dispute in a status where no money moves."""
    return stage.save(dispute, {**dispute, "status": status}, "charge.dispute.closed", caller=caller)


def win(stage: Session, dispute: Thing) -> Thing:
    """Decide for the merchant: the money first, then the closing, in Stripe's order."""
    back = money.reinstate(stage.world, dispute)
    balance = [*dispute["balance_transactions"], back]
    won = {**dispute, "status": "won", "is_charge_refundable": True, "balance_transactions": balance}
    return stage.save(dispute, won, "charge.dispute.funds_reinstated", "charge.dispute.closed")


def escalate(stage: Session, dispute: Thing, *, due_by: int | None = None) -> Thing:
    """Turn an inquiry into a chargeback of the same id, with a new deadline and the amount and fee withdrawn.

    Earlier evidence stays; `submission_count` goes on counting (our choice).
    """
    taken = money.withdraw(stage.world, dispute)
    details = {
        **dispute["evidence_details"],
        "due_by": due_by or deadline(stage.world.now()),
        "submission_method": "not_submitted",
    }
    chargeback = {
        **dispute,
        "status": "needs_response",
        "is_charge_refundable": False,
        "balance_transactions": [*dispute["balance_transactions"], taken],
        "evidence_details": {**details, "past_due": False},
        "payment_method_details": _case(dispute.get("payment_method_details") or {}, "chargeback"),
    }
    return stage.save(dispute, chargeback, "charge.dispute.updated", "charge.dispute.funds_withdrawn")


def deadline(now: datetime) -> int:
    """Give the UTC second at the end of the eighth day, the hour at which Stripe's deadlines lie."""
    day = (now.astimezone(UTC) + timedelta(days=RESPONSE_DAYS)).date()
    return int(datetime.combine(day, time(23, 59, 59), UTC).timestamp())


def decide(stage: Session, identity: str, word: str) -> None:
    """Let the bank decide as the test word asks; any other evidence stays under review (docs.stripe.com/testing).

    Our choice: an inquiry won or lost closes as warning_closed.
    """
    dispute = stage.world.find(identity)
    if dispute is None or dispute["status"] not in REVIEWED.values():
        return
    inquiry = dispute["status"].startswith("warning_")
    if word == "escalate_inquiry_evidence" and inquiry:
        escalate(stage, dispute)
    elif word in ("winning_evidence", "losing_evidence") and inquiry:
        finish(stage, dispute, "warning_closed")
    elif word == "winning_evidence":
        win(stage, dispute)
    elif word == "losing_evidence":
        lose(stage, dispute)


def _still_open(dispute: Thing) -> None:
    if dispute["status"] in CLOSED:
        raise StripeError("This dispute is already closed")


def _label(dispute: Thing, params: Thing) -> Thing:
    if "metadata" not in params:
        return dispute
    kept = {**dispute["metadata"], **params["metadata"]} if params["metadata"] else {}
    return {**dispute, "metadata": {key: value for key, value in kept.items() if value != ""}}


def _choose(dispute: Thing, method: str | None) -> Thing:
    if method is None:
        return dispute
    if dispute["intended_submission_method"] is None:
        raise StripeError("Smart Disputes is not available to this account.", param="intended_submission_method")
    return {**dispute, "intended_submission_method": method}


def _staged(stage: Session, dispute: Thing, sent: Thing, caller: Caller) -> Thing:
    _may_answer(dispute, sent)
    enhanced.check(stage.world, dispute, sent, caller)
    merged = evidence.merge(dispute["evidence"], sent)
    limits.check(stage.world, dispute, merged, caller)
    details = {**dispute["evidence_details"], "has_evidence": evidence.filled(merged)}
    details["enhanced_eligibility"] = enhanced.eligibility(dispute, merged)
    return {**dispute, "evidence": merged, "evidence_details": details}


def _may_answer(dispute: Thing, sent: Thing) -> None:
    status = dispute["status"]
    if status not in REVIEWED:
        raise StripeError("Evidence for this dispute has already been submitted; the bank is reviewing it.")
    if status == "appeal_needs_response" and set(sent) - {"appeal"}:
        raise StripeError("Only evidence[appeal] can be updated while a decision can be appealed.", param="evidence")
    if status != "appeal_needs_response" and "appeal" in sent:
        raise StripeError("This dispute has no decision that can be appealed.", param="evidence[appeal]")
    method = (dispute.get("payment_method_details") or {}).get("type")
    if method == "klarna" and status.startswith("warning_"):
        raise StripeError("Klarna accepts no evidence at the inquiry stage.", param="evidence")


def _submitted(dispute: Thing, now: datetime) -> Thing:
    _complete(dispute)
    details = dict(dispute["evidence_details"])
    due = details["due_by"]
    details["past_due"] = bool(due) and now.timestamp() > due
    if dispute["status"] != "appeal_needs_response":
        details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
    return {**dispute, "status": REVIEWED[dispute["status"]], "evidence_details": details}


def _complete(dispute: Thing) -> None:
    given = dispute["evidence"]
    if not evidence.filled(given):
        raise StripeError("There is no evidence to submit.", param="submit")
    if enhanced.owes_fee(dispute, given):
        raise StripeError(
            "fee_acknowledged must be true to contest a compliance dispute.", param="evidence[enhanced_evidence]"
        )
    if dispute["intended_submission_method"] == "smart_disputes" and not dispute.get("_smart_packet"):
        raise StripeError("Smart Disputes has no packet for this dispute.", code="smart_disputes_not_available")


def _book(stage: Session, dispute: Thing, *, staged: bool, sends: bool) -> None:
    record = stage.tally.of(dispute)
    record.stagings += int(staged and not sends)
    record.submissions += int(sends)
    if sends:
        appeal = ((dispute["evidence"]["appeal"] or {}).get("card") or {}).get("reason_for_filing")
        appealed = dispute["status"] == "appeal_under_review"
        word = (appeal if appealed else dispute["evidence"]["uncategorized_text"]) or ""
        identity = dispute["id"]
        stage.later(stage.trouble.knobs.outcome_delay, lambda: decide(stage, identity, word))


def _case(details: Thing, case_type: str) -> Thing:
    return {**details, "card": {**details["card"], "case_type": case_type}} if details.get("card") else details
