import asyncio
import math
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.docket import Entry
from disputes.errors import Invalid
from disputes.ports import Docket
from tests.tools.records import NOON, Watch, a_bell, a_case, a_verdict, an_entry
from tools.docket import PostgresDocket
from tools.tables import cases, events


def test_satisfies_the_port(docket: PostgresDocket):
    port: Docket = docket
    assert port is docket


async def test_keeps_an_event_once(docket: PostgresDocket):
    assert await docket.hear(a_bell())
    assert not await docket.hear(a_bell())
    assert await docket.unheard(before=NOON + timedelta(seconds=1)) == [a_bell()]


async def test_fifty_deliveries_of_one_event_at_once_are_one_event(docket: PostgresDocket):
    heard = await asyncio.gather(*(docket.hear(a_bell()) for _ in range(50)))
    assert sorted(heard) == [False] * 49 + [True]


async def test_gives_unhandled_events_oldest_first(docket: PostgresDocket, watch: Watch):
    for number in (2, 1, 3):
        await docket.hear(a_bell(f"evt_{number}", dispute_id=f"dp_{number}"))
        watch.wind(seconds=10)
    waiting = await docket.unheard(before=watch())
    assert [bell.id for bell in waiting] == ["evt_2", "evt_1", "evt_3"]
    assert [bell.id for bell in await docket.unheard(before=watch(), limit=1)] == ["evt_2"]
    assert [bell.id for bell in await docket.unheard(before=NOON + timedelta(seconds=10))] == ["evt_2"]


async def test_a_run_handles_only_events_received_before_it_looked(docket: PostgresDocket, watch: Watch):
    await docket.hear(a_bell("evt_early"))
    await docket.hear(a_bell("evt_other", dispute_id="dp_2"))
    looked = watch.wind(seconds=5)
    watch.wind(seconds=5)
    await docket.hear(a_bell("evt_late"))
    await docket.heard("dp_1", before=looked)
    waiting = await docket.unheard(before=watch.wind(seconds=1))
    assert [bell.id for bell in waiting] == ["evt_other", "evt_late"]


async def test_a_refused_event_is_stored_and_asks_for_no_run(docket: PostgresDocket, engine: AsyncEngine, watch: Watch):
    refused = a_bell(refused="A live event came to a test key.")
    assert await docket.hear(refused)
    assert await docket.unheard(before=watch.wind(seconds=60)) == []
    async with engine.connect() as connection:
        row = (await connection.execute(select(events))).one()
    assert (row.refused, row.handled_at) == (refused.refused, NOON)


async def test_a_dispute_asks_for_a_run_while_an_event_or_a_verdict_waits(docket: PostgresDocket, watch: Watch):
    assert not await docket.asked("dp_1")
    await docket.hear(a_bell())
    assert await docket.asked("dp_1")
    await docket.heard("dp_1", before=watch())
    assert not await docket.asked("dp_1")
    await docket.keep(an_entry())
    await docket.decide("dp_1", a_verdict())
    assert (await docket.asked("dp_1"), await docket.asked("dp_2")) == (True, False)
    await docket.applied("dp_1", 1)
    assert not await docket.asked("dp_1")


async def test_the_sweep_is_owed_each_dispute_once_the_longest_waiting_first(docket: PostgresDocket, watch: Watch):
    await docket.keep(an_entry("dp_decided").model_copy(update={"account": "acct_1"}))
    await docket.decide("dp_decided", a_verdict())
    for number in (1, 2):
        watch.wind(seconds=10)
        await docket.hear(a_bell(f"evt_{number}", dispute_id="dp_rung"))
    assert await docket.owed(before=watch()) == [("dp_decided", "acct_1"), ("dp_rung", None)]
    assert await docket.owed(before=watch(), limit=1) == [("dp_decided", "acct_1")]
    assert await docket.owed(before=NOON) == []
    await docket.applied("dp_decided", 1)
    await docket.heard("dp_rung", before=watch())
    assert await docket.owed(before=watch.wind(seconds=1)) == []


async def test_an_unknown_dispute_has_no_case(docket: PostgresDocket):
    assert await docket.entry("dp_none") is None


async def test_gives_a_case_back_whole(docket: PostgresDocket):
    kept = an_entry()
    assert await docket.keep(kept) == 1
    found = await docket.entry("dp_1")
    assert found == kept.model_copy(update={"version": 1, "rested_at": NOON})
    assert found is not None
    assert found.received_at.utcoffset() == timedelta(0)


