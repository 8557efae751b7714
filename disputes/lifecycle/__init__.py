"""What a dispute asks for by its status: an answer, a person, or nothing (reference, section 1). Pure."""

from datetime import datetime
from typing import Final, Literal

from disputes.dispute import BANK_RETURNS, Dispute
from disputes.model import Value

Way = Literal["answer", "person", "nothing"]

_DONE = {
    "won": ("won", "The dispute is already won."),
    "lost": ("lost", "The dispute is already lost."),
    "warning_closed": ("warning_closed", "The inquiry closed without becoming a chargeback."),
    "prevented": ("prevented", "The dispute was prevented before it became a chargeback."),
    "under_review": ("answered", "An answer is already with the bank."),
    "warning_under_review": ("answered", "An answer to the inquiry is already with the bank."),
    "appeal_under_review": ("answered", "An appeal is already under review."),
}
SMART_DISPUTES: Final = "smart_disputes"
_NEVER_LATE = frozenset(("inquiry", "appeal"))
"""Stages that the date does not end (reference, section 9): an inquiry moved no money, and Stripe's status says whether
it may be answered; whether Stripe sets a new date for an appeal is not known, and the old one would end it unseen."""
FINAL = frozenset(("won", "lost", "warning_closed", "prevented"))


class Handling(Value):
    """Whether a dispute is answered, needs a person or nothing, the outcome to book in the last case, and why."""

    way: Way
    why: str = ""
    outcome: str = ""


def handling(dispute: Dispute, now: datetime) -> Handling:
    """Return how a dispute is handled by its status (reference, section 1); what is unknown goes to a person."""
    return _over(dispute, now) or _special(dispute, now) or Handling(way="answer")


def is_left_to_stripe(dispute: Dispute) -> bool:
    """Return whether an open dispute is answered by Stripe itself (reference 1.9)."""
    return dispute.is_open and dispute.submission_method == SMART_DISPUTES


def bars_smart_disputes(dispute: Dispute) -> str:
    """Return why Stripe's Smart Disputes cannot answer this dispute; empty where they can (reference 1.9)."""
    if dispute.submission_method is None:
        return "Stripe offers no Smart Disputes to this account."
    if dispute.stage not in {"inquiry", "chargeback"}:
        return f"Stripe answers no {dispute.stage} by itself."
    return ""


def _over(dispute: Dispute, now: datetime) -> Handling | None:
    if dispute.status in _DONE:
        outcome, why = _DONE[dispute.status]
        if dispute.reason in BANK_RETURNS and outcome == "lost":
            why = "A bank returned the debit; there is no issuer to persuade."
        return Handling(way="nothing", why=why, outcome=outcome)
    if _is_late(dispute, now) and dispute.stage not in _NEVER_LATE:
        why = f"The deadline passed on {dispute.due_by:%d %B %Y} before anything was filed; the money is lost."
        return Handling(way="nothing", why=why, outcome="past_due")
    return None


def _is_late(dispute: Dispute, now: datetime) -> bool:
    return dispute.is_open and dispute.due_by is not None and dispute.due_by < now


def _special(dispute: Dispute, now: datetime) -> Handling | None:
    late = dispute.stage == "inquiry" and _is_late(dispute, now)
    for applies, why in (
        (not dispute.is_open, f"Stripe gave a status Rebut does not know: {dispute.status}."),
        (dispute.stage == "appeal", "The decision can be appealed; an appeal needs a person."),
        (dispute.stage == "compliance", "Contesting a compliance case costs a 500 USD network fee."),
        (dispute.reason in BANK_RETURNS, "This is a bank return that still asks for an answer."),
        (
            dispute.stage == "inquiry" and dispute.method == "klarna",
            "Klarna takes no evidence at the inquiry stage, and no money has moved; speak to the customer or refund.",
        ),
        (late, "The date of this inquiry has passed. No money has moved: Stripe still takes an answer, or refund it."),
    ):
        if applies:
            return Handling(way="person", why=why)
    return None
