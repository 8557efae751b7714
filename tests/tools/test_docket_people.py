import asyncio
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.case import Claim
from disputes.docket import Message, Person, State
from disputes.errors import Invalid, Stale
from tests.tools.records import NOON, Watch, a_verdict, an_entry
from tools.docket import PostgresDocket
from tools.tables import messages, people

ADA = Person(name="Ada", role="reviewer")


async def test_a_verdict_waits_until_it_is_applied(docket: PostgresDocket):
    await docket.keep(an_entry())
    edited = a_verdict(decision="edit").model_copy(update={"letter": (Claim(text="It came.", facts=("f1",)),)})
    await docket.decide("dp_1", edited)
    assert await docket.verdict("dp_1") == edited
    await docket.applied("dp_1", 1)
    assert await docket.verdict("dp_1") is None


async def test_of_ten_deciders_at_once_one_wins(docket: PostgresDocket):
    await docket.keep(an_entry())
    tries = (docket.decide("dp_1", a_verdict(by=f"person {number}")) for number in range(10))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    losers = [end for end in ends if end is not None]
    assert len(losers) == 9
    assert all(isinstance(end, Stale) for end in losers)
    winner = await docket.verdict("dp_1")
    assert winner is not None
    assert all(winner.by in str(end) for end in losers)


async def test_a_decider_and_a_writer_at_once_never_both_win(docket: PostgresDocket):
    for number in range(10):
        dispute_id = f"dp_{number}"
        await docket.keep(an_entry(dispute_id))
        moved = docket.keep(an_entry(dispute_id, state="working"))
        decided, version = await asyncio.gather(docket.decide(dispute_id, a_verdict()), moved, return_exceptions=True)
        assert version == 2
        assert (await docket.verdict(dispute_id) is None) == isinstance(decided, Stale)


async def test_a_verdict_on_an_old_version_is_stale(docket: PostgresDocket):
    await docket.keep(an_entry())
    await docket.keep(an_entry())
    with pytest.raises(Stale, match="version 2 now"):
        await docket.decide("dp_1", a_verdict(version=1))
    assert await docket.verdict("dp_1") is None


async def test_a_version_is_decided_once_even_after_it_was_applied(docket: PostgresDocket):
    await docket.keep(an_entry())
    await docket.decide("dp_1", a_verdict(decision="accept_loss"))
    await docket.applied("dp_1", 1)
    with pytest.raises(Stale, match="Ada decided this case at 2026-11-21 12:00 UTC already: accept loss"):
        await docket.decide("dp_1", a_verdict(by="Grace"))


async def test_a_pending_verdict_blocks_one_on_a_newer_version(docket: PostgresDocket):
    await docket.keep(an_entry())
    await docket.decide("dp_1", a_verdict())
    await docket.keep(an_entry())
    with pytest.raises(Stale, match="Ada"):
        await docket.decide("dp_1", a_verdict(version=2, by="Grace"))
    await docket.applied("dp_1", 1)
    await docket.decide("dp_1", a_verdict(version=2, by="Grace"))
    waiting = await docket.verdict("dp_1")
    assert waiting is not None
    assert waiting.by == "Grace"


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "rejected", "recorded", "closed", "parked"])
async def test_only_a_waiting_case_takes_an_answer(docket: PostgresDocket, state: State):
    await docket.keep(an_entry(state=state))
    with pytest.raises(Stale, match=state):
        await docket.decide("dp_1", a_verdict())
    assert await docket.verdict("dp_1") is None


@pytest.mark.parametrize("state", ["waiting", "rejected", "recorded", "parked"])
async def test_a_case_that_was_not_filed_can_be_asked_for_again(docket: PostgresDocket, state: State):
    await docket.keep(an_entry(state=state))
    await docket.decide("dp_1", a_verdict(decision="redraft"))
    assert await docket.verdict("dp_1") == a_verdict(decision="redraft")


@pytest.mark.parametrize("state", ["working", "filed", "accepted", "closed"])
async def test_a_case_at_work_or_done_is_not_written_again(docket: PostgresDocket, state: State):
    await docket.keep(an_entry(state=state))
    with pytest.raises(Stale, match=state):
        await docket.decide("dp_1", a_verdict(decision="redraft"))


async def test_nobody_decides_a_case_that_is_not_there(docket: PostgresDocket):
    with pytest.raises(Invalid, match="no case"):
        await docket.decide("dp_1", a_verdict())


async def test_a_message_is_posted_once_per_key(docket: PostgresDocket, watch: Watch):
    note = Message(key="dp_1:waiting", kind="note", body={"text": "Please look.", "marks": [1, None, "\0"]})
    assert await docket.post(note)
    assert not await docket.post(note.model_copy(update={"body": {}}))
    due = await docket.due(watch())
    assert due == [note.model_copy(update={"body": {"text": "Please look.", "marks": [1, None, "\ufffd"]}})]


async def test_a_delivered_message_is_not_due_again(docket: PostgresDocket, watch: Watch):
    await docket.post(Message(key="a", kind="note"))
    await docket.sent("a")
    assert await docket.due(watch.wind(seconds=999)) == []
    assert not await docket.post(Message(key="a", kind="note"))


async def test_a_failed_message_comes_back_at_its_time_and_counts(docket: PostgresDocket, watch: Watch):
    await docket.post(Message(key="a", kind="handoff"))
    again = NOON + timedelta(seconds=30)
    await docket.unsent("a", error="The channel is away.", again=again)
    assert await docket.due(again - timedelta(seconds=1)) == []
    assert await docket.due(again) == [Message(key="a", kind="handoff", attempts=1)]


async def test_a_message_given_up_keeps_its_error(docket: PostgresDocket, engine: AsyncEngine, watch: Watch):
    await docket.post(Message(key="a", kind="note"))
    await docket.unsent("a", error="No such channel.", again=None)
    assert await docket.due(watch.wind(seconds=999)) == []
    async with engine.connect() as connection:
        row = (await connection.execute(select(messages))).one()
    assert (row.error, row.given_up_at, row.attempts, row.sent_at) == ("No such channel.", NOON, 1, None)


async def test_the_longest_waiting_messages_come_first(docket: PostgresDocket, watch: Watch):
    for key in ("c", "a", "b"):
        await docket.post(Message(key=key, kind="note"))
        watch.wind(seconds=1)
    assert [message.key for message in await docket.due(watch(), limit=2)] == ["c", "a"]


async def test_knows_a_person_by_the_token_and_stores_only_its_hash(docket: PostgresDocket, engine: AsyncEngine):
    await docket.admit(ADA, digest=hashlib.sha256(b"ada-token").hexdigest())
    assert await docket.person("ada-token") == ADA
    assert await docket.person("ada-token ") is None
    assert await docket.person("") is None
    assert await docket.person("\0\ud800") is None
    async with engine.connect() as connection:
        assert "ada-token" not in str((await connection.execute(select(people))).all())


async def test_admitting_again_changes_the_role(docket: PostgresDocket):
    digest = hashlib.sha256(b"ada-token").hexdigest()
    await docket.admit(ADA, digest=digest)
    await docket.admit(ADA.model_copy(update={"role": "viewer"}), digest=digest)
    assert await docket.person("ada-token") == Person(name="Ada", role="viewer")


@pytest.mark.parametrize("digest", ["", "ada-token", "A" * 64])
async def test_a_token_is_never_stored_in_place_of_its_digest(docket: PostgresDocket, digest: str):
    with pytest.raises(Invalid, match="SHA-256"):
        await docket.admit(ADA, digest=digest)
