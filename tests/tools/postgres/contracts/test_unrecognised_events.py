"""Webhooks that were not recognised are kept once, counted, and bounded."""

from dataclasses import replace
from typing import Any

from disputes.repositories import Repositories
from disputes.repositories.unrecognised_events import UnrecognisedEvent
from tests.fakes import NOON, FakeClock
from tests.tools.records import an_event


def a_strange_one(name: str = "evt_1", *, provider: str = "stripe", reason: str = "Not ours.") -> UnrecognisedEvent:
    return UnrecognisedEvent(provider=provider, id=name, type="issuing_dispute.created", reason=reason)


async def test_one_is_kept_with_its_time_and_each_delivery_counts(repositories: Repositories, clock: FakeClock):
    await repositories.unrecognised_events.store(a_strange_one())
    later = clock.advance(minutes=5)
    await repositories.unrecognised_events.store(a_strange_one(reason="Still not ours."))
    (kept,) = await repositories.unrecognised_events.newest()
    assert (kept.id, kept.times, kept.received_at, kept.reason) == ("evt_1", 2, later, "Still not ours.")
    assert later > NOON
    assert await repositories.unrecognised_events.count() == 1


async def test_one_id_of_two_providers_is_two(repositories: Repositories):
    for provider in ("stripe", "braintree"):
        await repositories.unrecognised_events.store(a_strange_one(provider=provider))
    assert await repositories.unrecognised_events.count() == 2


async def test_the_newest_come_first_and_the_oldest_beyond_the_most_are_dropped(
    repositories: Repositories, clock: FakeClock
):
    whole: Any = repositories.unrecognised_events
    few = replace(whole, most=3)
    for number in range(5):
        clock.advance(seconds=1)
        await few.store(a_strange_one(f"evt_{number}"))
    assert [kept.id for kept in await few.newest(limit=2)] == ["evt_4", "evt_3"]
    assert await few.count() == 3


async def test_one_event_id_of_two_providers_is_two_events(repositories: Repositories):
    other = an_event().model_copy(update={"provider": "braintree"})
    assert await repositories.events.store(an_event())
    assert await repositories.events.store(other)
    assert not await repositories.events.store(other)
    assert {event.provider for event in await repositories.events.unhandled_of("dp_1")} == {"stripe", "braintree"}


async def test_the_accounts_that_events_name_are_known_once_each(repositories: Repositories):
    for number, account in enumerate(("acct_2", "acct_1", "acct_2", None)):
        await repositories.events.store(an_event(f"evt_{number}").model_copy(update={"account": account}))
    assert await repositories.events.accounts() == ("acct_1", "acct_2")
