"""What somebody wrote on a dispute outside Rebut is shown, and goes or stays by a verdict that says so."""

from functools import partial
from typing import Any

import pytest

from disputes import policy
from disputes.errors import Stale, TryAgain
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage
from tests.graph import dashboard as at

WRITTEN = "My sister signed for the kettle.\nShe lives at number 7; ask her."
FIELDS = {LETTER: WRITTEN, "shipping_tracking_number": "RM-55-OWN", "service_date": "3 March"}
SCENARIO = "not_received_delivered"
"""One that the policy files by itself."""


def packet(record: CaseRecord) -> Any:
    assert record.case
    assert record.case.packet
    return record.case.packet


async def written(stage: Stage, **fields: str) -> CaseRecord:
    """A case of a dispute on which somebody wrote before it came in."""
    dispute_id, _ = await stage.happen(SCENARIO)
    await at.write(stage, dispute_id, **fields)
    return await stage.drive(dispute_id)


@pytest.mark.parametrize("rules", ["default", "autopilot"])
@pytest.mark.parametrize("name", FIELDS)
async def test_what_stood_there_before_is_never_filed_by_itself(stage: Stage, name: str, rules: str):
    waiting = await written(stage.under(policy=policy.load(rules)), **{name: FIELDS[name]})
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {name: FIELDS[name]})
    assert await at.calls(stage, waiting) == (0, 0)
    assert (await at.evidence(stage, waiting.dispute_id))[name] == FIELDS[name]


@pytest.mark.parametrize("rules", ["default", "autopilot"])
async def test_a_file_that_stood_there_before_is_never_filed_by_itself(stage: Stage, rules: str):
    file = await at.upload(stage)
    waiting = await written(stage.under(policy=policy.load(rules)), shipping_documentation=file)
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {"shipping_documentation": file})
    assert await at.calls(stage, waiting) == (0, 0)


async def test_it_is_shown_in_full_by_the_api_and_in_the_inbox(stage: Stage):
    waiting = await written(stage, uncategorized_text=WRITTEN)
    async with at.front_door(stage) as client:
        case = (await client.get(f"/disputes/{waiting.dispute_id}")).json()
    assert [(row["field"], row["value"]) for row in case["theirs"]] == [(LETTER, WRITTEN)]
    shown = (await at.question(stage, waiting))["description"]
    assert all(line in shown for line in WRITTEN.splitlines())


async def test_what_is_kept_stays_byte_for_byte_and_ours_is_not_sent(stage: Stage):
    waiting = await written(stage, **FIELDS)
    filed = await stage.decide(waiting, "approve", theirs=dict.fromkeys(FIELDS, "keep"))
    held = await at.evidence(stage, filed.dispute_id)
    assert (filed.state, {name: held[name] for name in FIELDS}) == ("filed", FIELDS)
    assert not packet(filed).fields.keys() & FIELDS
    assert await at.calls(stage, filed) == (1, 0)


async def test_what_is_replaced_gives_way_to_ours_or_to_nothing(stage: Stage):
    waiting = await written(stage, **FIELDS, cancellation_rebuttal="Nobody cancelled anything.")
    ours = packet(waiting).fields
    filed = await stage.decide(waiting, "approve", theirs=dict.fromkeys([*FIELDS, "cancellation_rebuttal"], "replace"))
    held = await at.evidence(stage, filed.dispute_id)
    assert (filed.state, held[LETTER]) == ("filed", ours[LETTER])
    assert held["shipping_tracking_number"] == ours["shipping_tracking_number"]
    assert not held["cancellation_rebuttal"]


async def test_each_field_goes_its_own_way(stage: Stage):
    file = await at.upload(stage)
    waiting = await written(stage, uncategorized_text=WRITTEN, shipping_documentation=file, receipt=file)
    choices = {LETTER: "replace", "shipping_documentation": "keep", "receipt": "replace"}
    filed = await stage.decide(waiting, "approve", theirs=choices)
    held = await at.evidence(stage, filed.dispute_id)
    assert (filed.state, held["shipping_documentation"]) == ("filed", file)
    shown = packet(waiting).fields[LETTER].replace("Exhibit A: Shipping and delivery record\n", "")
    assert held[LETTER] == shown.replace(" (Exhibit A)", "")
    assert held["receipt"] != file


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        ({}, LETTER),
        ({LETTER: "keep"}, "shipping_tracking_number"),
        ({LETTER: "keep", "shipping_tracking_number": "keep", "receipt": "keep"}, "receipt"),
        ({LETTER: "keep", "shipping_tracking_number": "keep", "customer_name": "replace"}, "customer_name"),
    ],
)
async def test_a_verdict_that_does_not_say_it_of_each_is_refused_in_words(stage: Stage, choices: Any, names: str):
    waiting = await written(stage, uncategorized_text=WRITTEN, shipping_tracking_number="RM-55-OWN")
    answer = await at.post_verdict(stage, waiting, decision="approve", theirs=choices)
    assert answer.status_code == 422
    assert names in answer.text
    asked = await stage.decide(waiting, "approve", theirs=choices)
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))
    assert (await at.evidence(stage, asked.dispute_id))[LETTER] == WRITTEN
    assert (await stage.counts(asked.dispute_id))["stagings"] == 1


