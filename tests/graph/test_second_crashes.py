"""What Rebut staged itself is known again after a crash and a redraft, and odd values of others are theirs."""

from functools import partial
from typing import Any

import pytest

from disputes.case import Verdict
from disputes.errors import TryAgain
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage
from tests.graph import dashboard as at

WRITTEN = "The parcel went to the lodge; the porter keeps a book."
STRIPES = {"billing_address", "customer_email_address", "customer_name"}
CALLS = [("stripe", "upload"), ("stripe", "stage"), ("stripe", "submit"), ("stagings", "add"), ("permits", "grant")]
POINTS = [(*call, after) for call in CALLS for after in (False, True)]
ODD: dict[str, dict[str, Any]] = {
    "spaces": {LETTER: "   "},
    "line ends": {LETTER: "one\r\ntwo\r\n"},
    "a card's digits": {LETTER: "Paid with 4242 4242 4242 4242, see above."},
    "a number like a card's": {"shipping_tracking_number": "4111111111111111"},
    "invisible": {LETTER: "a\u200bb\u202ec\x01d"},
    "markup": {LETTER: "# Head\n[x](http://e.example) ```\n<img src=x>"},
    "very long": {LETTER: "word " * 3_990},
    "no enhanced evidence": {LETTER: WRITTEN, "enhanced_evidence": None},
}


async def _away() -> None:
    raise TryAgain("Nothing answers.")


def crashing(stage: Stage, port: str, call: str, *, after: bool) -> Stage:
    """The same stage, where one call of one port fails once, before or after it took effect."""
    return stage.under(**{port: at.Between(getattr(stage.deps, port), call, _away, after=after)})


def holds_ours_alone(record: CaseRecord, held: dict[str, Any]) -> bool:
    """Return whether nothing stands at Stripe but what is in the packet and what Stripe fills in."""
    assert record.case
    assert record.case.packet
    packet = record.case.packet
    files = {file.field: file.file for file in packet.files}
    return {name: value for name, value in held.items() if value and name not in STRIPES} == {
        name: value for name, value in {**packet.fields, **files}.items() if value and name not in STRIPES
    }


@pytest.mark.parametrize(("port", "call", "after"), POINTS)
async def test_after_a_crash_our_own_is_ours_and_filed_once(stage: Stage, port: str, call: str, *, after: bool):
    dispute_id, _ = await stage.happen("not_received_delivered")
    with pytest.raises(TryAgain):
        await crashing(stage, port, call, after=after).drive(dispute_id)
    filed = await stage.drive(dispute_id)
    assert (filed.state, at.theirs(filed), await at.calls(stage, filed)) == ("filed", {}, (1, 0))
    assert holds_ours_alone(filed, await at.evidence(stage, dispute_id))


@pytest.mark.parametrize("choice", ["keep", "replace"])
@pytest.mark.parametrize(("port", "call", "after"), POINTS)
async def test_after_a_crash_a_verdict_on_theirs_is_carried_out_as_it_was_given(
    stage: Stage, port: str, call: str, choice: Any, *, after: bool
):
    dispute_id, _ = await stage.happen("not_received_delivered")
    file = await at.upload(stage)
    await at.write(stage, dispute_id, uncategorized_text=WRITTEN, customer_signature=file)
    waiting = await stage.drive(dispute_id)
    choices = dict.fromkeys((LETTER, "customer_signature"), choice)
    verdict = Verdict(decision="approve", by="ada", at=stage.deps.now(), version=waiting.version, theirs=choices)
    await stage.deps.verdicts.store(dispute_id, verdict)
    with pytest.raises(TryAgain):
        await crashing(stage, port, call, after=after).drive(dispute_id)
    filed = await stage.drive(dispute_id)
    held = await at.evidence(stage, dispute_id)
    assert (filed.state, await at.calls(stage, filed)) == ("filed", (1, 0))
    assert (held[LETTER] == WRITTEN, held["customer_signature"] == file) == (choice == "keep", choice == "keep")


async def test_a_redraft_with_other_exhibits_leaves_none_of_the_old_behind(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    with pytest.raises(TryAgain):
        await crashing(stage, "stripe", "submit", after=False).decide(waiting, "approve")
    await stage.set(waiting.dispute_id, amount=2_399)
    again = await stage.drive(waiting.dispute_id)
    assert (again.state, at.theirs(again)) == ("waiting", {})
    assert again.case
    assert again.case.packet
    left_out = again.case.packet.sheets[0].field
    assert (await at.evidence(stage, waiting.dispute_id))[left_out]
    filed = await stage.decide(again, "approve", without=(left_out,))
    held = await at.evidence(stage, waiting.dispute_id)
    assert (filed.state, held[left_out]) == ("filed", None)
    assert holds_ours_alone(filed, held)


@pytest.mark.parametrize("choice", ["keep", "replace"])
@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_value_waits_is_shown_and_decided_like_any(stage: Stage, odd: str, choice: Any):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await at.put(stage, dispute_id, **ODD[odd])
    raw = await at.evidence(stage, dispute_id)
    waiting = await stage.drive(dispute_id)
    (name,) = at.theirs(waiting)
    assert waiting.state == "waiting"
    assert (await stage.drive(dispute_id)).version == waiting.version
    answer = await at.post_verdict(stage, waiting, decision="approve", theirs={name: choice})
    assert answer.status_code == 202
    filed = await stage.drive(dispute_id)
    assert filed.state == "filed"
    assert ((await at.evidence(stage, dispute_id))[name] == raw[name]) == (choice == "keep")


async def test_a_masked_number_that_becomes_another_makes_the_case_outdated(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await at.put(stage, dispute_id, uncategorized_text="Card 4242424242424242")
    waiting = await stage.drive(dispute_id)
    assert "4242424242424242" not in waiting.model_dump_json()
    await at.put(stage, dispute_id, uncategorized_text="Card 4000056655665556")
    assert (await stage.drive(dispute_id)).version > waiting.version


async def test_smart_disputes_chosen_during_the_uploads_is_theirs(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await stage.set(dispute_id, intended_submission_method="manual")
    then = partial(at.silently, stage, dispute_id, intended_submission_method="smart_disputes")
    await stage.under(stripe=at.Between(stage.deps.stripe, "upload", then)).drive(dispute_id)
    waiting = await stage.drive(dispute_id)
    method = "intended_submission_method"
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {method: "smart_disputes"})
    assert (await stage.decide(waiting, "approve", theirs={method: "replace"})).state == "filed"
