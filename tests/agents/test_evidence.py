import asyncio
from dataclasses import dataclass, field

import pytest

from agents import evidence
from disputes.errors import LostLease, Refused, TryAgain
from disputes.evidence import Evidence, Gap, a_fact
from tests.builders import BOOKS, NOON, a_dispute, everything, on_record

RECEIVED = BOOKS.of("product_not_received")


@dataclass
class FakeSource:
    name: str = "shop"
    gives: Evidence = field(default_factory=Evidence)
    error: Exception | None = None
    waits_for: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def gather(self, dispute):
        self.asked.set()
        if self.waits_for:
            await self.waits_for.wait()
        if self.error:
            raise self.error
        return self.gives


def named(find, *names):
    return [gap for gap in find.gaps if gap.name in names]


async def gathered(*sources, known=Evidence(), seconds=5.0, **changes):  # noqa: B008 - a frozen value
    return await evidence.gather(a_dispute(**changes), RECEIVED, sources, known=known, seconds=seconds)


async def test_a_slow_source_is_a_gap_and_the_others_are_heard():
    never = FakeSource("carrier", waits_for=asyncio.Event())
    find = await gathered(never, FakeSource(gives=on_record("order_id")), seconds=0.05)
    assert named(find, "carrier") == [Gap(name="carrier", why="did not answer in 0.05 s", source="carrier")]
    assert find.first("order_id")


@pytest.mark.parametrize("error", [TryAgain("Stripe is down."), Refused("Stripe said no.")])
async def test_a_failing_source_is_a_gap_that_says_why(error):
    find = await gathered(FakeSource("carrier", error=error), FakeSource(gives=on_record("order_id")))
    assert named(find, "carrier") == [Gap(name="carrier", why=str(error), source="carrier")]
    assert find.first("order_id")


async def test_a_lost_lease_stops_everything():
    with pytest.raises(LostLease):
        await gathered(FakeSource(error=LostLease("Another worker owns it.")))


async def test_a_bug_in_a_source_crashes_loudly():
    with pytest.raises(ZeroDivisionError):
        await gathered(FakeSource(error=ZeroDivisionError()))


async def test_all_sources_are_asked_at_once():
    second = FakeSource("second")
    first = FakeSource("first", waits_for=second.asked)
    second.waits_for = first.asked
    assert not named(await gathered(first, second), "first", "second")


async def test_the_dispute_itself_is_the_first_fact():
    find = await gathered(created=NOON)
    assert [fact.kind for fact in find.facts] == ["dispute_amount", "dispute_opened_at"]
    assert find.facts[0].source == "stripe:dispute/du_1:amount"


async def test_a_source_is_believed_before_the_policy():
    shop = FakeSource(gives=Evidence(facts=(a_fact("refund_policy", "What the buyer saw.", "shop"),)))
    known = Evidence(facts=(a_fact("refund_policy", "What we say now.", "policy"),))
    assert [fact.value for fact in (await gathered(shop, known=known)).of("refund_policy")] == ["What the buyer saw."]
    assert [fact.value for fact in (await gathered(known=known)).of("refund_policy")] == ["What we say now."]


async def test_every_required_point_that_is_not_proven_is_a_gap():
    find = await gathered(known=on_record("product_type"))
    gaps = {gap.name: gap for gap in find.gaps}
    assert gaps["arrived"].fatal
    assert {"tracked", "payment", "product"} <= set(gaps)
    assert "used" not in gaps
    assert all(gap.source == "playbook" and gap.why for gap in gaps.values())


async def test_a_point_the_networks_code_puts_first_is_missed_too():
    by_code = {gap.name: gap.why for gap in (await gathered(known=on_record("product_type"), network_code="13.1")).gaps}
    assert by_code["signed"] == "not on record: delivered_at, delivery_signature"
    assert "signed" not in {gap.name for gap in (await gathered(known=on_record("product_type"))).gaps}


async def test_nothing_is_missing_where_everything_is_on_record():
    assert (await gathered(known=everything())).gaps == ()