async def test_what_is_replaced_by_nothing_of_ours_is_emptied_files_too(stage: Stage):
    waiting = await written(stage, customer_signature=await at.upload(stage), duplicate_charge_id="ch_mine")
    choices = dict.fromkeys(["customer_signature", "duplicate_charge_id"], "replace")
    filed = await stage.decide(waiting, "approve", theirs=choices)
    held = await at.evidence(stage, filed.dispute_id)
    assert (filed.state, held["customer_signature"], held["duplicate_charge_id"]) == ("filed", None, None)


async def test_what_they_took_away_again_holds_nothing_back(stage: Stage):
    waiting = await written(stage, uncategorized_text=WRITTEN)
    await at.write(stage, waiting.dispute_id, uncategorized_text="")
    filed = await stage.drive(waiting.dispute_id)
    assert (filed.state, at.theirs(filed)) == ("filed", {})


async def test_a_choice_where_nobody_wrote_is_refused(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    answer = await at.post_verdict(stage, waiting, decision="approve", theirs={LETTER: "replace"})
    assert (answer.status_code, LETTER in answer.text) == (422, True)


async def test_what_is_written_while_a_case_waits_makes_it_outdated(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    await at.write(stage, waiting.dispute_id, uncategorized_text=WRITTEN)
    again = await stage.drive(waiting.dispute_id)
    assert again.version > waiting.version
    assert at.theirs(again) == {LETTER: WRITTEN}
    assert (await at.post_verdict(stage, waiting, decision="approve")).status_code == 409
    with pytest.raises(Stale):
        await stage.decide(waiting, "approve")
    assert (await stage.drive(waiting.dispute_id)).version == again.version


@pytest.mark.parametrize("choices", [{}, {LETTER: "keep"}])
async def test_what_changes_between_approval_and_staging_is_left_alone(stage: Stage, choices: Any):
    dispute_id, _ = await stage.happen("fraud_small_3ds")
    if choices:
        await at.write(stage, dispute_id, uncategorized_text="An earlier word of theirs.")
    waiting = await stage.drive(dispute_id)
    await at.put(stage, dispute_id, uncategorized_text=WRITTEN)
    asked = await stage.decide(waiting, "approve", theirs=choices)
    assert (asked.state, at.theirs(asked)) == ("waiting", {LETTER: WRITTEN})
    assert await at.calls(stage, asked) == (0, 0)
    assert (await at.evidence(stage, dispute_id))[LETTER] == WRITTEN


@pytest.mark.parametrize("name", [LETTER, "refund_refusal_explanation"])
@pytest.mark.parametrize("call", ["stage", "upload"])
async def test_what_is_written_between_staging_and_submitting_is_not_filed(stage: Stage, name: str, call: str):
    dispute_id, _ = await stage.happen(SCENARIO)
    then = partial(at.put, stage, dispute_id, **{name: WRITTEN})
    asked = await stage.under(stripe=at.Between(stage.deps.stripe, call, then)).drive(dispute_id)
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))
    held = await at.evidence(stage, dispute_id)
    assert held[name] == WRITTEN
    again = await stage.drive(dispute_id)
    assert (again.state, at.theirs(again)) == ("waiting", {name: WRITTEN})
    filed = await stage.decide(again, "approve", theirs={name: "keep"})
    assert (filed.state, (await at.evidence(stage, dispute_id))[name]) == ("filed", WRITTEN)


async def test_our_letter_emptied_by_somebody_before_it_is_submitted_is_not_filed(stage: Stage):
    dispute_id, _ = await stage.happen(SCENARIO)
    then = partial(at.put, stage, dispute_id, uncategorized_text=None)
    asked = await stage.under(stripe=at.Between(stage.deps.stripe, "stage", then)).drive(dispute_id)
    assert (asked.state, await at.calls(stage, asked)) == ("waiting", (0, 0))


async def test_a_router_that_may_close_does_not_where_somebody_wrote(stage: Stage):
    closing = stage.under(policy=stage.deps.policy.model_copy(update={"accept_below": 100_000}))
    assert (await closing.play("not_received_unshipped")).state == "accepted"
    dispute_id, _ = await closing.happen("not_received_unshipped")
    await at.write(stage, dispute_id, uncategorized_text=WRITTEN)
    waiting = await closing.drive(dispute_id)
    assert (waiting.state, await at.calls(stage, waiting)) == ("waiting", (0, 0))


async def test_our_letter_edited_by_somebody_is_theirs(stage: Stage):
    dispute_id, _ = await stage.happen(SCENARIO)
    with pytest.raises(TryAgain):
        await stage.under(stripe=at.Between(stage.deps.stripe, "submit", _away, after=False)).drive(dispute_id)
    ours = (await at.evidence(stage, dispute_id))[LETTER]
    await at.write(stage, dispute_id, uncategorized_text=ours + " Yours, Ada")
    waiting = await stage.drive(dispute_id)
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {LETTER: ours + " Yours, Ada"})
    filed = await stage.decide(waiting, "approve", theirs={LETTER: "keep"})
    assert (filed.state, (await at.evidence(stage, dispute_id))[LETTER]) == ("filed", ours + " Yours, Ada")


async def _away() -> None:
    raise TryAgain("Nothing answers.")
