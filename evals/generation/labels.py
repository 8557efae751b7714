"""The right route of a case, by rules written from the requirements (rows A5, C2, C7, C9, E5), and not by our router.

Subscriptions go to their own people; above 500.00 USD, or with no known worth, a senior decides; fraud is never filed
without a person; what has no objective proof, or a record against it, is for a person; the rest is filed.
"""

from dataclasses import dataclass

from evals.case import Alert, Label

HIGH, MID = 50_000, 5_000
FRAUD = frozenset(("fraudulent", "unrecognized"))


@dataclass(frozen=True)
class CaseTraits:
    """What a label is made from. `worth` is US cents, None without a rate; `doubt` says why nothing is proven."""

    reason: str
    worth: int | None
    proof: str = ""
    doubt: str = ""
    urgent: bool = False


def label(told: CaseTraits) -> Label:
    """Give the right route of a case that may be answered."""
    senior = told.worth is None or told.worth > HIGH
    alert: Alert = "urgent" if told.urgent else ""
    if told.reason == "subscription_canceled":
        why = "C2: a cancelled subscription is a person's, whatever the amount."
        return Label(action="review", queue="subscription-cancel", senior=senior, alert=alert, why=why)
    if senior:
        why = (
            "C2: above 500 USD a senior decides." if told.worth else "C2: with no known worth it may be above 500 USD."
        )
        return Label(action="review", queue="high-value-escalation", senior=True, alert=alert, why=why)
    if told.reason in FRAUD:
        why = "C2, C9: fraud is never filed without a person."
        return Label(action="review", queue="manual-review", alert=alert, why=why)
    if told.doubt:
        return Label(action="review", queue="manual-review", alert=alert, why=told.doubt)
    alert = alert or ("tell" if told.worth and told.worth >= MID else "")
    return Label(action="submit", queue="auto-evidence", alert=alert, why=f"C2, C9: {told.proof}")


def over(outcome: str, why: str) -> Label:
    """Give the right route of a case in which nothing is left to do, and what is booked."""
    return Label(action="record", outcome=outcome, why=why)
