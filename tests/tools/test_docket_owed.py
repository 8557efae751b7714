from datetime import timedelta

from disputes.docket import Bell
from tests.tools.records import NOON, Watch, a_bell, a_verdict, an_entry
from tools.docket import PostgresDocket


async def test_owes_a_run_to_each_dispute_that_was_rung_or_decided_and_not_handled(
    docket: PostgresDocket, watch: Watch
):
    await docket.hear(connected("evt_1", "dp_rung"))
    await docket.hear(a_bell("evt_2", dispute_id="dp_rung"))
    watch.wind(seconds=5)
    await docket.keep(an_entry("dp_decided"))
    await docket.decide("dp_decided", a_verdict().model_copy(update={"at": watch()}))
    await docket.hear(a_bell("evt_3", dispute_id="dp_done"))
    await docket.heard("dp_done", before=watch())
    assert await docket.owed(before=watch.wind(seconds=1)) == [("dp_rung", "acct_1"), ("dp_decided", None)]
    assert await docket.owed(before=NOON + timedelta(seconds=5)) == [("dp_rung", "acct_1")]
    assert await docket.owed(before=watch(), limit=1) == [("dp_rung", "acct_1")]


async def test_a_handled_dispute_asks_for_nothing(docket: PostgresDocket, watch: Watch):
    assert not await docket.asked("dp_1")
    await docket.hear(a_bell())
    assert await docket.asked("dp_1")
    await docket.heard("dp_1", before=watch())
    await docket.keep(an_entry())
    assert not await docket.asked("dp_1")
    await docket.decide("dp_1", a_verdict())
    assert await docket.asked("dp_1")
    await docket.applied("dp_1", 1)
    assert not await docket.asked("dp_1")


def connected(bell_id: str, dispute_id: str) -> Bell:
    return a_bell(bell_id, dispute_id=dispute_id).model_copy(update={"account": "acct_1"})
