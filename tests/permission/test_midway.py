"""A run that a crash stopped midway: what is done to its thread before the worker comes back decides nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from langgraph.types import Command

from disputes import policy
from disputes.errors import TryAgain
from disputes.repositories.automation import AutomationSwitch
from graph.build import STEPS
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.permission import forgeries, ways
from tests.permission.scene import FORGED, NAMED, Scene, open_scene, reasons


@dataclass
class Failing:
    """A port of which some calls fail, before they are made, as often as is said."""

    inner: Any
    calls: dict[str, int]

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.inner, name)
        if not self.calls.get(name):
            return real
        self.calls[name] -= 1

        async def fail(*_: Any, **__: Any) -> None:
            raise TryAgain(f"{name} does not answer")

        return fail


STOPS: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "before the router": lambda stage: {"automation": Failing(stage.deps.automation, {"read": 1})},
    "before staging": lambda stage: {"stripe": Failing(stage.deps.stripe, {"upload": 1, "stage": 1})},
    "before submitting": lambda stage: {"stripe": Failing(stage.deps.stripe, {"submit": 1})},
}


async def stop(stage: Stage, runtime: Runtime, where: str, scenario: str = "not_received_delivered") -> Scene:
    """Let the run of a dispute that the policy files by itself be stopped by a crash."""
    dispute_id, account = await stage.happen(scenario)
    with pytest.raises(TryAgain):
        await stage.under(**STOPS[where](stage)).runs.drive(dispute_id, account=account)
    record = await stage.deps.cases.find(dispute_id)
    assert record
    assert record.state == "working"
    return Scene(stage, runtime, NAMED["delivered"], record)


@pytest.mark.parametrize("where", STOPS)
async def test_a_run_that_nobody_touched_goes_on_and_files_once(where: str, stage: Stage, runtime: Runtime):
    scene = await stop(stage, runtime, where)
    assert (await scene.come_by()).state == "filed"
    assert await scene.calls() == (1, 0)


SELF = {"route": forgeries.SUBMIT, "caution": ""}
FORGERIES: dict[str, tuple[str, Callable[[Scene], dict[str, Any]]]] = {
    "route": ("router", lambda _: SELF),
    "packet": ("rebuttal", lambda _: {"packet": {"fields": {"uncategorized_text": FORGED}}}),
    "packet as staged": ("stage", lambda _: {"packet": {"fields": {"uncategorized_text": FORGED}}, **SELF}),
    "accept": ("router", lambda _: {"route": forgeries.ACCEPT}),
    "verdict": ("review", lambda _: {"verdict": {"decision": "approve", "by": "ada", "version": 1}, "decided": 1}),
    "close by verdict": (
        "review",
        lambda _: {"verdict": {"decision": "accept_loss", "by": "ada", "version": 1}, "decided": 1},
    ),
    "letter": ("rebuttal", lambda _: {"rebuttal": {"claims": [{"text": FORGED, "facts": []}]}}),
    "history": ("router", lambda _: {"history": [], "usage": [], "why": "x"}),
    "version": ("router", lambda _: {"version": 9, **SELF}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("where", STOPS)
@pytest.mark.parametrize("run_by_nobody", [True, False])
async def test_a_forged_run_is_refused_and_left_to_a_person(
    where: str, forgery: str, *, run_by_nobody: bool, stage: Stage, runtime: Runtime
):
    scene = await stop(stage, runtime, where)
    step, values = FORGERIES[forgery]
    await scene.write(values(scene), step)
    if run_by_nobody:
        await scene.run()
    record = await scene.come_by()
    assert await scene.calls() == (0, 0)
    assert record.state == "waiting", (record.state, record.error)
    assert "changed from outside" in reasons(record)
    assert FORGED not in record.model_dump_json()
    assert FORGED not in (await stage.deps.stripe.dispute(scene.id)).model_dump_json()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("where", STOPS)
@pytest.mark.parametrize("way", [ways.leaves_nothing, ways.writes_nothing, ways.goes, ways.sends_whole])
async def test_steps_that_are_skipped_lead_to_nothing_but_an_honest_end(
    way: Callable[[str], ways.Way], where: str, step: str, stage: Stage, runtime: Runtime
):
    """No value is forged here: the policy files this case by itself, or a person decides it, and never is it stuck."""
    scene = await stop(stage, runtime, where)
    await way(step)(scene)
    record = await scene.come_by()
    submissions, closes = await scene.calls()
    assert closes == 0
    assert (record.state, submissions) in {("filed", 1), ("waiting", 0)}, (record.state, record.error, submissions)
    filings = await stage.deps.filings.of(scene.id)
    assert [filing.state for filing in filings if filing.state == "done"] == ["done"] * submissions
    held = await stage.deps.stripe.dispute(scene.id)
    assert FORGED not in held.model_dump_json()
    if submissions:
        assert record.case
        assert record.case.packet
        assert record.case.packet.fields.items() <= held.evidence.items()


async def _skip(scene: Scene, step: str) -> None:
    old = [old async for old in scene.stage.graph.aget_state_history(scene.config()) if old.next == ("evidence",)]
    await scene.stage.graph.aupdate_state(old[0].config, None, as_node=step)


@pytest.mark.parametrize("where", STOPS)
async def test_a_run_whose_evidence_was_skipped_closes_nothing(where: str, stage: Stage, runtime: Runtime):
    """The policy closes hopeless cases below an amount; without evidence every case looks hopeless."""
    closing = stage.under(policy=stage.deps.policy.model_copy(update={"accept_below": 100_000}))
    scene = await stop(closing, runtime, where)
    await _skip(scene, "evidence")
    record = await scene.come_by()
    submissions, closes = await scene.calls()
    assert closes == 0, record.case and record.case.route
    assert (record.state, submissions) in {("filed", 1), ("waiting", 0)}


async def test_a_control_that_such_a_policy_does_answer_this_case(stage: Stage, runtime: Runtime):
    closing = stage.under(policy=stage.deps.policy.model_copy(update={"accept_below": 100_000}))
    scene = await stop(closing, runtime, "before the router")
    assert (await scene.come_by()).state == "filed"
    assert await scene.calls() == (1, 0)


async def test_a_run_whose_doubts_were_skipped_is_not_filed_by_itself(stage: Stage, runtime: Runtime):
    """A packet of one checkpoint and the assessment of another are both ours, and no run of ours had both."""
    autopilot = stage.under(policy=policy.load("autopilot"))
    dispute_id, _ = await autopilot.happen("fraud_high")
    with pytest.raises(TryAgain):
        await autopilot.under(**STOPS["before the router"](stage)).runs.drive(dispute_id)
    record = await stage.deps.cases.find(dispute_id)
    assert record
    scene = Scene(autopilot, runtime, NAMED["dear chargeback"], record)
    for step in STEPS:
        for old in await scene.past():
            try:
                await autopilot.graph.aupdate_state(old, None, as_node=step)
            except Exception:  # noqa: BLE001, S112 - what cannot be forked is no way in
                continue
        await scene.come_by(1)
        assert await scene.calls() == (0, 0), step


async def _forged(scene: Scene) -> None:
    await scene.write(forgeries.packet(scene), "stage")


async def _forged_and_run(scene: Scene) -> None:
    await scene.write(forgeries.packet(scene), "review")
    await scene.run()


async def _forged_verdict(scene: Scene) -> None:
    await scene.write({"verdict": {"decision": "accept_loss", "by": "ada", "version": scene.shown.version}}, "review")


async def _forged_edit(scene: Scene) -> None:
    edit = {"decision": "edit", "by": "ada", "version": scene.shown.version, "fields": {"uncategorized_text": FORGED}}
    await scene.run(Command(goto="stage", update={"verdict": edit, **forgeries.packet(scene)}))


@pytest.mark.parametrize("attack", [_forged, _forged_and_run, _forged_verdict, _forged_edit])
@pytest.mark.parametrize("act", ["chargeback", "inquiry", "fee", "appeal"])
@pytest.mark.parametrize("call", ["stage", "submit"])
async def test_what_is_forged_between_a_verdict_and_its_submission_is_not_sent(
    call: str, act: str, attack: Callable[[Scene], Awaitable[None]], manual: Stage, runtime: Runtime
):
    scene = await open_scene(manual, runtime, act)
    failing = manual.under(stripe=Failing(manual.deps.stripe, {call: 1}))
    with pytest.raises(TryAgain):
        await failing.decide(scene.shown, scene.act.decision, **scene.act.more)
    await attack(scene)
    await scene.assert_untouched_but_staged()
    await scene.assert_decidable()


@pytest.mark.parametrize("step", STEPS)
async def test_a_close_that_failed_midway_becomes_no_submission(step: str, manual: Stage, runtime: Runtime):
    scene = await open_scene(manual, runtime, "close")
    failing = manual.under(stripe=Failing(manual.deps.stripe, {"close": 1}))
    with pytest.raises(TryAgain):
        await failing.decide(scene.shown, "accept_loss")
    await ways.goes(step)(scene)
    await ways.writes_nothing(step)(scene)
    record = await scene.come_by()
    assert await scene.calls() in {(0, 1), (0, 0)}
    assert record.state in {"accepted", "waiting"}, (record.state, record.error)


@pytest.mark.parametrize("where", STOPS)
async def test_a_stopped_automation_stops_what_its_router_had_permitted(where: str, stage: Stage, runtime: Runtime):
    scene = await stop(stage, runtime, where)
    await stage.deps.automation.set(AutomationSwitch(stopped=True, by="ada"))
    try:
        record = await scene.come_by()
        assert await scene.calls() == (0, 0)
        assert record.state == "waiting"
    finally:
        await stage.deps.automation.set(AutomationSwitch(stopped=False, by="ada"))
