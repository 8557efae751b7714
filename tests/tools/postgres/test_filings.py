"""Leases, filings and ledger entries in the database."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.errors import AskHuman, LostLease
from disputes.money import Money
from disputes.repositories import Repositories
from disputes.repositories.ledger import LedgerEntry
from tests.fakes import FakeClock
from tests.tools.postgres.permission import an_intention, let_file
from tests.tools.records import NOON, a_filing
from tools.postgres import leases
from tools.postgres.database import transaction
from tools.postgres.repositories import postgres_repositories
from tools.postgres.tables import filings, ledger


async def test_only_one_of_two_holds_a_dispute(repositories: Repositories, engine: AsyncEngine, clock: FakeClock):
    elsewhere = postgres_repositories(engine, now=clock)
    async with (
        repositories.leases.hold("dp_1") as mine,
        elsewhere.leases.hold("dp_1") as theirs,
        repositories.leases.hold("dp_2") as other,
    ):
        assert (mine, theirs, other) == (1, None, 1)


async def test_a_lease_that_was_refused_releases_nothing(repositories: Repositories):
    async with repositories.leases.hold("dp_1"):
        async with repositories.leases.hold("dp_1") as second:
            assert second is None
        async with repositories.leases.hold("dp_1") as third:
            assert third is None


async def test_of_thirty_at_once_one_holds_the_lease(repositories: Repositories):
    all_tried = asyncio.Barrier(30)

    async def hold():
        async with repositories.leases.hold("dp_1") as fence:
            await all_tried.wait()
            return fence

    fences = await asyncio.gather(*(hold() for _ in range(30)))
    assert [fence for fence in fences if fence is not None] == [1]


async def test_every_holder_gets_a_higher_fence(repositories: Repositories):
    fences = []
    for _ in range(3):
        async with repositories.leases.hold("dp_1") as fence:
            fences.append(fence)
    assert fences == [1, 2, 3]


async def test_a_lease_ends_with_the_error_of_its_body(repositories: Repositories):
    with pytest.raises(KeyError):
        async with repositories.leases.hold("dp_1"):
            raise KeyError
    async with repositories.leases.hold("dp_1") as fence:
        assert fence == 2


async def test_a_cancelled_holder_releases_the_lease(repositories: Repositories):
    holding = asyncio.Event()

    async def hold():
        async with repositories.leases.hold("dp_1"):
            holding.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await holding.wait()
    holder.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holder
    async with repositories.leases.hold("dp_1") as fence:
        assert fence == 2


async def test_a_lost_connection_ends_the_lease_and_keeps_the_result(repositories: Repositories, engine: AsyncEngine):
    lock_holders = text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
    async with repositories.leases.hold("dp_1") as first:
        async with engine.begin() as connection:
            assert (await connection.execute(lock_holders)).scalars().all() == [True]
        result = "done"
    async with repositories.leases.hold("dp_1") as second:
        assert (first, second, result) == (1, 2, "done")


async def test_more_leases_than_the_pool_has_connections(repositories: Repositories, engine: AsyncEngine):
    all_hold = asyncio.Barrier(15)

    async def work(dispute_id: str):
        async with repositories.leases.hold(dispute_id) as fence:
            await all_hold.wait()
            await let_file(repositories, an_intention(dispute_id=dispute_id), fence=fence)
            await repositories.filings.intend(an_intention(dispute_id=dispute_id), fence=fence)

    await asyncio.gather(*(work(f"dp_{number}") for number in range(15)))
    async with engine.connect() as connection:
        assert len((await connection.execute(select(filings))).all()) == 15


async def test_a_filing_is_intended_once(repositories: Repositories):
    await let_file(repositories, an_intention())
    first = await repositories.filings.intend(an_intention())
    again = await repositories.filings.intend(an_intention(key="another", before=7))
    assert again == first.model_copy(update={"before": 7})
    assert await repositories.filings.of("dp_1") == [again]


async def test_ten_intend_at_once_and_all_see_the_same_row(repositories: Repositories):
    await let_file(repositories, an_intention())
    wanted = [an_intention(key=f"key_{number}") for number in range(10)]
    filed = await asyncio.gather(*(repositories.filings.intend(filing) for filing in wanted))
    assert len({filing.key for filing in filed}) == 1
    assert len(await repositories.filings.of("dp_1")) == 1


async def test_stages_and_actions_are_filed_apart(repositories: Repositories, clock: FakeClock):
    others = ({"stage": "inquiry"}, {"stage": "chargeback"}, {"action": "close"})
    wanted = [an_intention(automatic=True, **other) for other in others]
    for filing in wanted:
        await let_file(repositories, filing)
        await repositories.filings.intend(filing)
        clock.advance(seconds=1)
    assert await repositories.filings.of("dp_1") == wanted
    assert await repositories.filings.of("dp_2") == []


async def test_an_old_fence_files_nothing(repositories: Repositories):
    async with repositories.leases.hold("dp_1") as old:
        pass
    async with repositories.leases.hold("dp_1") as new:
        await let_file(repositories, an_intention(), fence=new)
        with pytest.raises(LostLease, match="dp_1"):
            await repositories.filings.intend(an_intention(), fence=old)
        assert await repositories.filings.of("dp_1") == []
        assert await repositories.filings.intend(an_intention(), fence=new) == an_intention(automatic=True)


async def test_a_fence_that_no_lease_gave_files_nothing(repositories: Repositories):
    with pytest.raises(LostLease):
        await repositories.filings.intend(a_filing(), fence=1)
    assert await repositories.filings.of("dp_1") == []


async def test_a_new_holder_waits_for_a_filing_that_is_just_being_written(
    repositories: Repositories, engine: AsyncEngine
):
    async with repositories.leases.hold("dp_1") as old:
        assert old == 1

    async def take_over():
        async with repositories.leases.hold("dp_1"):
            return await repositories.filings.of("dp_1")

    async with transaction(engine) as connection:
        await leases.check(connection, "dp_1", fence=old)
        await connection.execute(insert(filings).values(a_filing().model_dump() | {"intended_at": NOON}))
        takeover = asyncio.create_task(take_over())
        while not takeover.done() and not await _is_anyone_waiting(engine):
            pass
    assert await takeover == [a_filing()]


async def _is_anyone_waiting(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return bool((await connection.execute(text("select 1 from pg_locks where not granted"))).all())


async def test_another_letter_counts_for_the_day_of_its_own_intention(repositories: Repositories, clock: FakeClock):
    await let_file(repositories, an_intention())
    await repositories.filings.intend(an_intention(), cap=1)
    clock.advance(days=1)
    assert (await repositories.automation.read()).filed_today == 0
    await let_file(repositories, an_intention(digest="another letter"))
    await repositories.filings.intend(an_intention(digest="another letter", key="another"), cap=1)
    assert (await repositories.automation.read()).filed_today == 1
    await let_file(repositories, an_intention(dispute_id="dp_2"))
    with pytest.raises(AskHuman, match="daily cap of 1"):
        await repositories.filings.intend(an_intention(dispute_id="dp_2"), cap=1)


async def test_another_letter_is_not_intended_once_its_day_is_full(repositories: Repositories, clock: FakeClock):
    await let_file(repositories, an_intention())
    first = await repositories.filings.intend(an_intention(), cap=1)
    clock.advance(days=1)
    await let_file(repositories, an_intention(dispute_id="dp_2"))
    await repositories.filings.intend(an_intention(dispute_id="dp_2"), cap=1)
    await let_file(repositories, an_intention(digest="another letter"))
    with pytest.raises(AskHuman, match="daily cap of 1"):
        await repositories.filings.intend(an_intention(digest="another letter"), cap=1)
    assert await repositories.filings.of("dp_1") == [first]


async def test_the_same_letter_counts_for_the_day_of_its_first_intention(repositories: Repositories, clock: FakeClock):
    await let_file(repositories, an_intention())
    await repositories.filings.intend(an_intention(), cap=1)
    clock.advance(days=1)
    await let_file(repositories, an_intention())
    await repositories.filings.intend(an_intention(), cap=1)
    assert (await repositories.automation.read()).filed_today == 0


async def test_the_end_of_a_filing_is_stored(repositories: Repositories, engine: AsyncEngine, clock: FakeClock):
    await let_file(repositories, an_intention())
    await repositories.filings.intend(an_intention())
    ended = an_intention(state="refused", detail="This dispute is already closed.\0")
    at = clock.advance(seconds=2)
    await repositories.filings.finish(ended)
    assert await repositories.filings.of("dp_1") == [
        ended.model_copy(update={"detail": "This dispute is already closed.\ufffd"})
    ]
    async with engine.connect() as connection:
        row = (await connection.execute(select(filings))).one()
    assert (row.intended_at, row.ended_at) == (NOON, at)


async def test_what_was_sent_is_recorded_even_when_its_intention_was_lost(repositories: Repositories):
    sent = a_filing().model_copy(update={"state": "done"})
    await repositories.filings.finish(sent)
    assert await repositories.filings.of("dp_1") == [sent]
    assert await repositories.filings.intend(a_filing()) == sent


async def test_each_kind_of_ledger_entry_is_stored_once_per_dispute(repositories: Repositories, engine: AsyncEngine):
    taken = LedgerEntry(dispute_id="dp_1", kind="withdrawn", money=Money(amount=-4_200, currency="usd"), at=NOON)
    fee = taken.model_copy(update={"kind": "fee", "money": Money(amount=-1_500, currency="usd")})
    other = taken.model_copy(update={"dispute_id": "dp_2"})
    await repositories.ledger.add([taken, fee])
    await repositories.ledger.add([taken.model_copy(update={"at": NOON + timedelta(days=1)}), other])
    await repositories.ledger.add([])
    async with engine.connect() as connection:
        rows = (await connection.execute(select(ledger).order_by(ledger.c.dispute_id, ledger.c.kind))).all()
    assert [(row.dispute_id, row.kind, row.amount, row.currency, row.at) for row in rows] == [
        ("dp_1", "fee", -1_500, "usd", NOON),
        ("dp_1", "withdrawn", -4_200, "usd", NOON),
        ("dp_2", "withdrawn", -4_200, "usd", NOON),
    ]
