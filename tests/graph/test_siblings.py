"""Other disputes of the same payment stand on every case of it, and claims that cannot both be true wait."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from disputes import policy
from disputes.repositories.cases import CaseRecord
from simulator.objects import StripeObject
from simulator.worlds.claims import NOT_RECEIVED, DisputedClaim
from simulator.worlds.orders import SoldOrder
from simulator.worlds.story import Story
from tests.conftest import Stage
from tests.graph import dashboard as at

PAID = 9_600
SHELF = SoldOrder(amount=PAID, product="Pine wall shelf", delivered=True)
FRAUD = DisputedClaim("fraudulent", "10.4")
FAULTY = DisputedClaim("product_unacceptable", "13.3")
CANCELED = DisputedClaim("subscription_canceled", "13.2")
TWICE = DisputedClaim("duplicate", "12.6.1")
PAIRS = [(FRAUD, FAULTY), (NOT_RECEIVED, FAULTY), (CANCELED, NOT_RECEIVED), (FRAUD, TWICE), (TWICE, NOT_RECEIVED)]
Claims = Sequence[tuple[DisputedClaim, int]]


def the_one(objects: list[StripeObject], kind: str) -> StripeObject:
    return next(thing for thing in objects if thing["object"] == kind)


def second(objects: list[StripeObject], first: StripeObject, claim: DisputedClaim, amount: int, n: int) -> StripeObject:
    """Another dispute of the payment of a first."""
    other = deepcopy(first) | {"id": f"{first['id']}n{n}", "amount": amount, "reason": claim.reason}
    other["status"], other["balance_transactions"] = claim.status, []
    other["payment_method_details"]["card"]["network_reason_code"] = claim.code
    objects.append(other)
    return other


async def claimed(stage: Stage, *claims: tuple[DisputedClaim, int]) -> list[str]:
    """Let one payment be disputed several times at once; gives the ids."""

    def build(now: datetime, tag: str) -> list[StripeObject]:
        story = Story(now, tag)
        (claim, amount), *more = claims
        first = story.dispute(story.pay(SHELF), claim, amount=amount)
        for n, (other, part) in enumerate(more):
            second(story.objects, first, other, part, n)
        return story.objects

    return [thing["id"] for thing in await stage.tell(build) if thing["object"] == "dispute"]


async def claim_again(stage: Stage, first: str, claim: DisputedClaim, amount: int, *, name: int = 9) -> str:
    """Let a payment be disputed once more, later."""
    raw = await at.read(stage, first)
    raw["evidence"] = raw["evidence"] | {"uncategorized_text": None}
    other = second([], raw, claim, amount, name)
    other["status"] = "needs_response"
    (await stage.simulator.post("/_sim/objects", json={"objects": [other]})).raise_for_status()
    found: str = other["id"]
    return found


def siblings(record: CaseRecord) -> set[str]:
    assert record.case
    return {sibling.id for sibling in record.case.siblings}


@pytest.mark.parametrize("rules", ["default", "autopilot"])
@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda claim: claim.reason)
async def test_two_claims_that_contradict_each_other_wait(
    stage: Stage, one: DisputedClaim, other: DisputedClaim, rules: str
):
    ids = await claimed(stage, (one, PAID // 2), (other, PAID // 2))
    ruled = stage.under(policy=policy.load(rules))
    first, last = [await ruled.drive(dispute_id) for dispute_id in ids]
    assert (first.state, last.state) == ("waiting", "waiting")
    assert (siblings(first), siblings(last)) == ({ids[1]}, {ids[0]})
    assert ids[1] in at.told(first)
    assert ids[0] in at.told(last)
    assert await at.calls(stage, first) == await at.calls(stage, last) == (0, 0)


async def test_the_api_and_the_inbox_name_the_other_claim(stage: Stage):
    ids = await claimed(stage, (NOT_RECEIVED, 4_000), (FAULTY, 5_600))
    waiting = await stage.drive(ids[0])
    async with at.front_door(stage) as client:
        case = (await client.get(f"/disputes/{ids[0]}")).json()
    assert [(row["id"], row["reason"], row["amount"]) for row in case["siblings"]] == [
        (ids[1], "product_unacceptable", 5_600)
    ]
    assert ids[1] in (await at.question(stage, waiting))["description"]


@pytest.mark.parametrize("rules", ["default", "autopilot"])
async def test_claims_that_exceed_what_was_captured_wait(stage: Stage, rules: str):
    ids = await claimed(stage, (FRAUD, PAID), (FRAUD, 1))
    ruled = stage.under(policy=policy.load(rules))
    for dispute_id in ids:
        waiting = await ruled.drive(dispute_id)
        assert (waiting.state, await at.calls(stage, waiting)) == ("waiting", (0, 0))
        assert "96.01" in at.told(waiting)


async def test_a_control_that_one_claim_alone_is_filed(stage: Stage):
    (only,) = await claimed(stage, (NOT_RECEIVED, PAID))
    filed = await stage.drive(only)
    assert (filed.state, siblings(filed)) == ("filed", set())


async def test_a_second_claim_makes_the_first_a_new_version_that_is_shown(stage: Stage):
    (first,) = await claimed(stage, (FRAUD, 5_000))
    waiting = await stage.drive(first)
    late = await claim_again(stage, first, FAULTY, 4_600)
    await stage.drive(late)
    again = await stage.drive(first)
    assert (again.state, again.version > waiting.version, siblings(again)) == ("waiting", True, {late})
    assert (await at.post_verdict(stage, waiting, decision="approve")).status_code == 409
    assert (await stage.drive(first)).version == again.version


async def test_a_second_claim_wakes_the_first_by_an_event(stage: Stage):
    (first,) = await claimed(stage, (FRAUD, 5_000))
    await stage.drive(first)
    assert not await stage.deps.events.is_pending(first)
    await stage.drive(await claim_again(stage, first, FAULTY, 4_600))
    assert await stage.deps.events.is_pending(first)


async def test_a_second_claim_after_the_first_was_filed_is_shown_and_sends_nothing(stage: Stage):
    (first,) = await claimed(stage, (NOT_RECEIVED, PAID))
    filed = await stage.drive(first)
    late = await claim_again(stage, first, FAULTY, 3_000)
    waiting = await stage.drive(late)
    assert (waiting.state, siblings(waiting)) == ("waiting", {first})
    shown = await stage.drive(first)
    assert (shown.state, siblings(shown)) == ("filed", {late})
    assert await at.calls(stage, filed) == (1, 0)


async def test_a_second_claim_between_approval_and_filing_stops_it(stage: Stage):
    (first,) = await claimed(stage, (FRAUD, 5_000))
    waiting = await stage.drive(first)
    late = await claim_again(stage, first, FAULTY, 4_600)
    asked = await stage.decide(waiting, "approve")
    assert (asked.state, siblings(asked), await at.calls(stage, asked)) == ("waiting", {late}, (0, 0))


@pytest.mark.parametrize("call", ["upload", "stage"])
async def test_a_second_claim_while_the_first_is_being_filed_stops_it(stage: Stage, call: str):
    (first,) = await claimed(stage, (NOT_RECEIVED, PAID))

    async def happens() -> None:
        await claim_again(stage, first, FAULTY, 4_600)

    rested = await stage.under(stripe=at.Between(stage.deps.stripe, call, happens)).drive(first)
    assert (rested.state, await at.calls(stage, rested)) == ("waiting", (0, 0))


async def test_a_won_sibling_holds_nothing_back(stage: Stage):
    ids = await claimed(stage, (NOT_RECEIVED, PAID), (FAULTY, PAID))
    await stage.set(ids[1], status="won")
    filed = await stage.drive(ids[0])
    assert (filed.state, siblings(filed)) == ("filed", {ids[1]})


async def test_a_lost_sibling_still_counts_against_what_was_captured(stage: Stage):
    ids = await claimed(stage, (NOT_RECEIVED, PAID), (NOT_RECEIVED, PAID))
    await stage.set(ids[1], status="lost")
    waiting = await stage.drive(ids[0])
    assert (waiting.state, await at.calls(stage, waiting)) == ("waiting", (0, 0))


async def test_a_sibling_that_was_won_meanwhile_is_shown_as_won(stage: Stage):
    ids = await claimed(stage, (FRAUD, 3_000), (FRAUD, 3_000))
    waiting, _ = await stage.drive(ids[0]), await stage.drive(ids[1])
    await stage.set(ids[1], status="won")
    again = await stage.drive(ids[0])
    assert again.version > waiting.version
    assert again.case
    assert [sibling.status for sibling in again.case.siblings] == ["won"]


async def one_item_of_two(stage: Stage, part: int) -> CaseRecord:
    """A payment of two items in one delivered parcel, of which a part is said to be missing."""

    def build(now: datetime, tag: str) -> list[StripeObject]:
        story = Story(now, tag)
        paid = story.pay(SHELF)
        line = the_one(story.objects, "checkout.session")["line_items"]["data"]
        (whole,) = line
        line[:] = [
            whole | {"id": f"{whole['id']}{n}", "description": name, "amount_subtotal": cost, "amount_total": cost}
            for n, (name, cost) in enumerate([("Pine wall shelf", 7_700), ("Box of brackets", 1_900)])
        ]
        story.dispute(paid, NOT_RECEIVED, amount=part)
        return story.objects

    return await stage.drive(the_one(await stage.tell(build), "dispute")["id"])


@pytest.mark.parametrize("part", [1_900, 7_700, 1_901, 1, PAID - 1])
@pytest.mark.parametrize("rules", ["default", "autopilot"])
async def test_a_claim_on_a_part_waits_since_nothing_says_which_came(stage: Stage, part: int, rules: str):
    waiting = await one_item_of_two(stage.under(policy=policy.load(rules)), part)
    assert (waiting.state, await at.calls(stage, waiting)) == ("waiting", (0, 0))


async def test_a_claim_on_the_whole_of_it_is_filed(stage: Stage):
    assert (await one_item_of_two(stage, PAID)).state == "filed"


@pytest.mark.parametrize("count", [12, 101])
async def test_every_one_of_many_is_known(stage: Stage, count: int):
    ids = await claimed(stage, *[(FRAUD, 10)] * count)
    case = await stage.drive(ids[-1])
    assert siblings(case) == set(ids[:-1])


async def test_a_dispute_of_another_payment_of_the_customer_is_none(stage: Stage):
    def build(now: datetime, tag: str) -> list[StripeObject]:
        story = Story(now, tag)
        story.dispute(story.pay(SoldOrder(amount=1_200, name="early", product="Hook", delivered=True)), FAULTY)
        story.dispute(story.pay(SHELF), NOT_RECEIVED)
        return story.objects

    objects: list[Any] = await stage.tell(build)
    ids = [thing["id"] for thing in objects if thing["object"] == "dispute"]
    for dispute_id in ids:
        assert siblings(await stage.drive(dispute_id)) == set()
