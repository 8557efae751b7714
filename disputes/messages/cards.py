"""The queue card of a case, and to which boards it goes. Pure."""

from collections.abc import Mapping
from typing import Protocol

from disputes import money
from disputes.case import Case
from disputes.lifecycle.plan import Plan, deadline
from disputes.messages import countdown, links
from disputes.messages.card import Card
from disputes.messages.frame import Frame
from disputes.policy import deadlines
from disputes.ports.cards import CardBoard
from disputes.repositories.cases import DECIDED, CaseRecord
from disputes.repositories.outbox import OutboxMessage

_OUTCOMES = {
    "filed": "answered; the bank decides",
    "accepted": "accepted, nothing was filed",
    "rejected": "left unanswered by a person's decision",
    "recorded": "over",
    "closed": "closed",
    "past_due": "passed its deadline unanswered",
    "answered": "answered; the bank decides",
    "smart_disputes": "left to Stripe's Smart Disputes",
    "warning_closed": "the inquiry closed without a chargeback",
}


class Board(Protocol):
    """A board that is switched on, and the review queues whose cards go there."""

    @property
    def board(self) -> CardBoard:
        """The board itself."""
        ...

    def takes(self, queue: str) -> bool:
        """Return whether the cards of a queue go to this board."""
        ...


def build(record: CaseRecord, plan: Plan | None, frame: Frame) -> Card | None:
    """Return the card of a case: open until the case is decided, then closed with how it ended.

    None of a case of which nothing is known yet. The plan says who claimed it.
    """
    case = record.case
    if case is None:
        return None
    dispute, route, is_open = case.dispute, case.route, record.state not in DECIDED
    due = deadline(dispute, frame.now)
    reason = dispute.reason.replace("_", " ")
    return Card(
        key=f"rebut:{dispute.id}",
        state="open" if is_open else "closed",
        title=f"Dispute {dispute.id}: {money.write(dispute.money)}, {reason}",
        summary=_summary(record, case),
        queue=(route.queue if route else "") or (plan.queue if plan else ""),
        reason=reason,
        money=dispute.money,
        due_by=due,
        due=deadlines.write(due, frame.zone) if due else "",
        countdown=countdown.write(due, frame.now) if due else "",
        urgent=bool(is_open and route and route.urgent),
        claimed_by=plan.claimed_by if plan and is_open else "",
        outcome="" if is_open else _outcome(record),
        links=links.of(dispute, frame),
    )


def address_card(card: Card | None, boards: Mapping[str, Board]) -> tuple[OutboxMessage, ...]:
    """Return the message of a card for each board by name; one that does not hold the card's queue gets it closed.

    So a case that moves to another queue leaves no open card behind. A board that never held it is not bothered.
    """
    if card is None:
        return ()
    moved = card.model_copy(update={"state": "closed", "outcome": f"moved to the queue {card.queue}"})
    return tuple(_address(card if _holds(board, card) else moved, name) for name, board in boards.items())


def _address(card: Card, board: str) -> OutboxMessage:
    dispute_id = card.key.removeprefix("rebut:")
    return OutboxMessage(
        key=f"{dispute_id}:card:{board}",
        kind="card",
        queue=card.queue,
        target=board,
        dispute_id=dispute_id,
        body=card.model_dump(mode="json"),
        standing=card.state == "open",
        urgent=card.urgent,
    )


def _holds(board: Board, card: Card) -> bool:
    return not card.queue or board.takes(card.queue)


def _summary(record: CaseRecord, case: Case) -> str:
    if record.state in DECIDED:
        return f"{_outcome(record)}."
    if record.state == "parked":
        return "An error stopped this case; people have to look."
    return case.route.reasons[0] if case.route and case.route.reasons else "Rebut works on this case."


def _outcome(record: CaseRecord) -> str:
    ending = record.outcome or record.state
    return _OUTCOMES.get(ending, ending.replace("_", " "))
