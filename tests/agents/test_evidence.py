"""The evidence agent: rounds, time limits, and a gap for each source that fails."""

import asyncio
from dataclasses import dataclass, field

import pytest

from agents import evidence
from disputes.errors import LostLease, Refused, TryAgain
from disputes.evidence import Evidence, Gap, build_fact
from disputes.policy import SourceLimits
from tests.builders import BOOKS, NOON, a_dispute, everything, on_record

RECEIVED = BOOKS.of("product_not_received")


@dataclass
class FakeSource:
    name: str = "shop"
    gives: Evidence = field(default_factory=Evidence)
    error: Exception | None = None
    waits_for: asyncio.Event | None = None
    late: int = 99
    keys: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[Evidence] = field(default_factory=list)

    async def gather(self, dispute, known):
        self.heard.append(known)
        self.asked.set()
        if self.waits_for and len(self.heard) <= self.late:
            await self.waits_for.wait()
        if self.error:
            raise self.error
        return self.gives


def named(result, *names):
    return [gap for gap in result.gaps if gap.name in names]


async def gathered(*sources, known=Evidence(), seconds=5.0, budget=30.0, **changes):  # noqa: B008 - a frozen value
    limits = SourceLimits(seconds=seconds, budget=budget)
    return await evidence.gather(a_dispute(**changes), RECEIVED, sources, initial=known, limits=limits, now=NOON)


async def test_a_slow_source_is_a_gap_and_the_others_are_heard():
    never = FakeSource("carrier", waits_for=asyncio.Event())
    result = await gathered(never, FakeSource(gives=on_record("order_id")), seconds=0.05)
    assert named(result, "carrier") == [Gap(name="carrier", why="did not answer in 0.05 s", source="carrier")]
    assert result.sole("order_id")
    assert len(never.heard) == 2


async def test_a_late_source_is_asked_once_more_when_the_others_are_done():
    shop = FakeSource("shop", gives=on_record("tracking_number"))
    carrier = FakeSource("carrier", keys=("tracking_number",), gives=on_record("delivered_at"))
    late = FakeSource("desk", waits_for=asyncio.Event(), late=1, gives=on_record("customer_message"))
    result = await gathered(late, shop, carrier, seconds=0.05)
    assert result.sole("customer_message")
    assert not named(result, "desk")
    assert late.heard[1].sole("delivered_at")


async def test_without_time_a_late_source_is_not_asked_again():
    never = FakeSource("carrier", waits_for=asyncio.Event())
    result = await gathered(never, seconds=0.05, budget=0.05)
    assert [gap.why for gap in named(result, "carrier")] == ["did not answer in 0.05 s"]
    assert len(never.heard) == 1


async def test_what_one_source_tells_is_what_another_is_asked_by():
    shop = FakeSource("shop", keys=("order_id",), gives=on_record("tracking_number"))
    carrier = FakeSource("carrier", keys=("tracking_number", "carrier"), gives=on_record("delivered_at"))
    stripe = FakeSource("stripe", gives=on_record("order_id"))
    result = await gathered(carrier, shop, stripe)
    assert {"order_id", "tracking_number", "delivered_at"} <= {fact.kind for fact in result.facts}
    assert carrier.heard[0].sole("order_id")
    assert not named(result, "carrier", "shop")


async def test_a_key_from_the_policy_is_enough_to_ask_by():
    shop = FakeSource("shop", keys=("order_id",))
    await gathered(shop, known=on_record("order_id"))
    assert len(shop.heard) == 1


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (("order_id",), "was not asked: order_id is not known"),
        (("order_id", "customer_email"), "was not asked: none of order_id, customer_email is known"),
    ],
)
async def test_a_source_that_could_not_be_asked_says_which_key_was_missing(keys, why):
    shop = FakeSource("shop", keys=keys)
    result = await gathered(shop)
    assert named(result, "shop") == [Gap(name="shop", why=why, source="shop")]
    assert shop.heard == []


async def test_a_source_whose_turn_comes_too_late_says_that():
    stripe = FakeSource("stripe", gives=on_record("order_id"), waits_for=asyncio.Event(), late=1)
    shop = FakeSource("shop", keys=("order_id",))
    first = FakeSource("first", gives=on_record("order_id"))
    result = await gathered(first, stripe, shop, seconds=0.05, budget=0.05)
    assert [gap.why for gap in named(result, "shop")] == ["was not asked: the time for all sources was up"]
    assert shop.heard == []


@pytest.mark.parametrize("error", [TryAgain("Stripe is down."), Refused("Stripe said no.")])
async def test_a_failing_source_is_a_gap_that_says_why(error):
    result = await gathered(FakeSource("carrier", error=error), FakeSource(gives=on_record("order_id")))
    assert named(result, "carrier") == [Gap(name="carrier", why=str(error), source="carrier")]
    assert result.sole("order_id")


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
    result = await gathered(created=NOON)
    assert [fact.kind for fact in result.facts] == ["dispute_amount", "dispute_opened_at"]
    assert result.facts[0].source == "stripe:dispute/du_1:amount"


async def test_a_source_is_believed_before_the_policy():
    shop = FakeSource(gives=Evidence(facts=(build_fact("refund_policy", "What the buyer saw.", "shop"),)))
    known = Evidence(facts=(build_fact("refund_policy", "What we say now.", "policy"),))
    assert [fact.value for fact in (await gathered(shop, known=known)).of("refund_policy")] == ["What the buyer saw."]
    assert [fact.value for fact in (await gathered(known=known)).of("refund_policy")] == ["What we say now."]


async def test_every_required_point_that_is_not_proven_is_a_gap():
    result = await gathered(known=on_record("product_type"))
    gaps = {gap.name: gap for gap in result.gaps}
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


async def test_what_one_system_tells_is_weighed_with_what_another_does():
    stripe = FakeSource(gives=Evidence(facts=(build_fact("product_type", "physical", "stripe:charge/ch_1"),)))
    assert [fact.kind for fact in (await gathered(stripe)).adverse] == ["not_shipped"]
    parcel = Evidence(facts=(build_fact("tracking_number", "1Z", "shop:order/1"),))
    assert (await gathered(stripe, FakeSource(gives=parcel))).adverse == ()
    plea = Evidence(facts=(build_fact("customer_message", "My money back!", "desk:ticket/1"),))
    adverse = (await gathered(stripe, FakeSource(gives=parcel), FakeSource(gives=plea))).adverse
    assert [fact.kind for fact in adverse] == ["refund_requested"]
