"""What an answer was made for: when it changes, the answer is outdated. Pure."""

from disputes.dispute import Dispute


def change(drafted: Dispute, fresh: Dispute) -> str:
    """Return in words what makes an answer outdated that was made for the dispute as drafted; empty for nothing."""
    if fresh.stage != drafted.stage or fresh.status != drafted.status:
        return f"The dispute changed to {fresh.status}"
    if (fresh.amount, fresh.currency, fresh.reason) != (drafted.amount, drafted.currency, drafted.reason):
        return "Stripe changed the dispute's amount or reason"
    return "The payment was refunded meanwhile" if is_refunded_since(drafted, fresh) else ""


def is_refunded_since(drafted: Dispute, fresh: Dispute) -> bool:
    """Return whether money went back since; unknown where Stripe did not send the charge."""
    return fresh.refunded is not None and drafted.refunded is not None and fresh.refunded != drafted.refunded
