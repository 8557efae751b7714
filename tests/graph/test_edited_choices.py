"""An edit of a field and a choice on what somebody else wrote in it may not contradict each other."""

from typing import Any

import pytest

from disputes.packet import LETTER
from tests.conftest import Stage
from tests.graph import dashboard as at

CARRIER = "shipping_carrier"
CHECKED = "The security code was checked and agreed."


@pytest.mark.parametrize("edited", [LETTER, CARRIER])
async def test_an_edit_of_what_is_kept_of_theirs_is_refused(stage: Stage, edited: str):
    dispute_id, _ = await stage.happen("fraud_mid")
    await at.write(stage, dispute_id, uncategorized_text="Somebody else's words.", shipping_carrier="Pigeon")
    waiting = await stage.drive(dispute_id)
    assert waiting.case
    fact = waiting.case.evidence.sole("cvc_match")
    assert fact
    edits: dict[str, dict[str, Any]] = {
        LETTER: {"letter": {"claims": [{"text": CHECKED, "facts": [fact.id]}]}},
        CARRIER: {"fields": {CARRIER: "UPS"}},
    }
    choices = {LETTER: "replace", CARRIER: "replace", edited: "keep"}
    answer = await at.post_verdict(stage, waiting, decision="edit", theirs=choices, **edits[edited])
    assert answer.status_code == 422
    assert edited in answer.text
