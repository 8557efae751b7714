"""Each night our rows are compared with Stripe: which cases, what is logged, and one note to people a day."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from disputes.case import Case
from disputes.dispute import Dispute
from disputes.errors import Refused, TryAgain
from disputes.repositories.cases import CaseRecord, CaseState
from graph.wiring.deps import Deps
from jobs.worker.reconciliation import LONGEST_NOTE, RECENT, Difference, find_differences, reconcile
from tests.builders import a_dispute
from tests.conftest import Stage
from tests.fakes import NOON, FakeClock
from tests.jobs.harness import some_deps, store_event

LOST = "The case is filed here without an outcome, and Stripe says lost."


@dataclass
class FakeStripe:
    """A Stripe that shows every dispute in one way, and fails for some."""

    status: str = "lost"
    failing: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        self.asked.append((dispute_id, account))
        if self.meanwhile:
            await self.meanwhile()
        if dispute_id in self.failing:
            raise self.failing[dispute_id]
        shown: Dispute = a_dispute(id=dispute_id, status=self.status)
        return shown


async def test_a_night_that_finds_nothing_tells_nobody():
    deps, _ = await deps_with(FakeStripe("needs_response"), "du_1", state="waiting")
    assert await reconcile(deps) == []
    assert await deps.outbox.due(deps.now()) == []


async def test_each_difference_is_logged_as_a_warning_with_its_dispute():
    deps, _ = await deps_with(FakeStripe(), "du_1", "du_2")
    with capture_logs() as logged:
        found = await reconcile(deps)
    said = [(line["dispute_id"], line["means"]) for line in logged if line["log_level"] == "warning"]
    assert sorted(said) == [("du_1", LOST), ("du_2", LOST)]
    assert [Difference(*pair) for pair in said] == found


async def test_one_note_a_day_names_them_however_often_it_runs():
    clock = FakeClock()
    deps, _ = await deps_with(FakeStripe(), "du_1", clock=clock)
    for _ in range(2):
        await reconcile(deps)
        clock.advance(hours=1)
    note = (await deps.outbox.due(deps.now()))[0]
    assert note.key == f"reconciliation:{NOON:%Y-%m-%d}:note"
    assert note.body["title"] == "⚪ Rebut and Stripe differ in 1 place"
    assert f"du_1: {LOST}" in str(note.body["body"])
    clock.advance(days=1)
    await reconcile(deps)
    assert len(await deps.outbox.due(deps.now())) == 2


async def test_a_long_list_is_cut_in_the_note_and_says_so():
    deps, _ = await deps_with(FakeStripe(), *(f"du_{number}" for number in range(LONGEST_NOTE + 3)))
    assert len(await reconcile(deps)) == LONGEST_NOTE + 3
    body = str((await deps.outbox.due(deps.now()))[0].body["body"])
    assert body.count(LOST) == LONGEST_NOTE
    assert "And 3 more." in body


@pytest.mark.parametrize(
    ("state", "age", "compared"),
    [
        ("waiting", RECENT * 3, True),
        ("filed", RECENT * 3, True),
        ("parked", RECENT * 3, True),
        ("closed", RECENT - timedelta(hours=1), True),
        ("closed", RECENT + timedelta(hours=1), False),
        ("rejected", RECENT + timedelta(hours=1), False),
    ],
)
async def test_what_is_open_or_changed_lately_is_compared(state: CaseState, age: timedelta, *, compared: bool):
    clock = FakeClock()
    deps, stripe = await deps_with(FakeStripe(), "du_1", state=state, clock=clock)
    clock.at += age
    await reconcile(deps)
    assert bool(stripe.asked) == compared


async def test_every_page_of_cases_is_compared():
    deps, stripe = await deps_with(FakeStripe("needs_response"), *(f"du_{number}" for number in range(205)))
    await reconcile(deps)
    assert len({dispute_id for dispute_id, _ in stripe.asked}) == 205


async def test_what_a_run_is_about_to_handle_is_no_difference():
    stripe = FakeStripe()
    deps, _ = await deps_with(stripe, "du_1")
    stripe.meanwhile = lambda: store_event(deps)
    assert await reconcile(deps) == []


async def test_a_dispute_that_cannot_be_read_now_holds_back_no_other():
    deps, _ = await deps_with(FakeStripe(failing={"du_1": TryAgain("Stripe did not take the call.")}), "du_1", "du_2")
    with capture_logs() as logged:
        assert [difference.dispute_id for difference in await reconcile(deps)] == ["du_2"]
    assert [line["dispute_id"] for line in logged if line["event"] == "reconciliation.skipped"] == ["du_1"]


async def test_a_dispute_that_stripe_does_not_have_is_a_difference():
    deps, _ = await deps_with(FakeStripe(failing={"du_1": Refused("Stripe refused: No such dispute.")}), "du_1")
    found = await reconcile(deps)
    assert found == [Difference("du_1", "Stripe does not show the dispute: Stripe refused: No such dispute.")]


async def test_a_database_that_is_away_ends_the_night():
    deps, _ = await deps_with(FakeStripe(), "du_1")
    cast("Any", deps.cases).database.down = TryAgain("The database does not answer.")
    with pytest.raises(TryAgain):
        await reconcile(deps)


@pytest.mark.parametrize(
    "scenario", ["not_received_delivered", "fraud_mid", "inquiry_delivered", "duplicate_two_orders"]
)
async def test_what_a_real_run_left_agrees_with_stripe_until_stripe_moves_on_unseen(scenario: str, stage: Stage):
    played = await stage.play(scenario)
    assert await seen_of(stage, played) == []
    await stage.set(played.dispute_id, status="lost")
    assert await seen_of(stage, played)
    await stage.drive(played.dispute_id)
    assert await seen_of(stage, played) == []


async def seen_of(stage: Stage, record: CaseRecord) -> list[str]:
    """Return the differences of one case, with nothing pending of it."""
    events = stage.deps.events
    await events.mark_handled([event.id for event in await events.unhandled_of(record.dispute_id)])
    found = [difference async for difference in find_differences(stage.deps)]
    return [difference.sentence for difference in found if difference.dispute_id == record.dispute_id]


async def deps_with(
    stripe: FakeStripe, *dispute_ids: str, state: CaseState = "filed", clock: FakeClock | None = None
) -> tuple[Deps, FakeStripe]:
    """Ports over this Stripe, with a case in this state for each dispute."""
    port: Any = stripe
    deps = replace(some_deps(clock), stripe=port)
    for dispute_id in dispute_ids:
        times = {"received_at": NOON, "updated_at": NOON}
        case = Case(dispute=a_dispute(id=dispute_id))
        await deps.cases.save(CaseRecord(dispute_id=dispute_id, state=state, case=case, **times))
    return deps, stripe
