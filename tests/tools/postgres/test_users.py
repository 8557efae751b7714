"""Verdicts, outbox messages and users in the database; contracts/ holds what lapses, permits and settings promise."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.case import Claim
from disputes.errors import Invalid, Stale, TryAgain
from disputes.repositories import Repositories
from disputes.repositories.cases import CaseState
from disputes.repositories.outbox import OutboxMessage
from disputes.repositories.users import User
from tests.fakes import FakeClock
from tests.tools.records import NOON, a_record, a_verdict
from tools.postgres.tables import outbox, users

ADA = User(name="Ada", role="reviewer")


async def test_a_verdict_waits_until_it_is_applied(repositories: Repositories):
    await repositories.cases.save(a_record())
    edited = a_verdict(decision="edit").model_copy(update={"letter": (Claim(text="It came.", facts=("f1",)),)})
    await repositories.verdicts.store("dp_1", edited)
    assert await repositories.verdicts.pending("dp_1") == edited
    await repositories.cases.save(a_record(state="filed"), carried=1)
    assert await repositories.verdicts.pending("dp_1") is None


async def test_of_ten_deciders_at_once_one_wins(repositories: Repositories):
    await repositories.cases.save(a_record())
    attempts = (repositories.verdicts.store("dp_1", a_verdict(by=f"person {number}")) for number in range(10))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    losers = [result for result in results if result is not None]
    assert len(losers) == 9
    assert all(isinstance(error, Stale) for error in losers)
    winner = await repositories.verdicts.pending("dp_1")
    assert winner is not None
    assert all(winner.by in str(error) for error in losers)


async def test_a_decider_and_a_writer_at_once_never_both_win(repositories: Repositories):
    for number in range(10):
        dispute_id = f"dp_{number}"
        await repositories.cases.save(a_record(dispute_id))
        moved = repositories.cases.save(a_record(dispute_id, state="working"))
        decided, version = await asyncio.gather(
            repositories.verdicts.store(dispute_id, a_verdict()), moved, return_exceptions=True
        )
        stored = await repositories.cases.find(dispute_id)
        assert stored is not None
        won = (isinstance(decided, Stale), isinstance(version, TryAgain))
        assert won in {(True, False), (False, True)}
        assert stored.state == ("working" if won[0] else "waiting")
        assert bool(await repositories.verdicts.pending(dispute_id)) == won[1]


async def test_a_verdict_on_an_old_version_is_stale(repositories: Repositories):
    await repositories.cases.save(a_record())
    await repositories.cases.save(a_record())
    with pytest.raises(Stale, match="version 2 now"):
        await repositories.verdicts.store("dp_1", a_verdict(version=1))
    assert await repositories.verdicts.pending("dp_1") is None


async def test_a_version_is_decided_once(repositories: Repositories):
    await repositories.cases.save(a_record())
    await repositories.verdicts.store("dp_1", a_verdict(decision="accept_loss"))
    with pytest.raises(Stale, match="Ada decided this case at 2026-11-21 12:00 UTC already: accept loss"):
        await repositories.verdicts.store("dp_1", a_verdict(by="Grace"))


async def test_a_newer_version_is_decided_whatever_was_decided_on_the_one_before(repositories: Repositories):
    await repositories.cases.save(a_record())
    await repositories.verdicts.store("dp_1", a_verdict())
    await repositories.cases.save(a_record())
    with pytest.raises(Stale, match="version 2 now"):
        await repositories.verdicts.store("dp_1", a_verdict(version=1, by="Grace"))
    await repositories.verdicts.store("dp_1", a_verdict(version=2, by="Grace"))
    waiting = await repositories.verdicts.pending("dp_1")
    assert waiting is not None
    assert waiting.by == "Grace"


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "rejected", "recorded", "closed", "parked"])
async def test_only_a_waiting_case_takes_a_verdict(repositories: Repositories, state: CaseState):
    await repositories.cases.save(a_record(state=state))
    with pytest.raises(Stale, match=state):
        await repositories.verdicts.store("dp_1", a_verdict())
    assert await repositories.verdicts.pending("dp_1") is None


@pytest.mark.parametrize("state", ["waiting", "rejected", "recorded", "parked"])
async def test_a_case_that_was_not_filed_can_be_redrafted(repositories: Repositories, state: CaseState):
    await repositories.cases.save(a_record(state=state))
    await repositories.verdicts.store("dp_1", a_verdict(decision="redraft"))
    assert await repositories.verdicts.pending("dp_1") == a_verdict(decision="redraft")


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "closed"])
async def test_a_working_or_filed_case_is_not_redrafted(repositories: Repositories, state: CaseState):
    await repositories.cases.save(a_record(state=state))
    with pytest.raises(Stale, match=state):
        await repositories.verdicts.store("dp_1", a_verdict(decision="redraft"))


async def test_a_verdict_on_a_missing_case_is_invalid(repositories: Repositories):
    with pytest.raises(Invalid, match="no case"):
        await repositories.verdicts.store("dp_1", a_verdict())


async def test_a_message_is_stored_once_per_key(repositories: Repositories, clock: FakeClock):
    note = OutboxMessage(key="dp_1:waiting", kind="note", body={"text": "Please look.", "marks": [1, None, "\0"]})
    assert await repositories.outbox.put(note)
    assert not await repositories.outbox.put(note.model_copy(update={"body": {}}))
    due = await repositories.outbox.due(clock())
    assert due == [note.model_copy(update={"body": {"text": "Please look.", "marks": [1, None, "\ufffd"]}})]


async def test_a_delivered_message_is_not_due_again(repositories: Repositories, clock: FakeClock):
    await repositories.outbox.put(OutboxMessage(key="a", kind="note"))
    await repositories.outbox.mark_sent("a")
    assert await repositories.outbox.due(clock.advance(seconds=999)) == []
    assert not await repositories.outbox.put(OutboxMessage(key="a", kind="note"))


async def test_a_failed_message_comes_back_at_its_time_and_counts(repositories: Repositories, clock: FakeClock):
    await repositories.outbox.put(OutboxMessage(key="a", kind="handoff"))
    again = NOON + timedelta(seconds=30)
    await repositories.outbox.mark_failed("a", error="The channel is away.", retry_at=again)
    assert await repositories.outbox.due(again - timedelta(seconds=1)) == []
    assert await repositories.outbox.due(again) == [OutboxMessage(key="a", kind="handoff", attempts=1)]


async def test_a_failed_message_without_another_try_keeps_its_error(
    repositories: Repositories, engine: AsyncEngine, clock: FakeClock
):
    await repositories.outbox.put(OutboxMessage(key="a", kind="note"))
    await repositories.outbox.mark_failed("a", error="No such channel.", retry_at=None)
    assert await repositories.outbox.due(clock.advance(seconds=999)) == []
    async with engine.connect() as connection:
        row = (await connection.execute(select(outbox))).one()
    assert (row.error, row.parked_at, row.attempts, row.sent_at) == ("No such channel.", NOON, 1, None)


async def test_the_longest_waiting_messages_come_first(repositories: Repositories, clock: FakeClock):
    for key in ("c", "a", "b"):
        await repositories.outbox.put(OutboxMessage(key=key, kind="note"))
        clock.advance(seconds=1)
    assert [message.key for message in await repositories.outbox.due(clock(), limit=2)] == ["c", "a"]


async def test_a_user_is_found_by_token_and_only_its_hash_is_stored(repositories: Repositories, engine: AsyncEngine):
    await repositories.users.add(ADA, digest=hashlib.sha256(b"ada-token").hexdigest())
    assert await repositories.users.by_token("ada-token") == ADA
    assert await repositories.users.by_token("ada-token ") is None
    assert await repositories.users.by_token("") is None
    assert await repositories.users.by_token("\0\ud800") is None
    async with engine.connect() as connection:
        assert "ada-token" not in str((await connection.execute(select(users))).all())


async def test_adding_a_user_again_changes_the_role(repositories: Repositories):
    digest = hashlib.sha256(b"ada-token").hexdigest()
    await repositories.users.add(ADA, digest=digest)
    await repositories.users.add(ADA.model_copy(update={"role": "viewer"}), digest=digest)
    assert await repositories.users.by_token("ada-token") == User(name="Ada", role="viewer")


@pytest.mark.parametrize("digest", ["", "ada-token", "A" * 64])
async def test_a_token_is_never_stored_in_place_of_its_digest(repositories: Repositories, digest: str):
    with pytest.raises(Invalid, match="SHA-256"):
        await repositories.users.add(ADA, digest=digest)
