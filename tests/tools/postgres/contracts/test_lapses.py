"""A verdict that cannot be carried out ends with a step, a message and a new version, once."""

import pytest

from disputes.errors import Stale
from disputes.repositories import Repositories
from disputes.repositories.cases import HistoryStep
from tests.fakes import FakeClock
from tests.tools.postgres.permission import decide, park, the_case
from tests.tools.records import a_record, a_verdict

WHY = "the dispute changed at Stripe"


async def test_a_lapse_is_a_step_in_the_history_and_a_new_version(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    before, at = await the_case(repositories), clock.advance(minutes=1)
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    step = HistoryStep(step="lapsed", at=at, note=f"Ada's approve on version 1: {WHY}.")
    changes = {"version": 2, "history": (*before.history, step)}
    assert await the_case(repositories) == before.model_copy(update=changes)
    assert await repositories.verdicts.pending("dp_1") is None


async def test_who_decided_is_told_and_nothing_of_the_case_goes_out(repositories: Repositories, clock: FakeClock):
    await decide(repositories, "accept_loss")
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    (message,) = await repositories.outbox.due(clock())
    assert message.kind == "note"
    assert message.body["title"] == "⚪ Not carried out: accept loss on dispute dp_1"
    assert str(message.body["body"]).startswith(f"Ada's accept loss on version 1: {WHY}. Nothing was sent on it")
    assert "good" not in str(message.body)  # the note of the verdict


async def test_a_verdict_lapses_once(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    for _ in range(2):
        await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    stored = await the_case(repositories)
    assert (stored.version, [step.step for step in stored.history]) == (2, ["load", "lapsed"])
    assert len(await repositories.outbox.due(clock())) == 1


@pytest.mark.parametrize(("dispute_id", "version"), [("dp_1", 2), ("dp_1", 0), ("dp_2", 1)])
async def test_only_the_verdict_that_is_named_lapses(
    repositories: Repositories, clock: FakeClock, dispute_id: str, version: int
):
    await decide(repositories)
    before = await the_case(repositories)
    await repositories.verdicts.lapse(dispute_id, version, why=WHY)
    assert await repositories.verdicts.pending("dp_1") == a_verdict()
    assert await the_case(repositories) == before
    assert await repositories.outbox.due(clock()) == []


async def test_what_was_carried_out_does_not_lapse(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    await repositories.cases.save(a_record(state="filed"), carried=1)
    before = await the_case(repositories)
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    assert await the_case(repositories) == before
    assert await repositories.outbox.due(clock()) == []


async def test_after_a_lapse_the_new_version_is_decided_and_the_old_one_is_not(repositories: Repositories):
    await decide(repositories)
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    with pytest.raises(Stale):
        await repositories.verdicts.store("dp_1", a_verdict(by="Grace"))
    await repositories.verdicts.store("dp_1", a_verdict(by="Grace", version=2))
    assert await repositories.verdicts.pending("dp_1") == a_verdict(by="Grace", version=2)


async def test_two_verdicts_that_lapse_one_after_the_other_are_two_messages(
    repositories: Repositories, clock: FakeClock
):
    await decide(repositories)
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    await repositories.verdicts.store("dp_1", a_verdict(by="Grace", version=2))
    await repositories.verdicts.lapse("dp_1", 2, why=WHY)
    assert [step.note.partition("'")[0] for step in (await the_case(repositories)).history[1:]] == ["Ada", "Grace"]
    assert len(await repositories.outbox.due(clock())) == 2


async def test_the_verdict_of_a_parked_case_lapses_too(repositories: Repositories):
    await decide(repositories, state="parked")
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    stored = await the_case(repositories)
    assert (stored.state, stored.version, stored.history[-1].step) == ("parked", 2, "lapsed")


async def test_a_verdict_from_before_its_case_was_parked_asks_for_no_run(repositories: Repositories):
    await decide(repositories, state="parked")
    assert await repositories.verdicts.pending("dp_1") == a_verdict()
    assert not await repositories.events.is_pending("dp_1")


async def test_a_call_for_a_new_draft_of_a_parked_case_asks_for_a_run(repositories: Repositories):
    await repositories.cases.save(a_record(state="parked"))
    await repositories.verdicts.store("dp_1", a_verdict(decision="redraft"))
    assert await repositories.events.is_pending("dp_1")


async def test_a_case_that_was_parked_again_holds_one_message_per_verdict(repositories: Repositories, clock: FakeClock):
    await decide(repositories)
    await repositories.verdicts.lapse("dp_1", 1, why=WHY)
    await park(repositories, a_record(state="parked"))
    await repositories.verdicts.lapse("dp_1", 1, why="another reason")
    assert len(await repositories.outbox.due(clock())) == 1
