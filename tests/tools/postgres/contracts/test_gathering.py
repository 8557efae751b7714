"""Bursts of notes become digests, and what is sent is claimed: none twice, none lost, none held back by others."""

import asyncio
from typing import Any

from disputes.messages import digest
from disputes.repositories import Repositories
from disputes.repositories.outbox import HOLD, LEASE, OutboxMessage
from tests.fakes import FakeClock


def a_note(number: int = 1, **changes: Any) -> OutboxMessage:
    plain = {"key": f"du_{number}:waiting:1:note:ops", "kind": "note", "event": "waits", "target": "ops"}
    body = {"title": f"Dispute du_{number} waits", "body": "38.00 USD"}
    rest = {"dispute_id": f"du_{number}", "body": body, "standing": True}
    return OutboxMessage.model_validate({**plain, **rest, **changes})


async def put(repositories: Repositories, *messages: OutboxMessage) -> None:
    for message in messages:
        assert await repositories.outbox.put(message)


async def sent(repositories: Repositories, clock: FakeClock) -> list[OutboxMessage]:
    """Gather, claim and mark as sent, as a sweep does."""
    await repositories.outbox.gather(clock())
    claimed = await repositories.outbox.claim(clock(), each=1_000, limit=1_000)
    for message in claimed:
        await repositories.outbox.mark_sent(message.key, revision=message.revision)
    return list(claimed)


async def test_a_note_is_held_for_a_moment_and_an_urgent_one_is_not(repositories: Repositories, clock: FakeClock):
    await put(repositories, a_note(1), a_note(2, urgent=True))
    assert [one.dispute_id for one in await sent(repositories, clock)] == ["du_2"]
    clock.advance(seconds=HOLD.total_seconds())
    assert [one.dispute_id for one in await sent(repositories, clock)] == ["du_1"]
    clock.advance(days=1)
    assert await sent(repositories, clock) == []


async def test_a_hundred_new_cases_are_one_digest_for_each_target(repositories: Repositories, clock: FakeClock):
    for number in range(100):
        await put(repositories, a_note(number), a_note(number, key=f"{number}:note:boss", target="boss"))
        clock.advance(seconds=0.5)
    clock.advance(seconds=HOLD.total_seconds() - 50)
    ours = await sent(repositories, clock)
    assert sorted(one.target for one in ours) == ["boss", "ops"]
    for one in ours:
        lines = str(one.body["body"]).splitlines()
        assert one.body["title"] == "⚪ 100 disputes wait for a person"
        assert (lines[0], len(lines), lines[-1]) == ("Dispute du_0 waits", digest.LINES + 1, "and 50 more")
        assert (one.standing, one.event) == (True, "waits")
    clock.advance(days=1)
    assert await sent(repositories, clock) == []


async def test_five_are_sent_by_themselves_and_six_are_gathered(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number) for number in range(5)))
    await put(repositories, *(a_note(number, key=f"{number}:lost", event="lost") for number in range(6)))
    clock.advance(seconds=HOLD.total_seconds())
    keys = sorted(one.key.partition(":")[0] for one in await sent(repositories, clock))
    assert keys == ["digest", "du_0", "du_1", "du_2", "du_3", "du_4"]


async def test_a_burst_of_urgent_notes_is_gathered_at_once(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number, event="deadline", urgent=True) for number in range(30)))
    (one,) = await sent(repositories, clock)
    assert one.body["title"] == "⏰ 30 disputes are near their deadline"


async def test_daily_notes_are_never_gathered(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number, event="daily", urgent=True) for number in range(7)))
    assert len(await sent(repositories, clock)) == 7


async def test_what_was_taken_back_is_in_no_digest(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number) for number in range(10)))
    assert await repositories.outbox.withdraw("du_3:waiting:") == 1
    clock.advance(seconds=HOLD.total_seconds())
    (one,) = await sent(repositories, clock)
    assert "9 disputes" in str(one.body["title"])
    assert "du_3" not in str(one.body["body"])


