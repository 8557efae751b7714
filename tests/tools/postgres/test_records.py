"""Events and cases in the database."""

import asyncio
import math
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.errors import Invalid
from disputes.repositories import Repositories
from disputes.repositories.cases import CaseRecord
from tests.fakes import FakeClock
from tests.tools.records import NOON, a_case, a_record, a_verdict, an_event
from tools.postgres.tables import cases, events


def test_the_repositories_satisfy_their_type(repositories: Repositories):
    port: Repositories = repositories
    assert port is repositories


async def test_an_event_is_stored_once(repositories: Repositories):
    assert await repositories.events.store(an_event())
    assert not await repositories.events.store(an_event())
    assert await repositories.events.unhandled(before=NOON + timedelta(seconds=1)) == [an_event()]


async def test_fifty_deliveries_of_one_event_at_once_are_one_event(repositories: Repositories):
    stored = await asyncio.gather(*(repositories.events.store(an_event()) for _ in range(50)))
    assert sorted(stored) == [False] * 49 + [True]


async def test_unhandled_events_come_oldest_first(repositories: Repositories, clock: FakeClock):
    for number in (2, 1, 3):
        await repositories.events.store(an_event(f"evt_{number}", dispute_id=f"dp_{number}"))
        clock.advance(seconds=10)
    waiting = await repositories.events.unhandled(before=clock())
    assert [event.id for event in waiting] == ["evt_2", "evt_1", "evt_3"]
    assert [event.id for event in await repositories.events.unhandled(before=clock(), limit=1)] == ["evt_2"]
    assert [event.id for event in await repositories.events.unhandled(before=NOON + timedelta(seconds=10))] == ["evt_2"]


async def test_a_run_handles_only_the_events_it_looked_at_whatever_the_clocks_say(
    repositories: Repositories, clock: FakeClock
):
    await repositories.events.store(an_event("evt_early"))
    await repositories.events.store(an_event("evt_other", dispute_id="dp_2"))
    looked_at = await repositories.events.unhandled_of("dp_1")
    clock.advance(seconds=-5)  # a host whose clock is behind receives the next
    await repositories.events.store(an_event("evt_late"))
    await repositories.events.mark_handled([event.id for event in looked_at])
    assert looked_at == (an_event("evt_early"),)
    waiting = await repositories.events.unhandled(before=clock.advance(seconds=10))
    assert [event.id for event in waiting] == ["evt_late", "evt_other"]


async def test_marking_nothing_or_what_is_unknown_or_handled_changes_nothing(
    repositories: Repositories, engine: AsyncEngine, clock: FakeClock
):
    await repositories.events.store(an_event())
    await repositories.events.mark_handled(["evt_1"])
    clock.advance(seconds=5)
    for event_ids in ([], ["evt_1"], ["evt_none"]):
        await repositories.events.mark_handled(event_ids)
    async with engine.connect() as connection:
        row = (await connection.execute(select(events))).one()
    assert (row.id, row.handled_at) == ("evt_1", NOON)


async def test_a_refused_event_is_stored_and_never_pending(
    repositories: Repositories, engine: AsyncEngine, clock: FakeClock
):
    refused = an_event(refused="A live event came to a test key.")
    assert await repositories.events.store(refused)
    assert await repositories.events.unhandled(before=clock.advance(seconds=60)) == []
    async with engine.connect() as connection:
        row = (await connection.execute(select(events))).one()
    assert (row.refused, row.handled_at) == (refused.refused, NOON)


async def test_events_refused_later_say_why_and_no_other_does(
    repositories: Repositories, engine: AsyncEngine, clock: FakeClock
):
    for number in (1, 2, 3):
        await repositories.events.store(an_event(f"evt_{number}"))
    await repositories.events.mark_handled(["evt_1"])
    clock.advance(seconds=5)
    await repositories.events.refuse(["evt_1", "evt_2", "evt_none"], "This seller has no policy.")
    await repositories.events.refuse([], "Nothing.")
    async with engine.connect() as connection:
        rows = (await connection.execute(select(events.c.id, events.c.refused, events.c.handled_at))).all()
    later = NOON + timedelta(seconds=5)
    told = [("evt_1", "", NOON), ("evt_2", "This seller has no policy.", later), ("evt_3", "", None)]
    assert sorted(map(tuple, rows)) == told
    assert [event.id for event in await repositories.events.unhandled_of("dp_1")] == ["evt_3"]


async def test_a_dispute_asks_for_a_run_while_an_event_or_a_verdict_waits(repositories: Repositories, clock: FakeClock):
    assert not await repositories.events.is_pending("dp_1")
    await repositories.events.store(an_event())
    assert await repositories.events.is_pending("dp_1")
    await repositories.events.mark_handled([event.id for event in await repositories.events.unhandled_of("dp_1")])
    assert not await repositories.events.is_pending("dp_1")
    await repositories.cases.save(a_record())
    await repositories.verdicts.store("dp_1", a_verdict())
    assert (await repositories.events.is_pending("dp_1"), await repositories.events.is_pending("dp_2")) == (True, False)
    await repositories.cases.save(a_record(state="filed"), carried=1)
    assert not await repositories.events.is_pending("dp_1")


