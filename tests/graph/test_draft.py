"""A draft without a run is what a run would file: pre-fill, others' words and other claims included."""

from graph.draft import draft
from tests.conftest import Stage
from tests.graph import dashboard as at


async def test_a_draft_leaves_what_stripe_filled_in_as_the_run_does(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    drafted = await draft(stage.deps, dispute_id)
    filed = await stage.drive(dispute_id)
    assert drafted.held.prefilled
    assert filed.case
    assert filed.case.packet
    assert drafted.draft.fields == filed.case.packet.fields
    assert not set(drafted.held.prefilled) & set(drafted.draft.fields)


async def test_a_draft_shows_what_somebody_wrote(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await at.write(stage, dispute_id, uncategorized_text="By hand.")
    assert (await draft(stage.deps, dispute_id)).held.their_values == {"uncategorized_text": "By hand."}
