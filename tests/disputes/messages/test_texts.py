"""Notes, handoffs and cards: what people read of a case, and what never goes out."""

from datetime import timedelta
from typing import Any

import pytest

from disputes.case import Case, Route
from disputes.evidence import Evidence, build_fact
from disputes.lifecycle import plan as plans
from disputes.lifecycle.plan import Plan
from disputes.messages import cards, handoff, links, notes, targets
from disputes.messages.card import Card
from disputes.messages.frame import Frame
from disputes.messages.note import Note
from disputes.messages.targets import LOG, Target
from disputes.money import Money
from disputes.repositories.cases import CaseRecord, CaseState
from tests.builders import NOON, a_case

FRAME = Frame(now=NOON, zone="Europe/Berlin", url="https://rebut.example")
PLAN = Plan(dispute_id="du_1", stage="chargeback", due_by=None, since=NOON, queue="manual-review", claimed_by="ada")


def waiting(queue: str = "manual-review", *, urgent: bool = False, **changes: Any) -> Case:
    route = Route(action="review", queue=queue, reasons=("Fraud claims are never filed without a person.",))
    case: Case = a_case(**{"payment_intent": "pi_1", **changes})
    return case.model_copy(update={"route": route.model_copy(update={"urgent": urgent})})


def record(state: CaseState = "waiting", **changes: Any) -> CaseRecord:
    plain = {"dispute_id": "du_1", "state": state, "case": waiting(), "received_at": NOON, "updated_at": NOON}
    return CaseRecord.model_validate({**plain, **changes})


def test_a_waiting_note_says_how_much_until_when_why_and_where():
    note = notes.waits(waiting(), NOON, frame=FRAME)
    assert note.title == "⚪ Dispute du_1 waits for a person"
    assert note.body.splitlines() == [
        "product not received, 38.00 USD",
        "Answer due: in 9 days, 30 November 2026 13:00 CET (12:00 UTC)",
        "Queue: manual-review",
        "Fraud claims are never filed without a person.",
        "Case at Rebut: https://rebut.example/disputes/du_1",
        "Charge at Stripe: https://dashboard.stripe.com/test/payments/pi_1",
    ]
    assert (note.queue, note.event, note.standing, note.urgent) == ("manual-review", "waits", True, False)
    assert notes.waits(waiting(urgent=True), NOON, frame=FRAME).urgent


@pytest.mark.parametrize(
    ("what", "status", "event", "title"),
    [
        ("won", "won", "won", "✅ Dispute du_1 won"),
        ("lost", "lost", "lost", "❌ Dispute du_1 lost"),
        ("warning_closed", "warning_closed", "warning_closed", "⚪ Dispute du_1 warning closed"),
        ("smart_disputes", "needs_response", "other", "⚪ Dispute du_1 smart disputes"),
        ("reinstated:700", "lost", "other", "⚪ Dispute du_1 is lost, and money came back"),
    ],
)
def test_an_outcome_carries_its_mark_and_is_told_once(what: str, status: str, event: str, title: str):
    case = waiting(status=status, reinstated=Money(amount=700, currency="usd"))
    note = notes.outcome(case, what, frame=FRAME)
    assert (note.event, note.title, note.standing) == (event, title, False)
    assert note.key == f"du_1:{case.dispute.stage}:{what}"
    assert ("7.00 USD" in note.body) == what.startswith("reinstated")
    assert ("Answer due" in note.body) == case.dispute.is_open


@pytest.mark.parametrize(
    ("name", "event", "urgent"),
    [
        (plans.CLAIMED, "reminder", False),
        (plans.REMINDER, "reminder", False),
        (plans.ESCALATION, "escalation", False),
        (plans.CONTACT, "escalation", True),
        (plans.URGENT, "deadline", True),
        (f"{plans.CALL}:2", "deadline", True),
    ],
)
def test_a_timer_calls_people_once_for_its_round(name: str, event: str, *, urgent: bool):
    note = notes.timer(record(), PLAN, name, frame=FRAME)
    assert (note.event, note.urgent, note.standing) == (event, urgent, True)
    assert f":called:chargeback:{name}:" in note.key
    assert "Claimed by ada" in note.body


def test_a_parked_case_is_told_with_its_error_in_one_line():
    note = notes.parked(record("parked", error="Stripe refused\nthe packet. " + "x" * 900, case=None), frame=FRAME)
    assert note.body.startswith("Stripe refused the packet. xxx")
    assert len(note.body.splitlines()[0]) == 300
    assert note.body.splitlines()[1] == "Answer due: no date known; it may be soon: look at Stripe"
    assert note.body.endswith("https://rebut.example/disputes/du_1")


def test_a_case_parked_before_it_was_drafted_is_told_with_the_date_of_its_plan():
    known = PLAN.model_copy(update={"due_by": NOON + timedelta(days=9)})
    note = notes.parked(record("parked", error="Stripe is away.", case=None), known, frame=FRAME)
    assert note.body.splitlines()[1] == "Answer due: in 9 days, 30 November 2026 13:00 CET (12:00 UTC)"


