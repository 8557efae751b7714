"""Who answers is who is signed in, and an answer that is not understood, or changes nothing, is asked again."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from langgraph.types import Command

from disputes.case import Verdict
from disputes.errors import Stale, TryAgain
from disputes.repositories.cases import CaseRecord
from disputes.repositories.users import User
from graph.wiring.runtime import Runtime
from tests.conftest import TOKEN, Stage
from tests.permission.scene import ADA, BOB, VIC, Scene, open_scene, reasons
from tools.postgres.users import digest

GIL = {"identity": "gil", "role": "reviewer"}
ACCEPT = [{"type": "accept", "args": None}]


@pytest.fixture
async def scene(manual: Stage, runtime: Runtime) -> Scene:
    return await open_scene(manual, runtime, "chargeback")


async def as_shown(scene: Scene) -> dict[str, Any]:
    """Return the arguments of the request, as an inbox sends them back when nothing was touched."""
    snapshot = await scene.stage.graph.aget_state(scene.config())
    args: dict[str, Any] = snapshot.interrupts[0].value["action_request"]["args"]
    return args


async def test_a_reviewer_who_accepts_has_it_filed_once(scene: Scene):
    await scene.answer(ACCEPT, ADA)
    assert (await scene.come_by()).state == "filed"
    assert await scene.calls() == (1, 0)


async def test_who_is_signed_in_is_recorded_whatever_the_answer_says(scene: Scene):
    await scene.answer({"decision": "approve", "by": "ada"}, BOB)
    record = await scene.come_by()
    assert record.state == "filed"
    assert "approve by bob" in reasons(record)
    assert "by ada" not in reasons(record)


@pytest.mark.parametrize("answer", [{"decision": "approve", "by": "ada"}, {"decision": "accept_loss", "by": "ada"}])
@pytest.mark.parametrize("user", [None, VIC, {"identity": "ada", "role": "viewer"}, GIL])
async def test_nobody_else_decides_in_a_reviewers_name(user: dict[str, str] | None, answer: Any, scene: Scene):
    await scene.answer(answer, user)
    await scene.assert_untouched()
    await scene.assert_decidable()


SHAPES: dict[str, Any] = {
    "an edit of nothing": [{"type": "edit", "args": None}],
    "an edit in words": [{"type": "edit", "args": "please change x"}],
    "an edit without its arguments": [{"type": "edit", "args": {"letter": '[{"text": "x", "facts": []}]'}}],
    "an edit with empty arguments": [{"type": "edit", "args": {"action": "a", "args": {}}}],
    "an edit with unknown arguments": [{"type": "edit", "args": {"action": "a", "args": {"text": "x"}}}],
    "a letter that is no list": [{"type": "edit", "args": {"action": "a", "args": {"letter": '"x"'}}}],
    "a letter that is no JSON": [{"type": "edit", "args": {"action": "a", "args": {"letter": "I disagree"}}}],
    "fields that are a list": [{"type": "edit", "args": {"action": "a", "args": {"fields": "[]"}}}],
    "an unknown decision": [{"type": "edit", "args": {"action": "a", "args": {"decision": "yes"}}}],
    "a note alone": [{"type": "edit", "args": {"action": "a", "args": {"note": "looks fine"}}}],
    "an approval as an edit": [{"type": "edit", "args": {"action": "a", "args": {"decision": "approve"}}}],
    "a fee that nobody asks": [{"type": "edit", "args": {"action": "a", "args": {"fee_acknowledged": "true"}}}],
    "an edit of nothing at all": {"decision": "edit"},
    "an edit with empty fields": {"decision": "edit", "fields": {}},
    "an unknown type": [{"type": "approve"}],
    "two answers": [{"type": "accept", "args": None}, {"type": "ignore", "args": None}],
    "no answer": [],
    "a word": "approve",
    "yes": True,
    "nothing": None,
    "a number": 2,
    "what a worker says": {"verdict": 2},
    "a decision in another case": {"decision": "APPROVE"},
    "an accept that rejects": {"type": "accept", "args": None, "decision": "reject"},
    "an accept with an edit in it": [
        {"type": "accept", "args": {"action": "a", "args": {"fields": '{"customer_name": "X"}'}}}
    ],
    "an approval with another letter": {"decision": "approve", "letter": [{"text": "We refunded.", "facts": []}]},
    "an approval with other fields": {"decision": "approve", "fields": {"customer_name": "X"}},
    "an approval with a word not known": {"decision": "approve", "unless": "the parcel came back"},
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_an_answer_that_is_not_understood_is_asked_again(shape: str, scene: Scene):
    await scene.answer(SHAPES[shape], ADA)
    await scene.assert_untouched()
    await scene.assert_decidable()


async def test_an_edit_that_sends_back_what_was_shown_is_asked_again(scene: Scene):
    edit = [{"type": "edit", "args": {"action": "a", "args": await as_shown(scene)}}]
    await scene.answer(edit, ADA)
    await scene.assert_untouched()
    await scene.assert_decidable()


async def test_an_edit_whose_letter_and_fields_are_those_of_the_draft_is_asked_again(scene: Scene):
    assert scene.shown.case
    assert scene.shown.case.packet
    fields = {name: text for name, text in scene.shown.case.packet.fields.items() if name != "uncategorized_text"}
    args = await as_shown(scene) | {"fields": json.dumps(fields), "note": "as it is"}
    await scene.answer([{"type": "edit", "args": {"action": "a", "args": args}}], ADA)
    await scene.assert_untouched()


async def test_a_stored_edit_that_changes_nothing_is_asked_again(scene: Scene):
    record = await scene.stage.decide(scene.shown, "edit", note="fine")
    assert record.state == "waiting"
    await scene.assert_untouched()


async def test_a_verdict_on_an_older_version_is_refused(scene: Scene):
    await scene.stage.set(scene.id, amount=2_300)
    newer = await scene.handle_event()
    assert newer.version > scene.shown.version
    with pytest.raises(Stale):
        await scene.stage.decide(scene.shown, "approve")
    await scene.come_by()
    assert await scene.calls() == (0, 0)


async def _store(scene: Scene, record: CaseRecord, by: str) -> None:
    verdict = Verdict(decision="approve", by=by, at=scene.stage.deps.now(), version=record.version)
    await scene.stage.deps.verdicts.store(scene.id, verdict)


@pytest.mark.parametrize("by", ["mallory", "", "vic", "ADA", " ada"])
async def test_a_stored_verdict_of_nobody_who_may_is_not_carried_out(by: str, scene: Scene):
    await _store(scene, scene.shown, by)
    await scene.assert_untouched()
    await scene.assert_decidable()


@pytest.mark.parametrize("act", ["chargeback", "close", "fee", "appeal", "inquiry"])
async def test_a_verdict_of_one_whose_token_was_removed_since_is_not_carried_out(
    act: str, manual: Stage, runtime: Runtime
):
    scene, users = await open_scene(manual, runtime, act), manual.deps.users
    theirs = {digest("gil's"): User(name="gil", role="reviewer")}
    ours = {digest(TOKEN): User(name="ada", role="reviewer"), digest(f"{TOKEN}-bob"): User(name="bob", role="reviewer")}
    viewer = {digest(f"{TOKEN}-viewer"): User(name="vic", role="viewer")}
    await users.configure({**ours, **viewer, **theirs})
    try:
        more = scene.act.more
        at, version = manual.deps.now(), scene.shown.version
        verdict = Verdict(decision=scene.act.decision, by="gil", at=at, version=version, **more)
        await manual.deps.verdicts.store(scene.id, verdict)
    finally:
        await users.configure({**ours, **viewer})
    record = await scene.assert_untouched()
    assert "gil is no reviewer" in reasons(record)
    await scene.assert_decidable()


@pytest.mark.parametrize("decision", ["reject", "accept_loss"])
async def test_one_whom_nobody_knows_ends_no_inquiry(decision: str, manual: Stage, runtime: Runtime):
    """Nothing is called for either, and yet the case would rest with nobody's decision on record."""
    scene = await open_scene(manual, runtime, "inquiry")
    await scene.answer({"decision": decision}, GIL)
    assert (await scene.come_by()).state == "waiting"


