"""Automatic filing can be stopped at once and is bounded by the day; a person's verdict always goes through."""

from collections.abc import AsyncIterator

import pytest

from disputes.repositories.automation import AutomationSwitch
from tests.conftest import Stage


@pytest.fixture
async def stopped(stage: Stage) -> AsyncIterator[Stage]:
    await stage.deps.automation.set(AutomationSwitch(stopped=True, by="ada", note="something smells"))
    yield stage
    await stage.deps.automation.set(AutomationSwitch(stopped=False, by="ada"))


async def test_a_stopped_machine_files_nothing_by_itself(stopped: Stage):
    waiting = await stopped.play("not_received_delivered")
    assert waiting.state == "waiting"
    assert waiting.case
    assert waiting.case.route
    assert "ada stopped automatic filing." in waiting.case.route.reasons
    assert (await stopped.counts(waiting.dispute_id)).get("submissions", 0) == 0


async def test_a_person_may_file_while_the_machine_is_stopped(stopped: Stage):
    waiting = await stopped.play("not_received_delivered")
    assert (await stopped.decide(waiting, "approve")).state == "filed"
    assert (await stopped.counts(waiting.dispute_id))["submissions"] == 1


async def test_a_case_already_routed_meets_the_brakes_before_it_is_sent(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    late = stage.under(automation=LateSwitch(stage.deps.automation))
    await stage.deps.automation.set(AutomationSwitch(stopped=True, by="ada"))
    try:
        record = await late.drive(dispute_id)
    finally:
        await stage.deps.automation.set(AutomationSwitch(stopped=False, by="ada"))
    assert record.state == "waiting"
    assert (await stage.counts(dispute_id)).get("submissions", 0) == 0


async def test_over_the_daily_cap_cases_wait_for_a_person(stage: Stage):
    filed = (await stage.deps.automation.read()).filed_today
    capped = stage.under(policy=stage.deps.policy.model_copy(update={"daily_cap": filed + 1}))
    assert (await capped.play("not_received_delivered")).state == "filed"
    waiting = await capped.play("not_received_delivered")
    assert waiting.state == "waiting"
    assert waiting.case
    assert waiting.case.route
    assert f"The daily cap of {filed + 1} automatic filings is reached." in waiting.case.route.reasons


async def test_a_policy_may_file_nothing_by_itself(stage: Stage):
    by_hand = stage.under(policy=stage.deps.policy.model_copy(update={"automatic": False}))
    assert (await by_hand.play("not_received_delivered")).state == "waiting"


class LateSwitch:
    """A kill switch that was free when the router looked."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def read(self, account: str | None = None) -> AutomationSwitch:
        return AutomationSwitch()
