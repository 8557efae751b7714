"""Why a draft is left to a person whatever its merits, by the history of its case. Pure."""

from disputes.lifecycle.arrival import TAKEN_BACK
from disputes.lifecycle.moves import DECIDED_SINCE, REFUSED, RETURNED
from disputes.repositories.cases import HistoryStep
from disputes.repositories.filings import Filing

_CARRIED_OUT = frozenset(("record_outcome", "settle"))
_LEFT = frozenset(("rejected", "accepted"))


def find(history: tuple[HistoryStep, ...], handed: Filing | None = None) -> str:
    """Return why a person must see the case; empty for no reason. `handed` is its hand-over to Smart Disputes, if any.

    Its thread was refused and nobody has decided since, or what somebody decided could not be carried out, unless that
    was to file the draft as it was. Or it was left unanswered before an error parked it, which forgets that it rested.
    """
    if handed and handed.detail == TAKEN_BACK:
        return "It was left to Stripe's Smart Disputes, and somebody took it back at Stripe."
    asked_again = parked = False
    for step in reversed(history):
        if step.step == REFUSED or (step.step == "restored" and DECIDED_SINCE in step.note):
            return step.note
        if step.step in _CARRIED_OUT:
            left = parked and not asked_again and step.note in _LEFT
            return f"It was {step.note} before an error stopped it, and nobody has decided since." if left else ""
        if step.step == "review" and _is_decision(step):
            as_drafted = asked_again or step.note.startswith("approve")
            return "" if as_drafted else f"What was decided last could not be carried out: {step.note}."
        parked |= step.step == "parked"
        asked_again |= step.step == "review" and step.note.startswith("redraft")
    return ""


def _is_decision(step: HistoryStep) -> bool:
    """Return whether a person decided on the case, and did not call for another draft or was asked again."""
    return not step.note.startswith((RETURNED, "redraft"))