@dataclass
class FailingOnce:
    """Verdicts whose store fails once, before it is done."""

    inner: Any
    times: int = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def store(self, dispute_id: str, verdict: Verdict) -> None:
        if self.times:
            self.times -= 1
            raise TryAgain("The database does not answer.")
        await self.inner.store(dispute_id, verdict)


@pytest.mark.parametrize("second", [{"decision": "reject"}, {"decision": "redraft"}, "not understood"])
async def test_an_answer_that_failed_is_not_taken_for_the_next_persons(second: Any, scene: Scene):
    """bob approves while the database is away; then ada says something else, and she did not approve."""
    away = scene.stage.under(verdicts=FailingOnce(scene.stage.deps.verdicts))
    await away.graph.ainvoke(Command(resume={"decision": "approve"}), scene.config(BOB), durability="sync")
    await scene.answer(second, ADA)
    record = await scene.come_by()
    assert await scene.calls() == (0, 0)
    assert "approve by ada" not in reasons(record)


@pytest.mark.parametrize("first", [VIC, BOB, {"identity": "ada", "role": "admin"}])
@pytest.mark.parametrize("goes_on", [ADA, None])
async def test_an_answer_that_met_a_held_lease_is_not_taken_for_that_of_whoever_runs_the_thread_next(
    goes_on: dict[str, str] | None, first: dict[str, str], scene: Scene
):
    """Running a thread on says nothing about what was asked there."""
    async with scene.stage.deps.leases.hold(scene.id):
        await scene.answer({"decision": "approve"}, first)
    await scene.run(None, scene.config(goes_on))
    await scene.assert_untouched()


async def test_an_answer_of_an_unknown_role_is_not_taken_for_that_of_a_reviewer_who_runs_the_thread(scene: Scene):
    await scene.answer({"decision": "approve"}, {"identity": "mallory", "role": "admin"})
    await scene.run(None, scene.config(ADA))
    await scene.assert_untouched()
