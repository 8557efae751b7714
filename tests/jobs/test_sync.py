"""A lost webhook is found at Stripe, once, and the watermark says how far the looking came."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from disputes.docket import Bell
from disputes.errors import TryAgain
from graph.deps import Deps
from jobs.sync import MARK, OVERLAP, sync
from simulator.scenarios import SCENARIOS
from tests.conftest import Stage
from tests.fakes import NOON, FakeQueue
from tests.jobs.stand import Clock, some_deps


@dataclass
class Listed:
    """A Stripe that lists what the test says."""

    events: list[Bell] = field(default_factory=list)
    opened: list[Bell] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    down: bool = False

    async def missed(self, since: datetime) -> tuple[list[Bell], list[Bell]]:
        self.asked.append(since)
        if self.down:
            raise TryAgain("Stripe did not take the call.")
        return self.events, self.opened


def a_bell(name: str = "evt_1", dispute_id: str = "du_1", **more: Any) -> Bell:
    return Bell(id=name, type="charge.dispute.created", dispute_id=dispute_id, created=NOON, **more)


def rung(deps: Deps) -> list[tuple[str, str | None]]:
    assert isinstance(deps.queue, FakeQueue)
    return deps.queue.rung


def over(listed: Any, clock: Clock | None = None) -> Deps:
    return replace(some_deps(clock), stripe=listed)


async def test_an_event_that_no_webhook_brought_is_stored_and_rung_once():
    deps = over(Listed(events=[a_bell(account="acct_1")]))
    assert await sync(deps) == {"missed": 1}
    assert await sync(deps) == {"missed": 0}
    assert rung(deps) == [("du_1", "acct_1")]
    assert await deps.docket.asked("du_1")


async def test_what_a_webhook_brought_is_not_rung_again():
    deps = over(Listed(events=[a_bell()], opened=[a_bell("opened_du_1")]))
    await deps.docket.hear(a_bell())
    assert (await sync(deps), rung(deps)) == ({"missed": 0}, [])


async def test_a_dispute_whose_events_are_gone_is_found_in_the_list():
    deps = over(Listed(opened=[a_bell("opened_du_2", "du_2")]))
    assert (await sync(deps), rung(deps)) == ({"missed": 1}, [("du_2", None)])


async def test_an_event_of_the_other_mode_is_kept_and_rings_nobody():
    deps = over(Listed(events=[a_bell(refused="This event is from live mode.")]))
    assert (await sync(deps), rung(deps)) == ({"missed": 0}, [])


async def test_each_look_begins_a_little_before_the_last_one():
    clock = Clock()
    listed = Listed()
    deps = over(listed, clock)
    await sync(deps)
    clock.wind(hours=3)
    await sync(deps)
    assert listed.asked == [NOON - OVERLAP, NOON - OVERLAP]
    assert await deps.docket.watermark(MARK) == NOON + timedelta(hours=3)


async def test_a_stripe_that_does_not_answer_leaves_the_watermark():
    deps = over(Listed(down=True))
    with pytest.raises(TryAgain):
        await sync(deps)
    assert await deps.docket.watermark(MARK) is None


async def test_a_watermark_in_postgres_never_goes_back(stage: Stage):
    docket, later = stage.deps.docket, datetime(2026, 3, 1, tzinfo=UTC)
    assert await docket.watermark("a test") is None
    await docket.reach("a test", later)
    await docket.reach("a test", later - timedelta(days=1))
    assert await docket.watermark("a test") == later


@pytest.mark.parametrize("silent", [False, True])
async def test_a_dispute_whose_webhook_was_dropped_is_answered(stage: Stage, silent: bool):  # noqa: FBT001 - a parameter
    objects = SCENARIOS["not_received_delivered"].build(datetime.now(UTC), f"sync{silent}")
    dispute_id = next(thing["id"] for thing in objects if thing["object"] == "dispute")
    opened = [
        thing | {"created": int(datetime.now(UTC).timestamp())} if thing["id"] == dispute_id else thing
        for thing in objects
    ]
    body, params = {"objects": opened}, {"silent": silent}
    (await stage.simulator.post("/_sim/objects", json=body, params=params)).raise_for_status()
    queue = FakeQueue()
    await sync(replace(stage.deps, queue=queue))
    assert (dispute_id, None) in queue.rung
    assert (await stage.drive(dispute_id)).state == "filed"