async def test_each_pending_dispute_is_listed_once_the_longest_waiting_first(
    repositories: Repositories, clock: FakeClock
):
    await repositories.cases.save(a_record("dp_decided").model_copy(update={"account": "acct_1"}))
    await repositories.verdicts.store("dp_decided", a_verdict())
    for number in (1, 2):
        clock.advance(seconds=10)
        await repositories.events.store(an_event(f"evt_{number}", dispute_id="dp_event"))
    assert await repositories.events.pending(before=clock()) == [("dp_decided", "acct_1"), ("dp_event", None)]
    assert await repositories.events.pending(before=clock(), limit=1) == [("dp_decided", "acct_1")]
    assert await repositories.events.pending(before=NOON) == []
    await repositories.cases.save(a_record("dp_decided", state="filed"), carried=1)
    await repositories.events.mark_handled([event.id for event in await repositories.events.unhandled_of("dp_event")])
    assert await repositories.events.pending(before=clock.advance(seconds=1)) == []


async def test_an_unknown_dispute_has_no_case(repositories: Repositories):
    assert await repositories.cases.find("dp_none") is None


async def test_a_case_is_read_as_it_was_saved(repositories: Repositories):
    saved = a_record()
    assert await repositories.cases.save(saved) == 1
    stored = await repositories.cases.find("dp_1")
    assert stored == saved.model_copy(update={"version": 1, "rested_at": NOON})
    assert stored is not None
    assert stored.received_at.utcoffset() == timedelta(0)


async def test_a_record_without_a_case_is_saved_too(repositories: Repositories):
    broken = CaseRecord(dispute_id="dp_1", state="parked", received_at=NOON, updated_at=NOON, error="Stripe is away.")
    await repositories.cases.save(broken)
    assert await repositories.cases.find("dp_1") == broken.model_copy(update={"version": 1})
    assert (await repositories.cases.page(status="parked")).records != ()


async def test_the_version_grows_whatever_the_record_has(repositories: Repositories):
    record = a_record().model_copy(update={"version": 70})
    assert [await repositories.cases.save(record) for _ in range(3)] == [1, 2, 3]


async def test_twenty_writers_at_once_get_twenty_versions(repositories: Repositories):
    versions = await asyncio.gather(*(repositories.cases.save(a_record()) for _ in range(20)))
    assert sorted(versions) == list(range(1, 21))


async def test_history_is_replaced(repositories: Repositories):
    await repositories.cases.save(a_record())
    await repositories.cases.save(a_record().model_copy(update={"history": ()}))
    stored = await repositories.cases.find("dp_1")
    assert stored is not None
    assert stored.history == ()


async def test_rest_begins_once_and_ends_when_work_goes_on(repositories: Repositories, clock: FakeClock):
    async def rested(record: CaseRecord):
        await repositories.cases.save(record)
        stored = await repositories.cases.find("dp_1")
        assert stored is not None
        return stored.rested_at

    assert await rested(a_record(state="working")) is None
    first = clock.advance(seconds=3)
    assert await rested(a_record(state="waiting")) == first
    clock.advance(seconds=3)
    assert await rested(a_record(state="filed")) == first
    assert await rested(a_record(state="parked")) is None
    assert await rested(a_record(state="closed")) == clock()


async def test_a_case_was_received_when_its_first_event_came(repositories: Repositories, clock: FakeClock):
    await repositories.events.store(an_event("evt_1"))
    clock.advance(seconds=30)
    await repositories.events.store(an_event("evt_2"))
    for _ in range(2):
        await repositories.cases.save(a_record(at=clock()))
        stored = await repositories.cases.find("dp_1")
        assert stored is not None
        assert stored.received_at == NOON


async def test_a_case_that_no_event_announced_keeps_its_own_time(repositories: Repositories, clock: FakeClock):
    await repositories.cases.save(a_record())
    clock.advance(seconds=30)
    await repositories.events.store(an_event())
    await repositories.cases.save(a_record(at=clock()))
    stored = await repositories.cases.find("dp_1")
    assert stored is not None
    assert stored.received_at == NOON


async def test_columns_for_lists_and_reports_are_copied_from_the_case(repositories: Repositories, engine: AsyncEngine):
    await repositories.cases.save(a_record())
    async with engine.connect() as connection:
        row = (await connection.execute(select(cases))).one()
    assert (row.amount, row.currency, row.reason, row.status) == (4_200, "usd", "fraudulent", "needs_response")
    assert (row.queue, row.action, row.confidence, row.due_by) == ("disputes", "review", 0.62, NOON + timedelta(days=9))


async def test_text_that_postgres_cannot_hold_never_fails_a_write(repositories: Repositories):
    nasty = "a\0b\ud800c"
    case = a_case().model_copy(update={"dispute": a_case().dispute.model_copy(update={"evidence": {"summary": nasty}})})
    await repositories.cases.save(a_record(case=case).model_copy(update={"error": nasty}))
    stored = await repositories.cases.find("dp_1")
    assert stored is not None
    assert stored.case is not None
    assert stored.error == "a\ufffdb\ufffdc" == stored.case.dispute.evidence["summary"]
    assert await repositories.cases.find("dp_\0\ud800") is None


async def test_a_confidence_that_is_no_number_can_be_read_back(repositories: Repositories):
    whole = a_case()
    assert whole.assessment is not None
    odd = whole.model_copy(update={"assessment": whole.assessment.model_copy(update={"confidence": float("nan")})})
    await repositories.cases.save(a_record(case=odd))
    stored = await repositories.cases.find("dp_1")
    assert stored is not None
    assert stored.case is not None
    assert stored.case.assessment is not None
    assert math.isnan(stored.case.assessment.confidence)


async def test_an_amount_beyond_the_database_is_invalid_and_not_a_retry(repositories: Repositories):
    huge = a_case().model_copy(update={"dispute": a_case().dispute.model_copy(update={"amount": 2**70})})
    with pytest.raises(Invalid, match="cannot hold"):
        await repositories.cases.save(a_record(case=huge))
