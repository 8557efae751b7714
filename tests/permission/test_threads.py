"""Other threads: for the same dispute, for another one under its name, without a lease, and two with two letters."""

import asyncio
import json
import uuid
from typing import Any

import pytest

from disputes.case import Verdict
from disputes.errors import Stale
from graph.wiring.runtime import Runtime
from tests.conftest import Stage
from tests.permission import forgeries
from tests.permission.scene import ADA, BOB, NAMED, VIC, Scene, open_scene, reasons


def edit(text: str) -> list[dict[str, Any]]:
    fields = json.dumps({"product_description": text})
    return [{"type": "edit", "args": {"action": "x", "args": {"decision": "edit", "fields": fields}}}]


async def held(scene: Scene) -> str:
    return (await scene.stage.deps.stripe.dispute(scene.id)).evidence.get("product_description", "")


async def fresh_scene(stage: Stage, runtime: Runtime, name: str) -> Scene:
    """A dispute that no worker has seen."""
    dispute_id, account = await stage.happen(NAMED[name].scenario)
    unseen: Any = type("Unseen", (), {"dispute_id": dispute_id, "account": account, "case": None, "version": 0})()
    return Scene(stage, runtime, NAMED[name], unseen)


@pytest.mark.parametrize("user", [None, VIC, ADA], ids=["nobody", "a viewer", "a reviewer"])
@pytest.mark.parametrize("name", ["delivered", "inquiry", "chargeback"])
async def test_a_run_without_a_lease_files_nothing_by_itself(
    name: str, user: dict[str, str] | None, stage: Stage, runtime: Runtime
):
    scene = await fresh_scene(stage, runtime, name)
    await scene.run({"dispute_id": scene.id}, scene.config(user, thread=str(uuid.uuid4())))
    assert await scene.calls() == (0, 0)
    record = await stage.deps.cases.find(scene.id)
    assert (record.state if record else "") == ("waiting" if user == ADA else "")
    if record:
        assert "only a person files" in reasons(record)
        assert (await scene.come_by()).state == "waiting"
        assert await scene.calls() == (0, 0)


@pytest.mark.parametrize("name", ["chargeback", "close", "inquiry", "fee", "appeal"])
async def test_a_reviewer_on_a_thread_of_their_own_decides_once(name: str, manual: Stage, runtime: Runtime):
    scene, thread = await fresh_scene(manual, runtime, name), str(uuid.uuid4())
    await scene.run({"dispute_id": scene.id}, scene.config(ADA, thread=thread))
    answer = {"decision": scene.act.decision, "by": "bob", **scene.act.more}
    await scene.answer(answer, None, thread=thread)
    await scene.answer(answer, VIC, thread=thread)
    assert await scene.calls() == (0, 0)
    await scene.answer(answer, ADA, thread=thread)
    record = await scene.come_by()
    assert await scene.calls() == ((1, 0) if scene.act.call == "submissions" else (0, 1))
    assert f"{scene.act.decision} by ada" in reasons(record)


async def test_two_threads_with_two_letters_file_the_one_that_is_current(manual: Stage, runtime: Runtime):
    scene, threads = await fresh_scene(manual, runtime, "chargeback"), (str(uuid.uuid4()), str(uuid.uuid4()))
    for thread in threads:
        await scene.run({"dispute_id": scene.id}, scene.config(ADA, thread=thread))
    await scene.answer(edit("FIRST"), ADA, thread=threads[0])
    assert await scene.calls() == (0, 0), "the first thread shows a draft that is not the current one"
    await scene.answer(edit("SECOND"), BOB, thread=threads[1])
    record = await scene.come_by()
    assert await scene.calls() == (1, 0)
    assert record.case
    assert record.case.packet
    assert (await held(scene), record.case.packet.fields["product_description"]) == ("SECOND", "SECOND")


async def test_two_threads_answered_at_once_file_one_letter_and_the_rows_say_which(manual: Stage, runtime: Runtime):
    scene, other = await open_scene(manual, runtime, "chargeback"), str(uuid.uuid4())
    await scene.run({"dispute_id": scene.id}, scene.config(ADA, thread=other))
    await asyncio.gather(scene.answer(edit("FIRST"), ADA), scene.answer(edit("SECOND"), BOB, thread=other))
    record = await scene.come_by()
    submissions, _ = await scene.calls()
    assert submissions <= 1
    assert record.case
    assert record.case.packet
    if submissions:
        assert record.case.packet.fields["product_description"] == await held(scene)


