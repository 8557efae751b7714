"""What a person leaves out never reaches the bank, also when it was staged before."""

from tests.conftest import Stage


async def test_an_exhibit_that_a_person_leaves_out_is_not_at_stripe(stage: Stage):
    waiting = await stage.play("fraud_small_3ds")
    assert waiting.state == "waiting"
    assert waiting.case
    assert waiting.case.packet
    fields = {file.field for file in waiting.case.packet.files}
    filed = await stage.decide(waiting, "approve", without=("receipt",))
    assert filed.state == "filed"
    held = await stage.deps.stripe.dispute(filed.dispute_id)
    assert {field for field in fields if held.evidence.get(field)} == fields - {"receipt"}
    assert "receipt" in fields
    assert "Receipt" not in held.evidence["uncategorized_text"].rpartition("\n\n")[2]
    assert any("Left out by ada: " in turn.note for turn in filed.history)
