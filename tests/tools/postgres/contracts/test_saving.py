"""What saving, parking and noting do to a case, to its version, and to the verdict that waits."""

import pytest

from disputes.errors import LostLease, Stale, TryAgain
from disputes.repositories import Repositories
from disputes.repositories.cases import HistoryStep
from tests.fakes import FakeClock
from tests.tools.postgres.permission import decide, park, the_case
from tests.tools.records import NOON, a_record, a_verdict

NOTED = HistoryStep(step="refused", at=NOON, note="Somebody changed the thread.")


async def test_the_verdict_that_a_save_carries_out_ends_without_a_word(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    assert await repositories.cases.save(a_record(state="filed"), carried=1) == 2
    assert await repositories.verdicts.pending("dp_1") is None
    assert (await the_case(repositories)).history == a_record().history
    assert await repositories.outbox.due(clock()) == []


@pytest.mark.parametrize("carried", [None, 0, 2])
async def test_any_other_verdict_lapses_with_the_case_that_it_was_about(
    repositories: Repositories, clock: FakeClock, carried: int | None
):
    await decide(repositories)
    assert await repositories.cases.save(a_record(), carried=carried) == 2
    stored = await the_case(repositories)
    assert await repositories.verdicts.pending("dp_1") is None
    assert [step.step for step in stored.history] == ["load", "lapsed"]
    assert stored.history[-1].note == "Ada's approve on version 1: the case changed before it was carried out."
    (message,) = await repositories.outbox.due(clock())
    assert (message.kind, message.body["title"]) == ("note", "⚪ Not carried out: approve on dispute dp_1")


async def test_a_lapse_by_a_save_is_told_once_however_often_the_case_is_saved(
    repositories: Repositories, clock: FakeClock
):
    await decide(repositories)
    for _ in range(3):
        await repositories.cases.save(await the_case(repositories))
    assert [step.step for step in (await the_case(repositories)).history] == ["load", "lapsed"]
    assert len(await repositories.outbox.due(clock())) == 1


async def test_a_save_without_a_verdict_tells_nobody(repositories: Repositories, clock: FakeClock):
    await repositories.cases.save(a_record())
    await repositories.cases.save(a_record(), carried=1)
    assert (await the_case(repositories)).history == a_record().history
    assert await repositories.outbox.due(clock()) == []


async def test_a_save_ends_the_verdicts_of_no_other_dispute(repositories: Repositories):
    await decide(repositories)
    await repositories.cases.save(a_record("dp_2"))
    await repositories.cases.save(a_record("dp_2"))
    assert await repositories.verdicts.pending("dp_1") == a_verdict()


async def test_a_save_at_the_expected_version_passes(repositories: Repositories):
    await repositories.cases.save(a_record())
    assert await repositories.cases.save(a_record(), expected=1) == 2


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_case_that_moved_on_under_a_run_is_left_as_it_is(repositories: Repositories, expected: int):
    await decide(repositories)
    before = await the_case(repositories)
    with pytest.raises(TryAgain, match="moved on"):
        await repositories.cases.save(a_record(state="filed"), expected=expected, carried=1)
    assert await the_case(repositories) == before
    assert await repositories.verdicts.pending("dp_1") == a_verdict()


async def test_a_case_that_is_gone_is_at_no_expected_version(repositories: Repositories):
    with pytest.raises(TryAgain):
        await repositories.cases.save(a_record(), expected=1)
    assert await repositories.cases.find("dp_1") is None


@pytest.mark.parametrize(("above", "version"), [(0, 2), (1, 2), (2, 3), (41, 42)])
async def test_the_new_version_is_higher_than_any_that_a_thread_has_seen(
    repositories: Repositories, above: int, version: int
):
    await repositories.cases.save(a_record())
    assert await repositories.cases.save(a_record(), above=above) == version
    assert (await the_case(repositories)).version == version


async def test_the_first_version_is_higher_than_any_that_a_thread_has_seen(repositories: Repositories):
    assert await repositories.cases.save(a_record(), above=6) == 7


async def test_an_old_holder_of_the_lease_saves_nothing_and_ends_no_verdict(repositories: Repositories):
    await decide(repositories)
    before = await the_case(repositories)
    async with repositories.leases.hold("dp_1") as newest:
        assert newest is not None
        for write in (repositories.cases.save, repositories.cases.park):
            with pytest.raises(LostLease):
                await write(a_record(state="parked"), fence=newest - 1)
    assert await the_case(repositories) == before
    assert await repositories.verdicts.pending("dp_1") == a_verdict()


async def test_parking_changes_the_state_and_no_version_and_the_verdict_waits_on(
    repositories: Repositories, clock: FakeClock
):
    await decide(repositories)
    await park(repositories, a_record(state="parked").model_copy(update={"error": "Stripe is away."}))
    stored = await the_case(repositories)
    assert (stored.state, stored.error, stored.version, stored.rested_at) == ("parked", "Stripe is away.", 1, None)
    assert await repositories.verdicts.pending("dp_1") == a_verdict()
    assert await repositories.outbox.due(clock()) == []


async def test_a_dispute_that_never_had_a_case_is_parked_as_its_first_version(repositories: Repositories):
    await park(repositories, a_record(state="parked"))
    assert (await the_case(repositories)).version == 1


async def test_the_verdict_of_a_parked_case_blocks_another_until_it_ends(repositories: Repositories):
    await decide(repositories, state="parked")
    with pytest.raises(Stale, match="decided this case"):
        await repositories.verdicts.store("dp_1", a_verdict(by="Grace", decision="redraft"))
    await repositories.verdicts.lapse("dp_1", 1, why="the case changed")
    await repositories.verdicts.store("dp_1", a_verdict(by="Grace", version=2, decision="redraft"))


async def test_a_note_is_a_step_more_at_the_version_the_case_has(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    before = await the_case(repositories)
    clock.advance(minutes=1)
    await repositories.cases.note("dp_1", NOTED)
    assert await the_case(repositories) == before.model_copy(update={"history": (*before.history, NOTED)})
    assert await repositories.verdicts.pending("dp_1") == a_verdict()


async def test_a_note_on_a_case_that_is_not_there_is_lost_without_a_word(repositories: Repositories):
    await repositories.cases.note("dp_1", NOTED)
    assert await repositories.cases.find("dp_1") is None
