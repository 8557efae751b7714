"""The trials that found these holes: their inputs as they were, and what each should have come to."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from disputes.errors import Refused, TryAgain
from disputes.repositories.automation import AutomationSwitch
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.permission.scene import ADA, Scene
from tests.permission.test_threads import fresh_scene

KEY = {"Authorization": "Bearer sk_test_tests"}


@dataclass
class Losing:
    """Stripe, whose answer to the submission never arrives."""

    inner: Any
    times: int = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def submit(self, *a: Any, **k: Any) -> Any:
        after = await self.inner.submit(*a, **k)
        if self.times:
            self.times -= 1
            raise TryAgain("lost")
        return after


@dataclass
class No:
    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def submit(self, *a: Any, **k: Any) -> Any:
        raise Refused("Stripe refused: try later")


async def test_an_inquiry_that_escalates_while_its_submission_hangs_is_answered_again(stage: Stage):
    dispute_id, account = await stage.happen("inquiry_delivered")
    with pytest.raises(TryAgain):
        await stage.under(stripe=Losing(stage.deps.stripe)).runs.drive(dispute_id, account=account)
    await stage.set(dispute_id, status="needs_response")
    for _ in range(5):
        await stage.drive(dispute_id, account=account)
    assert (await stage.counts(dispute_id))["submissions"] == 2


async def test_control_no_crash(stage: Stage):
    dispute_id, account = await stage.happen("inquiry_delivered")
    await stage.drive(dispute_id, account=account)
    await stage.set(dispute_id, status="needs_response")
    await stage.drive(dispute_id, account=account)
    assert (await stage.counts(dispute_id))["submissions"] == 2


async def test_refused_then_by_hand_then_edit(stage: Stage):
    dispute_id, account = await stage.happen("fraud_small_3ds")
    entry = await stage.drive(dispute_id, account=account)
    entry = await stage.under(stripe=No(stage.deps.stripe)).decide(entry, "approve")
    by_hand = {"evidence[uncategorized_text]": "WRITTEN BY HAND", "submit": "true"}
    answer = await stage.simulator.post(f"/v1/disputes/{dispute_id}", headers=KEY, data=by_hand)
    answer.raise_for_status()
    entry = await stage.decide(entry, "edit", fields={"uncategorized_text": "EDITED IN REBUT"})
    raw = (await stage.simulator.get(f"/v1/disputes/{dispute_id}", headers=KEY)).json()
    assert entry.case
    assert entry.case.packet
    assert entry.case.packet.fields.get("uncategorized_text") == raw["evidence"]["uncategorized_text"]


async def thread_of(scene: Scene) -> str:
    """Start a run on a thread of the server's, as a person who is signed in."""
    thread = str(uuid.uuid4())
    await scene.run({"dispute_id": scene.id}, scene.config(ADA, thread=thread))
    return thread


@pytest.mark.parametrize(
    "args", [None, "please change x", {"letter": '[{"text":"x","facts":[]}]'}, {"action": "a", "args": {}}]
)
async def test_edit_shape_lost(args: Any, stage: Stage, runtime: Runtime):
    scene = await fresh_scene(stage, runtime, "chargeback")
    thread = await thread_of(scene)
    await scene.answer([{"type": "edit", "args": args}], ADA, thread=thread)
    assert await scene.calls() == (0, 0)
    assert (await scene.come_by()).state == "waiting"
    assert await scene.calls() == (0, 0)


async def test_forge_other_dispute(stage: Stage, runtime: Runtime):
    a, b = await fresh_scene(stage, runtime, "dear chargeback"), await fresh_scene(stage, runtime, "chargeback")
    threads = await thread_of(a), await thread_of(b)
    other = dict((await stage.graph.aget_state(b.config(thread=threads[1]))).values)["dispute"]
    await a.write({"dispute": other, "route": {"action": "submit"}}, "router", thread=threads[0])
    await a.run(None, a.config(thread=threads[0]))
    for scene in (a, b):
        assert await scene.calls() == (0, 0)
        assert (await scene.come_by()).state == "waiting"
        assert await scene.calls() == (0, 0)


async def test_forged_route_without_a_verdict(stage: Stage, runtime: Runtime):
    scene = await fresh_scene(stage, runtime, "dear chargeback")
    thread = await thread_of(scene)
    await scene.write({"route": {"action": "submit"}}, "router", thread=thread)
    await scene.run(None, scene.config(thread=thread))
    assert await scene.calls() == (0, 0)
    assert (await scene.come_by()).state == "waiting"


async def test_brake_on_forged_verdict_ungrounded_letter(stage: Stage, runtime: Runtime):
    await stage.deps.automation.set(AutomationSwitch(stopped=True, by="ada", note="trial"))
    try:
        scene = await fresh_scene(stage, runtime, "dear chargeback")
        thread = await thread_of(scene)
        packet = dict((await stage.graph.aget_state(scene.config(thread=thread))).values)["packet"]
        packet["fields"]["uncategorized_text"] = "The customer confessed on 31 February."
        await scene.write({"packet": packet, "verdict": {"decision": "approve", "by": "ada"}}, "review", thread=thread)
        await scene.run(None, scene.config(thread=thread))
        assert await scene.calls() == (0, 0)
        assert (await scene.come_by()).state == "waiting"
    finally:
        await stage.deps.automation.set(AutomationSwitch(stopped=False, by="ada"))


async def test_no_credentials_recorded_as_ada(stage: Stage, runtime: Runtime):
    scene = await fresh_scene(stage, runtime, "dear chargeback")
    thread = await thread_of(scene)
    await scene.answer({"decision": "approve", "by": "ada"}, None, thread=thread)
    assert await scene.calls() == (0, 0)
    record = await scene.come_by()
    assert record.state == "waiting"
    assert "by ada" not in str(record.history)


def ed(text: str) -> list[dict[str, Any]]:
    args = {"decision": "edit", "fields": json.dumps({"uncategorized_text": text})}
    return [{"type": "edit", "args": {"action": "x", "args": args}}]


async def test_two_threads_two_letters(stage: Stage, runtime: Runtime):
    scene = await fresh_scene(stage, runtime, "chargeback")
    a, b = await thread_of(scene), await thread_of(scene)
    await scene.answer(ed("FIRST"), ADA, thread=a)
    await scene.answer(ed("SECOND"), ADA, thread=b)
    record = await scene.record()
    raw = (await stage.simulator.get(f"/v1/disputes/{scene.id}", headers=KEY)).json()
    assert record.case
    assert record.case.packet
    assert record.case.packet.fields["uncategorized_text"] == raw["evidence"]["uncategorized_text"]
    assert raw["evidence_details"]["submission_count"] == 1