async def test_a_digest_that_was_not_delivered_keeps_its_key_and_its_text(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number, urgent=True) for number in range(10)))
    assert await repositories.outbox.gather(clock()) == 10
    (first,) = await repositories.outbox.claim(clock())
    await repositories.outbox.mark_failed(first.key, error="away", retry_at=clock.advance(seconds=2))
    await put(repositories, *(a_note(number, urgent=True) for number in range(10, 20)))
    again, other = sorted(await sent(repositories, clock), key=lambda one: one.attempts, reverse=True)
    assert (again.key, again.body) == (first.key, first.body)
    assert other.key != first.key


async def test_callers_at_the_same_time_send_each_note_once(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number, urgent=number % 2 == 0) for number in range(40)))
    await put(repositories, *(a_note(number, key=f"h{number}", kind="handoff", target="") for number in range(40)))
    rounds = await asyncio.gather(*(sent(repositories, clock) for _ in range(4)))
    clock.advance(seconds=HOLD.total_seconds())
    everything = [one for each in [*rounds, await sent(repositories, clock)] for one in each]
    assert len({one.key for one in everything}) == len(everything)
    told = "\n".join(f"{one.body['title']}\n{one.body['body']}" for one in everything if one.kind == "note")
    assert sum(one.kind == "handoff" for one in everything) == 40
    assert all(told.splitlines().count(f"Dispute du_{number} waits") == 1 for number in range(40))


async def test_what_is_claimed_is_left_alone_until_its_lease_ends(repositories: Repositories, clock: FakeClock):
    await put(repositories, a_note(1, urgent=True))
    assert len(await repositories.outbox.claim(clock())) == 1
    assert await repositories.outbox.claim(clock()) == []
    clock.advance(seconds=LEASE.total_seconds())
    assert len(await repositories.outbox.claim(clock())) == 1


async def test_a_hundred_messages_to_one_target_hold_back_no_other(repositories: Repositories, clock: FakeClock):
    await put(repositories, *(a_note(number, event="daily", urgent=True, target="dead") for number in range(100)))
    clock.advance(seconds=1)
    await put(repositories, a_note(100, urgent=True))
    claimed = await repositories.outbox.claim(clock(), each=10, limit=20)
    assert [one.target for one in claimed].count("dead") == 10
    assert "ops" in {one.target for one in claimed}
    assert claimed[0].created_at < clock()


async def test_the_backlog_counts_by_target(repositories: Repositories, clock: FakeClock):
    await put(repositories, a_note(1), a_note(2))
    since = clock()
    clock.advance(seconds=5)
    await put(repositories, a_note(3, target="boss"), a_note(4, target="boss"))
    await repositories.outbox.mark_sent(a_note(4).key)
    await repositories.outbox.mark_failed(a_note(2).key, error="away", retry_at=None)
    (first, second) = await repositories.outbox.backlog()
    assert (first.target, first.count, first.since) == ("ops", 1, since)
    assert (second.target, second.count) == ("boss", 1)


async def test_a_card_that_changes_while_it_is_sent_is_sent_again_after_it(
    repositories: Repositories, clock: FakeClock
):
    card = OutboxMessage(key="du_1:card:zendesk", kind="card", target="zendesk", body={"state": "open"})
    await repositories.outbox.put(card)
    (first,) = await repositories.outbox.claim(clock())
    await repositories.outbox.put(card.model_copy(update={"body": {"state": "closed"}}))
    assert await repositories.outbox.claim(clock()) == []
    await repositories.outbox.mark_sent(first.key, revision=first.revision)
    (newer,) = await repositories.outbox.claim(clock())
    assert (newer.body, newer.revision) == ({"state": "closed"}, 1)
    await repositories.outbox.mark_sent(newer.key, revision=newer.revision)
    clock.advance(days=1)
    assert await repositories.outbox.claim(clock()) == []


async def test_a_card_whose_tool_is_away_keeps_its_time_when_it_changes(repositories: Repositories, clock: FakeClock):
    card = OutboxMessage(key="du_1:card:zendesk", kind="card", target="zendesk")
    await repositories.outbox.put(card)
    await repositories.outbox.mark_failed(card.key, error="away", retry_at=clock.advance(minutes=5))
    clock.advance(minutes=-5)
    await repositories.outbox.put(card)
    assert await repositories.outbox.claim(clock()) == []
    clock.advance(minutes=5)
    assert len(await repositories.outbox.claim(clock())) == 1
