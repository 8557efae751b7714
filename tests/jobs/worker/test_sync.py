"""A lost webhook is found at Stripe, once, and the watermark is the newest time of Stripe's that was seen."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from disputes.errors import Refused, TryAgain
from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import AccountSettings, Deps
from jobs.worker.sync import ACCOUNTS_AT_ONCE, OVERLAP, WATERMARK, sync
from simulator.scenarios import SCENARIOS
from tests.conftest import Stage
from tests.fakes import NOON, FakeClock, FakeQueue
from tests.jobs.harness import some_deps


@dataclass
class FakeStripe:
    """A Stripe that lists what the test says."""

    events: list[WebhookEvent] = field(default_factory=list)
    opened: list[WebhookEvent] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    down: bool = False
    sellers: dict[str, list[WebhookEvent]] = field(default_factory=dict)
    shut: dict[str | None, Exception] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list)

    async def events_since(
        self, since: datetime, *, account: str | None = None
    ) -> tuple[list[WebhookEvent], list[WebhookEvent]]:
        if self.down:
            raise TryAgain("Stripe did not take the call.")
        if account in self.shut:
            raise self.shut[account]
        if account is not None:
            self.looked_at.append(account)
            return self.sellers.get(account, []), []
        self.asked.append(since)
        return self.events, self.opened

    async def connected_accounts(self) -> tuple[str, ...]:
        return tuple(self.sellers)


def an_event(name: str = "evt_1", dispute_id: str = "du_1", *, at: datetime = NOON, **more: Any) -> WebhookEvent:
    return WebhookEvent(
        provider="stripe", id=name, type="charge.dispute.created", dispute_id=dispute_id, created=at, **more
    )


def enqueued(deps: Deps) -> list[tuple[str, str | None]]:
    assert isinstance(deps.queue, FakeQueue)
    return deps.queue.jobs


def deps_with(stripe: Any, clock: FakeClock | None = None) -> Deps:
    return replace(some_deps(clock), stripe=stripe)


async def test_an_event_that_no_webhook_brought_is_stored_and_enqueued_once():
    deps = deps_with(FakeStripe(events=[an_event(account="acct_1")]))
    assert await sync(deps) == {"missed": 1}
    assert await sync(deps) == {"missed": 0}
    assert enqueued(deps) == [("du_1", "acct_1")]
    assert await deps.events.is_pending("du_1")


async def test_what_a_webhook_brought_is_not_enqueued_again():
    deps = deps_with(FakeStripe(events=[an_event()], opened=[an_event("opened_du_1")]))
    await deps.events.store(an_event())
    assert (await sync(deps), enqueued(deps)) == ({"missed": 0}, [])


async def test_a_dispute_whose_events_are_gone_is_found_in_the_list():
    deps = deps_with(FakeStripe(opened=[an_event("opened_du_2", "du_2")]))
    assert (await sync(deps), enqueued(deps)) == ({"missed": 1}, [("du_2", None)])


async def test_an_event_of_the_other_mode_is_stored_and_not_enqueued():
    deps = deps_with(FakeStripe(events=[an_event(refused="This event is from live mode.")]))
    assert (await sync(deps), enqueued(deps)) == ({"missed": 0}, [])


async def test_each_look_begins_a_little_before_the_newest_event_that_the_last_one_saw():
    clock = FakeClock()
    listed = FakeStripe()
    deps = deps_with(listed, clock)
    await sync(deps)
    clock.advance(hours=3)
    listed.events = [an_event("evt_2", at=NOON + timedelta(hours=2)), an_event("evt_1")]
    await sync(deps)
    await sync(deps)
    assert listed.asked == [NOON - OVERLAP, NOON - OVERLAP, NOON + timedelta(hours=2) - OVERLAP]
    assert await deps.watermarks.read(WATERMARK) == NOON + timedelta(hours=2)


@pytest.mark.parametrize("skew", [timedelta(seconds=5), timedelta(hours=1), timedelta(hours=-1)])
async def test_no_event_is_skipped_after_a_worker_whose_clock_is_wrong_has_looked(skew: timedelta):
    clock, skewed = FakeClock(), FakeClock()
    skewed.at = NOON + skew
    listed = FakeStripe(events=[an_event()])
    deps = deps_with(listed, clock)
    await sync(replace(deps, now=clock))
    await sync(replace(deps, now=skewed))
    clock.advance(minutes=30)
    await sync(deps)
    assert listed.asked[-1] <= NOON
    assert await deps.watermarks.read(WATERMARK) == NOON


async def test_a_first_look_by_a_clock_that_is_ahead_does_not_blind_one_that_is_right():
    clock, ahead = FakeClock(), FakeClock()
    ahead.advance(hours=1)
    listed = FakeStripe()
    deps = deps_with(listed, clock)
    await sync(replace(deps, now=ahead))
    clock.advance(minutes=1)
    await sync(deps)
    assert listed.asked[-1] == NOON + timedelta(minutes=1) - OVERLAP


async def test_after_a_first_look_that_found_nothing_a_long_stop_skips_nothing():
    clock, listed = FakeClock(), FakeStripe()
    deps = deps_with(listed, clock)
    await sync(deps)
    clock.advance(days=2)
    await sync(deps)
    assert listed.asked[-1] == NOON - OVERLAP


async def test_an_event_of_a_connected_account_that_no_webhook_brought_is_heard():
    deps = deps_with(FakeStripe(sellers={"acct_1": [an_event("evt_2", "du_2", account="acct_1")]}))
    assert (await sync(deps), enqueued(deps)) == ({"missed": 1}, [("du_2", "acct_1")])
    assert await deps.watermarks.read("stripe:acct_1") == NOON


async def test_the_accounts_are_those_with_a_policy_those_stored_and_those_that_stripe_lists():
    listed = FakeStripe(sellers={"acct_listed": []})
    deps = deps_with(listed)
    named = {name: AccountSettings(policy=deps.policy) for name in ("acct_listed", "acct_settled")}
    await deps.events.store(an_event("evt_2", "du_2", account="acct_stored"))
    await sync(replace(deps, accounts=named))
    assert listed.looked_at == ["acct_listed", "acct_settled", "acct_stored"]


async def test_one_account_that_fails_stops_no_other_and_is_logged():
    refused = Refused("Stripe refused: this key has no access to that account.")
    listed = FakeStripe(sellers={f"acct_{number}": [] for number in range(3)}, shut={"acct_1": refused})
    with structlog.testing.capture_logs() as logs:
        await sync(deps_with(listed))
    assert listed.looked_at == ["acct_0", "acct_2"]
    assert [line["account"] for line in logs if line["event"] == "sync.account_failed"] == ["acct_1"]


async def test_a_key_that_may_not_list_its_own_events_still_hears_its_sellers():
    listed = FakeStripe(sellers={"acct_1": []}, shut={None: Refused("Stripe refused: a permission is missing.")})
    with pytest.raises(Refused):
        await sync(deps_with(listed))
    assert listed.looked_at == ["acct_1"]


async def test_of_a_thousand_accounts_each_has_its_turn_and_few_are_asked_at_once():
    listed = FakeStripe(sellers={f"acct_{number:04}": [] for number in range(1_000)})
    deps = deps_with(listed)
    for turn in range(1, 1_000 // ACCOUNTS_AT_ONCE + 1):
        await sync(deps)
        assert len(listed.looked_at) == turn * ACCOUNTS_AT_ONCE
    assert set(listed.looked_at) == set(listed.sellers)


async def test_nothing_is_missed_of_an_account_whose_first_turn_is_long_in_coming():
    clock = FakeClock()
    listed = FakeStripe(sellers={f"acct_{number:04}": [] for number in range(100)})
    deps = deps_with(listed, clock)
    await sync(deps)
    clock.advance(hours=5)
    assert await deps.watermarks.read("stripe:acct_0099") == NOON


async def test_the_accounts_of_stripe_and_their_events_are_listed_as_of_the_account(stage: Stage):
    objects = SCENARIOS["connect_delivered"].build(datetime.now(UTC), "synced")
    dispute = next(item for item in objects if item["object"] == "dispute")
    new = [item | {"created": int(datetime.now(UTC).timestamp())} if item is dispute else item for item in objects]
    (await stage.simulator.post("/_sim/objects", json={"objects": new})).raise_for_status()
    account = dispute["_account"]
    assert account in await stage.deps.stripe.connected_accounts()
    since = datetime.now(UTC) - OVERLAP
    for listed in await stage.deps.stripe.events_since(since, account=account):
        assert (dispute["id"], account) in {(event.dispute_id, event.account) for event in listed}
    for listed in await stage.deps.stripe.events_since(since):
        assert dispute["id"] not in {event.dispute_id for event in listed}


async def test_a_stripe_that_does_not_answer_leaves_the_watermark():
    deps = deps_with(FakeStripe(down=True))
    with pytest.raises(TryAgain):
        await sync(deps)
    assert await deps.watermarks.read(WATERMARK) is None


async def test_a_watermark_in_postgres_never_goes_back(stage: Stage):
    repositories, later = stage.deps, datetime(2026, 3, 1, tzinfo=UTC)
    assert await repositories.watermarks.read("a test") is None
    await repositories.watermarks.advance("a test", later)
    await repositories.watermarks.advance("a test", later - timedelta(days=1))
    assert await repositories.watermarks.read("a test") == later


@pytest.mark.parametrize("silent", [False, True])
async def test_a_dispute_whose_webhook_was_dropped_is_answered(stage: Stage, silent: bool):  # noqa: FBT001 - a parameter
    objects = SCENARIOS["not_received_delivered"].build(datetime.now(UTC), f"sync{silent}")
    dispute_id = next(item["id"] for item in objects if item["object"] == "dispute")
    opened = [
        item | {"created": int(datetime.now(UTC).timestamp())} if item["id"] == dispute_id else item for item in objects
    ]
    body, params = {"objects": opened}, {"silent": silent}
    (await stage.simulator.post("/_sim/objects", json=body, params=params)).raise_for_status()
    queue = FakeQueue()
    await sync(replace(stage.deps, queue=queue))
    assert (dispute_id, None) in queue.jobs
    assert (await stage.drive(dispute_id)).state == "filed"
