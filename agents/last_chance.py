"""What becomes of a case that nobody decided shortly before its deadline. Code, never a model."""

from collections.abc import Iterator

from agents.soundness import find_adverse, find_holes, find_unsound
from disputes.case import Action, Case
from disputes.lifecycle import bars_smart_disputes
from disputes.policy.deadlines import Chosen, LastChance

_ACTIONS: dict[LastChance, Action] = {"file": "submit", "smart_disputes": "smart_disputes", "accept": "accept"}
_WORDS: dict[LastChance, str] = {
    "file": "files what is grounded and complete",
    "smart_disputes": "leaves the answer to Stripe's Smart Disputes",
    "accept": "accepts the loss",
    "call": "calls people to the end",
}


def decide(
    case: Case, chosen: Chosen, *, bars: tuple[str, ...], holds: tuple[str, ...]
) -> tuple[Action, tuple[str, ...]]:
    """Return what is done at the last chance, and why in sentences.

    `bars` keep every irrevocable act from being done without a person; `holds` are why the case waits otherwise.
    """
    whose = f"{chosen.by} chose" if chosen.by else "the policy says"
    said = f"Nobody has decided, and the deadline is near; {whose} that Rebut now {_WORDS[chosen.choice]}."
    if chosen.choice == "call":
        return "review", (said, *holds)
    if barred := (*bars, *_bars(case, chosen.choice)):
        return "review", (said, "It cannot be done without a person.", *dict.fromkeys((*barred, *holds)))
    return _ACTIONS[chosen.choice], (said,)


def _bars(case: Case, choice: LastChance) -> Iterator[str]:
    if choice == "file":
        yield from find_adverse(case)
        yield from find_unsound(case)
        yield from find_holes(case)
    elif choice == "smart_disputes" and (why := bars_smart_disputes(case.dispute)):
        yield why
    elif choice == "accept" and case.dispute.stage != "chargeback":
        yield "Only a chargeback is closed by accepting it."