async def test_a_case_without_a_snapshot_is_kept_too(docket: PostgresDocket):
    broken = Entry(dispute_id="dp_1", state="parked", received_at=NOON, updated_at=NOON, error="Stripe is away.")
    await docket.keep(broken)
    assert await docket.entry("dp_1") == broken.model_copy(update={"version": 1})
    assert (await docket.entries(status="parked")).entries != ()


async def test_the_version_grows_whatever_the_entry_says(docket: PostgresDocket):
    entry = an_entry().model_copy(update={"version": 70})
    assert [await docket.keep(entry) for _ in range(3)] == [1, 2, 3]


async def test_twenty_writers_at_once_get_twenty_versions(docket: PostgresDocket):
    versions = await asyncio.gather(*(docket.keep(an_entry()) for _ in range(20)))
    assert sorted(versions) == list(range(1, 21))


async def test_history_is_replaced(docket: PostgresDocket):
    await docket.keep(an_entry())
    await docket.keep(an_entry().model_copy(update={"history": ()}))
    found = await docket.entry("dp_1")
    assert found is not None
    assert found.history == ()


async def test_rest_begins_once_and_ends_when_work_goes_on(docket: PostgresDocket, watch: Watch):
    async def rested(entry: Entry):
        await docket.keep(entry)
        found = await docket.entry("dp_1")
        assert found is not None
        return found.rested_at

    assert await rested(an_entry(state="working")) is None
    first = watch.wind(seconds=3)
    assert await rested(an_entry(state="waiting")) == first
    watch.wind(seconds=3)
    assert await rested(an_entry(state="filed")) == first
    assert await rested(an_entry(state="parked")) is None
    assert await rested(an_entry(state="closed")) == watch()


async def test_a_case_was_received_when_its_first_event_came(docket: PostgresDocket, watch: Watch):
    await docket.hear(a_bell("evt_1"))
    watch.wind(seconds=30)
    await docket.hear(a_bell("evt_2"))
    for _ in range(2):
        await docket.keep(an_entry(at=watch()))
        found = await docket.entry("dp_1")
        assert found is not None
        assert found.received_at == NOON


async def test_a_case_that_no_event_announced_keeps_its_own_time(docket: PostgresDocket, watch: Watch):
    await docket.keep(an_entry())
    watch.wind(seconds=30)
    await docket.hear(a_bell())
    await docket.keep(an_entry(at=watch()))
    found = await docket.entry("dp_1")
    assert found is not None
    assert found.received_at == NOON


async def test_copies_what_lists_and_reports_need_out_of_the_case(docket: PostgresDocket, engine: AsyncEngine):
    await docket.keep(an_entry())
    async with engine.connect() as connection:
        row = (await connection.execute(select(cases))).one()
    assert (row.amount, row.currency, row.reason, row.status) == (4_200, "usd", "fraudulent", "needs_response")
    assert (row.queue, row.action, row.confidence, row.due_by) == ("disputes", "review", 0.62, NOON + timedelta(days=9))


async def test_text_that_postgres_cannot_hold_never_fails_a_write(docket: PostgresDocket):
    nasty = "a\0b\ud800c"
    case = a_case().model_copy(update={"dispute": a_case().dispute.model_copy(update={"evidence": {"summary": nasty}})})
    await docket.keep(an_entry(case=case).model_copy(update={"error": nasty}))
    found = await docket.entry("dp_1")
    assert found is not None
    assert found.case is not None
    assert found.error == "a\ufffdb\ufffdc" == found.case.dispute.evidence["summary"]
    assert await docket.entry("dp_\0\ud800") is None


async def test_a_confidence_that_is_no_number_can_be_read_back(docket: PostgresDocket):
    whole = a_case()
    assert whole.assessment is not None
    odd = whole.model_copy(update={"assessment": whole.assessment.model_copy(update={"confidence": float("nan")})})
    await docket.keep(an_entry(case=odd))
    found = await docket.entry("dp_1")
    assert found is not None
    assert found.case is not None
    assert found.case.assessment is not None
    assert math.isnan(found.case.assessment.confidence)


async def test_an_amount_beyond_the_database_is_invalid_and_not_a_retry(docket: PostgresDocket):
    huge = a_case().model_copy(update={"dispute": a_case().dispute.model_copy(update={"amount": 2**70})})
    with pytest.raises(Invalid, match="cannot hold"):
        await docket.keep(an_entry(case=huge))
