"""Who may answer is set afresh after Stripe's answer was lost, by what the dispute is then."""

import pytest

from disputes.errors import TryAgain
from tests.conftest import Stage
from tests.graph import dashboard as at

METHOD = "intended_submission_method"


async def test_a_setting_that_did_not_stay_is_made_again(stage: Stage):
    dispute_id = await interrupted(stage)
    await at.silently(stage, dispute_id, intended_submission_method="prefer_manual")
    await stage.drive(dispute_id)
    assert (await at.read(stage, dispute_id))[METHOD] == "manual"


async def test_what_somebody_chose_meanwhile_is_theirs(stage: Stage):
    dispute_id = await interrupted(stage)
    await at.choose(stage, dispute_id, "smart_disputes")
    waiting = await stage.drive(dispute_id)
    assert (waiting.state, at.theirs(waiting)) == ("waiting", {METHOD: "smart_disputes"})
    assert (await at.read(stage, dispute_id))[METHOD] == "smart_disputes"


async def interrupted(stage: Stage) -> str:
    """A dispute whose method Rebut set, and of whose answer it never heard."""

    async def lose() -> None:
        raise TryAgain("The answer was lost.")

    dispute_id, account = await stage.happen("fraud_small_3ds")
    await stage.set(dispute_id, intended_submission_method="prefer_manual")
    with pytest.raises(TryAgain):
        await stage.under(stripe=at.Between(stage.deps.stripe, "set_method", lose)).drive(dispute_id, account=account)
    assert (await at.read(stage, dispute_id))[METHOD] == "manual"
    return dispute_id
