"""The right route of a case, by rules from the requirements (rows A5, C2, C7, C9, E5) instead of by our router.

Subscriptions go to a queue of their own; above 500.00 USD, or with no known worth, a senior decides; fraud is never
filed without a person; a case with no objective proof, or with a record against it, goes to a person; all others are
filed.
"""

from dataclasses import dataclass

from evals.case import Alert, Label

HIGH, MID = 50_000, 5_000
FRAUD = frozenset(("fraudulent", "unrecognized"))


@dataclass(frozen=True)
class CaseTraits:
    """The traits of a case that decide its label.

    `worth` is in US cents, None without an exchange rate; `doubt` says why nothing is proven.
    """

    reason: str
    worth: int | None
    proof: str = ""
    doubt: str = ""
    urgent: bool = False


def label_case(traits: CaseTraits) -> Label:
    """Return the right route of a case that may be answered."""
    senior = traits.worth is None or traits.worth > HIGH
    alert: Alert = "urgent" if traits.urgent else ""
    if traits.reason == "subscription_canceled":
        why = "C2: a cancelled subscription is a person's, whatever the amount."
        return Label(action="review", queue="subscription-cancel", senior=senior, alert=alert, why=why)
    if senior:
        why = (
            "C2: above 500 USD a senior decides."
            if traits.worth
            else "C2: with no known worth it may be above 500 USD."
        )
        return Label(action="review", queue="high-value-escalation", senior=True, alert=alert, why=why)
    if traits.reason in FRAUD:
        why = "C2, C9: fraud is never filed without a person."
        return Label(action="review", queue="manual-review", alert=alert, why=why)
    if traits.doubt:
        return Label(action="review", queue="manual-review", alert=alert, why=traits.doubt)
    alert = alert or ("tell" if traits.worth and traits.worth >= MID else "")
    return Label(action="submit", queue="auto-evidence", alert=alert, why=f"C2, C9: {traits.proof}")


def label_closed(outcome: str, why: str) -> Label:
    """Return the label of a case in which nothing is left to do; `outcome` is what is recorded."""
    return Label(action="record", outcome=outcome, why=why)
