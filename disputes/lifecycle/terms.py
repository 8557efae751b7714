"""What an answer was made for: when it changes, the answer is outdated. Pure."""

from disputes.dispute import Dispute


def change(drafted: Dispute, fresh: Dispute) -> str:
    """Return in words what makes an answer outdated that was made for the dispute as drafted; empty for nothing."""
    if fresh.stage != drafted.stage or fresh.status != drafted.status:
        return f"The dispute changed to {fresh.status}"
    if (fresh.amount, fresh.currency, fresh.reason) != (drafted.amount, drafted.currency, drafted.reason):
        return "Stripe changed the dispute's amount or reason"
    # Unknown where Stripe did not send the charge.
    known = fresh.refunded is not None and drafted.refunded is not None
    return "The payment was refunded meanwhile" if known and fresh.refunded != drafted.refunded else ""
