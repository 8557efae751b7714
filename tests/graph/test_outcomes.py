"""What became of a dispute is told once and booked once: too late, decided, paid back, not closed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from disputes.case import Verdict
from simulator.objects import StripeObject
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder
from simulator.worlds.story import Story
from tests.conftest import Stage
from tests.graph import dashboard as at
from tools.postgres.tables import ledger, outbox

INQUIRY = DisputedClaim("product_not_received", "13.1", "inquiry", "warning_needs_response")
HOUR = timedelta(hours=1)


async def rows(stage: Stage, table: Any, *where: Any) -> list[Any]:
    async with cast("Any", stage.deps.ledger).engine.connect() as connection:
        return list(await connection.execute(select(table).where(*where)))


async def messages(stage: Stage, dispute_id: str) -> list[Any]:
    """Return the notes about a dispute, the delivered too."""
    found = await rows(stage, outbox, outbox.c.key.like(f"{dispute_id}%"))
    return [row for row in found if row.kind == "note"]


async def entries(stage: Stage, dispute_id: str) -> list[Any]:
    return await rows(stage, ledger, ledger.c.dispute_id == dispute_id)


async def an_inquiry(stage: Stage, *, ago: timedelta) -> str:
    def build(now: datetime, tag: str) -> list[StripeObject]:
        story = Story(now, tag)
        paid = story.pay(SoldOrder(amount=2_900, product="Reading light", delivered=True))
        story.dispute(paid, INQUIRY, details={"due_by": int((now - ago).timestamp())})
        return story.objects

    return next(str(thing["id"]) for thing in await stage.tell(build) if thing["object"] == "dispute")


@pytest.mark.parametrize("ago", [timedelta(seconds=2), HOUR, timedelta(days=40)])
async def test_an_inquiry_past_its_date_waits_and_says_that_no_money_moved(stage: Stage, ago: timedelta):
    waiting = await stage.drive(await an_inquiry(stage, ago=ago))
    assert (waiting.state, await at.calls(stage, waiting)) == ("waiting", (0, 0))
    assert "no money" in at.told(waiting).lower()
    assert "money is lost" not in at.told(waiting)
    assert len(await messages(stage, waiting.dispute_id)) == 1
    assert await entries(stage, waiting.dispute_id) == []
    assert (await stage.drive(waiting.dispute_id)).version == waiting.version


async def test_an_inquiry_past_its_date_may_still_be_answered(stage: Stage):
    waiting = await stage.drive(await an_inquiry(stage, ago=HOUR))
    filed = await stage.decide(waiting, "approve")
    assert (filed.state, await at.calls(stage, filed)) == ("filed", (1, 0))


async def test_a_waiting_inquiry_whose_date_passes_waits_on(stage: Stage):
    waiting = await stage.play("klarna_inquiry")
    assert waiting.case
    assert waiting.case.dispute.due_by
    later = waiting.case.dispute.due_by + HOUR
    again = await stage.under(now=lambda: later).drive(waiting.dispute_id)
    assert again.state == "waiting"
    assert "no money" in at.told(again).lower()


@pytest.mark.parametrize("outcome", ["lost", "won", "prevented"])
async def test_a_waiting_case_that_is_decided_sends_one_message_with_the_outcome(stage: Stage, outcome: str):
    waiting = await stage.play("fraud_small_3ds")
    assert len(await messages(stage, waiting.dispute_id)) == 1
    await stage.set(waiting.dispute_id, status=outcome)
    over = await stage.drive(waiting.dispute_id)
    assert (over.state, over.outcome) == ("recorded", outcome)
    (message,) = await messages(stage, waiting.dispute_id)
    assert outcome in str(message.body)
    assert "wait" not in message.key
    await stage.drive(waiting.dispute_id)
    assert len(await messages(stage, waiting.dispute_id)) == 1


async def test_a_message_that_was_delivered_stays_and_the_outcome_follows(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    (first,) = await messages(stage, waiting.dispute_id)
    await stage.deps.outbox.mark_sent(first.key)
    await stage.set(waiting.dispute_id, status="lost")
    await stage.drive(waiting.dispute_id)
    assert len(await messages(stage, waiting.dispute_id)) == 2


async def test_a_verdict_that_meets_a_decision_sends_one_message(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, status="won")
    over = await stage.decide(waiting, "approve")
    assert (over.state, over.outcome, await at.calls(stage, over)) == ("recorded", "won", (0, 0))
    outcomes = [message for message in await messages(stage, over.dispute_id) if "won" in str(message.body)]
    assert len(outcomes) == 1


async def test_money_that_comes_back_to_a_lost_case_is_booked_and_told_once(stage: Stage):
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status="lost")
    assert (await stage.drive(filed.dispute_id)).outcome == "lost"
    before, told = await entries(stage, filed.dispute_id), await messages(stage, filed.dispute_id)
    await stage.set(filed.dispute_id, reinstated=1_500)
    for _ in range(3):
        again = await stage.drive(filed.dispute_id)
    assert again.outcome == "lost"
    booked = [row for row in await entries(stage, filed.dispute_id) if row not in before]
    assert [(row.amount, row.currency) for row in booked] == [(1_500, "usd")]
    news = [row for row in await messages(stage, filed.dispute_id) if row.key not in {old.key for old in told}]
    assert len(news) == 1
    assert "15.00" in str(news[0].body)


async def test_money_that_comes_back_to_an_accepted_loss_is_booked_once(stage: Stage):
    accepted = await stage.decide(await stage.play("fraud_small_3ds"), "accept_loss")
    before = await entries(stage, accepted.dispute_id)
    await stage.set(accepted.dispute_id, reinstated=700)
    for _ in range(2):
        await stage.drive(accepted.dispute_id)
    booked = [row for row in await entries(stage, accepted.dispute_id) if row not in before]
    assert [row.amount for row in booked] == [700]


async def test_money_that_came_back_before_the_loss_was_seen_is_booked(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, status="lost")
    await stage.set(waiting.dispute_id, reinstated=900)
    over = await stage.drive(waiting.dispute_id)
    assert over.outcome == "lost"
    assert 900 in [row.amount for row in await entries(stage, waiting.dispute_id)]


async def test_money_that_comes_back_with_a_win_is_booked_once(stage: Stage):
    filed = await stage.play("not_received_delivered")
    await stage.set(filed.dispute_id, status="won")
    for _ in range(2):
        await stage.drive(filed.dispute_id)
    amounts = [row.amount for row in await entries(stage, filed.dispute_id) if row.amount > 0]
    assert amounts.count(3_800) == len(amounts)
    assert len({row.kind for row in await entries(stage, filed.dispute_id)}) == len(
        await entries(stage, filed.dispute_id)
    )


@dataclass
class Idle:
    """Stripe, which answers a close with 200 and leaves the dispute open."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def close(self, dispute: Any, *, key: str) -> Any:
        return dispute


async def test_a_close_that_leaves_the_dispute_open_is_told_to_people(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    told = {row.key for row in await messages(stage, waiting.dispute_id)}
    idle = stage.under(stripe=Idle(stage.deps.stripe))
    rested = await idle.decide(waiting, "accept_loss")
    news = [row for row in await messages(stage, waiting.dispute_id) if row.key not in told]
    assert rested.state != "accepted"
    assert len(news) == 1
    assert "open" in str(news[0].body)
    assert datetime.now(UTC) >= rested.received_at


async def test_a_verdict_is_stored_for_the_version_it_names_only(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await stage.set(waiting.dispute_id, status="prevented")
    verdict = Verdict(decision="accept_loss", by="ada", at=stage.deps.now(), version=waiting.version)
    await stage.deps.verdicts.store(waiting.dispute_id, verdict)
    over = await stage.drive(waiting.dispute_id)
    assert (over.outcome, await at.calls(stage, over)) == ("prevented", (0, 0))
