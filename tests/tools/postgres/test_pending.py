from datetime import timedelta

from disputes.repositories import Repositories
from disputes.repositories.events import WebhookEvent
from tests.tools.records import NOON, Watch, a_record, a_verdict, an_event


async def test_owes_a_run_to_each_dispute_that_was_rung_or_decided_and_not_handled(
    repositories: Repositories, watch: Watch
):
    await repositories.events.store(connected("evt_1", "dp_rung"))
    await repositories.events.store(an_event("evt_2", dispute_id="dp_rung"))
    watch.wind(seconds=5)
    await repositories.cases.save(a_record("dp_decided"))
    await repositories.verdicts.store("dp_decided", a_verdict().model_copy(update={"at": watch()}))
    await repositories.events.store(an_event("evt_3", dispute_id="dp_done"))
    await repositories.events.mark_handled("dp_done", before=watch())
    assert await repositories.events.pending(before=watch.wind(seconds=1)) == [
        ("dp_rung", "acct_1"),
        ("dp_decided", None),
    ]
    assert await repositories.events.pending(before=NOON + timedelta(seconds=5)) == [("dp_rung", "acct_1")]
    assert await repositories.events.pending(before=watch(), limit=1) == [("dp_rung", "acct_1")]


async def test_a_handled_dispute_asks_for_nothing(repositories: Repositories, watch: Watch):
    assert not await repositories.events.is_pending("dp_1")
    await repositories.events.store(an_event())
    assert await repositories.events.is_pending("dp_1")
    await repositories.events.mark_handled("dp_1", before=watch())
    await repositories.cases.save(a_record())
    assert not await repositories.events.is_pending("dp_1")
    await repositories.verdicts.store("dp_1", a_verdict())
    assert await repositories.events.is_pending("dp_1")
    await repositories.verdicts.mark_applied("dp_1", 1)
    assert not await repositories.events.is_pending("dp_1")


def connected(bell_id: str, dispute_id: str) -> WebhookEvent:
    return an_event(bell_id, dispute_id=dispute_id).model_copy(update={"account": "acct_1"})
