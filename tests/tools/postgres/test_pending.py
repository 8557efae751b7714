"""Disputes with pending work."""

from datetime import timedelta

from disputes.repositories import Repositories
from disputes.repositories.events import WebhookEvent
from tests.fakes import FakeClock
from tests.tools.records import NOON, a_record, a_verdict, an_event


async def test_a_dispute_with_an_unhandled_event_or_verdict_is_pending(repositories: Repositories, clock: FakeClock):
    await repositories.events.store(connected("evt_1", "dp_event"))
    await repositories.events.store(an_event("evt_2", dispute_id="dp_event"))
    clock.advance(seconds=5)
    await repositories.cases.save(a_record("dp_decided"))
    await repositories.verdicts.store("dp_decided", a_verdict().model_copy(update={"at": clock()}))
    await repositories.events.store(an_event("evt_3", dispute_id="dp_done"))
    await repositories.events.mark_handled([event.id for event in await repositories.events.unhandled_of("dp_done")])
    assert await repositories.events.pending(before=clock.advance(seconds=1)) == [
        ("dp_event", "acct_1"),
        ("dp_decided", None),
    ]
    assert await repositories.events.pending(before=NOON + timedelta(seconds=5)) == [("dp_event", "acct_1")]
    assert await repositories.events.pending(before=clock(), limit=1) == [("dp_event", "acct_1")]


async def test_a_handled_dispute_is_not_pending(repositories: Repositories, clock: FakeClock):
    assert not await repositories.events.is_pending("dp_1")
    await repositories.events.store(an_event())
    assert await repositories.events.is_pending("dp_1")
    await repositories.events.mark_handled([event.id for event in await repositories.events.unhandled_of("dp_1")])
    await repositories.cases.save(a_record())
    assert not await repositories.events.is_pending("dp_1")
    await repositories.verdicts.store("dp_1", a_verdict())
    assert await repositories.events.is_pending("dp_1")
    await repositories.cases.save(a_record(state="filed"), carried=1)
    assert not await repositories.events.is_pending("dp_1")


def connected(event_id: str, dispute_id: str) -> WebhookEvent:
    return an_event(event_id, dispute_id=dispute_id).model_copy(update={"account": "acct_1"})