def test_no_note_and_no_card_holds_what_the_customer_wrote():
    words = "They never sent me the blue tent"
    case = waiting()
    said = Evidence(facts=(build_fact("customer_message", words, "test:mail"),))
    case = case.model_copy(update={"evidence": case.evidence.plus(said)})
    held = record(case=case)
    told = [notes.waits(case, NOON, frame=FRAME), notes.timer(held, PLAN, plans.REMINDER, frame=FRAME)]
    told += [notes.outcome(case, "lost", frame=FRAME), notes.parked(held, frame=FRAME)]
    assert all(words not in note.model_dump_json() for note in told)
    card = cards.build(held, PLAN, FRAME)
    assert card
    assert words not in card.model_dump_json()


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://dashboard.stripe.com/test/payments/pi_1"),
        ({"livemode": True}, "https://dashboard.stripe.com/payments/pi_1"),
        ({"livemode": True, "account": "acct_9"}, "https://dashboard.stripe.com/acct_9/payments/pi_1"),
        ({"account": "acct_9"}, "https://dashboard.stripe.com/acct_9/test/payments/pi_1"),
        ({"payment_intent": None, "charge": "ch_1"}, "https://dashboard.stripe.com/test/payments/ch_1"),
    ],
)
def test_the_charge_is_linked_in_the_right_account_and_mode(changes: dict[str, Any], url: str):
    (link,) = links.charge(waiting(**changes).dispute)
    assert link.url == url


def test_without_an_address_or_a_charge_nothing_is_linked():
    assert links.of(waiting(payment_intent=None).dispute, Frame(now=NOON)) == ()


def test_a_handoff_is_the_whole_case_with_why_draft_and_links():
    sent = handoff.address(waiting(), record().history, NOON, frame=FRAME)
    body: Any = sent.body
    assert sent.key == f"{notes.waiting('du_1', NOON)}:handoff"
    assert (sent.kind, sent.target, sent.standing) == ("handoff", "handoff", True)
    assert body["why"] == ["Fraud claims are never filed without a person."]
    assert body["case"]["dispute"]["id"] == "du_1"
    assert body["draft"]["letter"] == ["We received a payment of 1,234.56 USD."]
    assert body["due"].startswith("in 9 days, 30 November 2026 13:00 CET")
    assert [link["title"] for link in body["links"]] == ["Case at Rebut", "Charge at Stripe"]


def test_exhibits_are_linked_where_the_api_serves_them():
    packet = waiting().draft
    files = [{"field": sheet.field, "name": f"{sheet.field}.pdf"} for sheet in packet.sheets]
    found = links.exhibits("du_1", packet.model_validate({**packet.model_dump(), "files": files}), FRAME)
    assert len(found) == len([sheet for sheet in packet.sheets if sheet.mark])
    assert all(link.url.startswith("https://rebut.example/disputes/du_1/exhibits/") for link in found)


def test_a_card_is_open_until_the_case_is_decided():
    for state in ("working", "waiting", "parked"):
        card = cards.build(record(state), PLAN, FRAME)
        assert card
        assert (card.state, card.claimed_by, card.outcome) == ("open", "ada", "")
    closed = cards.build(record("recorded", outcome="won"), PLAN, FRAME)
    assert closed
    assert (closed.state, closed.outcome, closed.claimed_by) == ("closed", "won", "")
    assert cards.build(record(case=None), None, FRAME) is None


class Board:
    """A board that takes one queue."""

    board: Any = None

    def takes(self, queue: str) -> bool:
        return queue == "manual-review"


def test_a_card_goes_to_each_board_and_is_closed_where_its_queue_is_not():
    boards = {"zendesk": Board(), "linear": Board()}
    here = cards.address_card(cards.build(record(), None, FRAME), boards)
    assert [message.key for message in here] == ["du_1:card:zendesk", "du_1:card:linear"]
    assert all(message.standing and message.kind == "card" for message in here)
    moved = cards.address_card(cards.build(record(case=waiting("legal")), None, FRAME), boards)
    assert {Card.model_validate(message.body).outcome for message in moved} == {"moved to the queue legal"}
    assert not any(message.standing for message in moved)


def test_each_target_that_wants_a_note_gets_its_own_message():
    note = Note(key="du_1:waiting:1", event="waits", title="t", body="b", queue="fraud")
    ops, fraud, wins = Target(name="ops"), Target(name="fraud", queues=("fraud",)), Target(name="w", events=("won",))
    sent = targets.address([note], [ops, fraud, wins])
    assert [message.key for message in sent] == ["du_1:waiting:1:note:ops", "du_1:waiting:1:note:fraud"]
    assert [message.target for message in targets.address([note], [wins])] == [LOG]


def test_a_note_is_urgent_in_words_too():
    late = waiting(due_by=NOON + timedelta(hours=5))
    assert "Answer due: last day: 5 hours left" in notes.waits(late, NOON, frame=FRAME).body