@pytest.mark.parametrize("act", ["chargeback", "close", "fee", "appeal", "inquiry"])
@pytest.mark.parametrize("user", [None, VIC])
async def test_a_run_on_another_thread_by_one_who_may_not_leaves_the_case_alone(
    user: dict[str, str] | None, act: str, manual: Stage, runtime: Runtime
):
    scene, other = await open_scene(manual, runtime, act), str(uuid.uuid4())
    await scene.run({"dispute_id": scene.id}, scene.config(user, thread=other))
    await scene.answer(forgeries.verdict_of(scene), user, thread=other)
    assert (await scene.assert_untouched()).version == scene.shown.version
    await scene.assert_decidable()


@pytest.mark.parametrize("act", ["chargeback", "close", "fee", "appeal", "inquiry"])
async def test_a_reviewers_rerun_on_another_thread_ends_what_was_shown_before(
    act: str, manual: Stage, runtime: Runtime
):
    scene, other = await open_scene(manual, runtime, act), str(uuid.uuid4())
    await scene.run({"dispute_id": scene.id}, scene.config(ADA, thread=other))
    await scene.answer(forgeries.verdict_of(scene), ADA)
    record = await scene.assert_untouched()
    assert record.version > scene.shown.version
    await scene.assert_decidable()


async def _place(scene: Scene, other: Scene) -> None:
    """Run another dispute on the thread that is named after this one."""
    await scene.run({"dispute_id": other.id}, scene.config(ADA))


@pytest.mark.parametrize("act", ["chargeback", "close", "fee", "appeal", "inquiry"])
async def test_another_disputes_run_under_this_name_neither_decides_nor_blocks_it(
    act: str, manual: Stage, runtime: Runtime
):
    scene, other = await open_scene(manual, runtime, act), await open_scene(manual, runtime, "chargeback")
    await _place(scene, other)
    await scene.assert_untouched()
    await scene.assert_decidable()
    assert await other.calls() == (0, 0)
    assert (await other.come_by()).state == "waiting"


async def test_another_new_disputes_run_under_this_name_neither_decides_nor_blocks_it(manual: Stage, runtime: Runtime):
    """Of the same version, so that the number alone does not tell them apart."""
    scene, other = await open_scene(manual, runtime, "chargeback"), await fresh_scene(manual, runtime, "delivered")
    await _place(scene, other)
    assert (await other.record()).version == scene.shown.version
    await scene.assert_untouched()
    await scene.assert_decidable()
    assert await other.calls() == (0, 0)


@pytest.mark.parametrize("act", ["chargeback", "close"])
async def test_another_disputes_run_under_the_name_of_an_ended_one_leaves_it_as_it_is(
    act: str, manual: Stage, runtime: Runtime
):
    scene, other = await open_scene(manual, runtime, act), await fresh_scene(manual, runtime, "delivered")
    done = await scene.decide()
    calls = await scene.calls()
    for _ in range(done.version - 1):
        await _place(scene, other)
    assert (await scene.come_by()).state == done.state
    assert await scene.calls() == calls
    assert await other.calls() == (0, 0)


async def test_the_state_of_another_dispute_is_not_filed_for_this_one(manual: Stage, runtime: Runtime):
    dear, small = await open_scene(manual, runtime, "dear chargeback"), await open_scene(manual, runtime, "chargeback")
    theirs = await small.values()
    for values in (
        theirs,
        {"dispute": theirs["dispute"], "route": {"action": "submit"}},
        theirs | {"dispute_id": dear.id},
    ):
        for step in ("router", "review", "announce", "stage"):
            await dear.write(values, step)
            await dear.run()
            await dear.answer({"decision": "approve"}, ADA)
            assert await small.calls() == (0, 0)
    assert await dear.calls() == (0, 0)
    await small.assert_untouched()
    await dear.come_by()
    assert await dear.calls() == (0, 0)


async def test_a_verdict_that_comes_while_the_case_is_redrafted_is_refused(manual: Stage, runtime: Runtime):
    """The dispute changes at Stripe; while a worker drafts anew, ada decides on what she still sees."""
    scene = await open_scene(manual, runtime, "chargeback")
    await manual.set(scene.id, amount=2_300)
    await scene.store_event()
    redraft = asyncio.create_task(manual.runs.drive(scene.id))
    refused, verdict = 0, Verdict(decision="approve", by="ada", at=manual.deps.now(), version=scene.shown.version)
    while not redraft.done():
        if (await scene.record()).version > scene.shown.version:  # before that she may: nothing is drafted anew yet
            with pytest.raises(Stale):
                await manual.deps.verdicts.store(scene.id, verdict)
            refused += 1
        await asyncio.sleep(0.005)
    await redraft
    record = await scene.come_by()
    assert refused
    assert await scene.calls() == (0, 0)
    assert record.state == "waiting"
    assert record.version > scene.shown.version
    await scene.assert_decidable()
