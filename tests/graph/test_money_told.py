"""What a letter says of the money is what happened to it, played through real runs."""

from datetime import datetime, timedelta

import pytest

from disputes.evidence import render
from disputes.repositories.cases import CaseRecord
from simulator.objects import StripeObject
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder
from simulator.worlds.story import Story
from tests.conftest import Stage

FRAUD, NO_CREDIT = DisputedClaim("fraudulent", "10.4"), DisputedClaim("credit_not_processed", "13.6")
STOOL = SoldOrder(amount=10_000, captured=7_000, product="Beech stool", delivered=True)


def letter(record: CaseRecord) -> str:
    assert record.case
    assert record.case.rebuttal
    return "\n".join(claim.text for claim in record.case.rebuttal.claims)


def told(record: CaseRecord, kind: str) -> list[str]:
    """The facts of a kind, or of those that begin with it, that the letter cites."""
    assert record.case
    assert record.case.rebuttal
    return [fact for claim in record.case.rebuttal.claims for fact in claim.facts if fact.startswith(kind)]


def missing_credit(now: datetime, tag: str) -> list[StripeObject]:
    story = Story(now, tag)
    story.dispute(story.pay(STOOL), NO_CREDIT, amount=3_000)
    return story.objects


def an_earlier_part(now: datetime, tag: str) -> list[StripeObject]:
    story = Story(now, tag)
    early = SoldOrder(
        amount=10_000, captured=7_000, name="early", product="Stool", delivered=True, ago=timedelta(days=90)
    )
    story.pay(early)
    story.dispute(story.pay(SoldOrder(amount=2_400, product="Lamp", delivered=True)), FRAUD)
    return story.objects


async def test_a_payment_captured_in_part_was_refunded_nothing(stage: Stage):
    filed = await stage.play("captured_in_part")
    assert filed.state == "filed"
    assert "70.00 USD" in letter(filed)
    assert not told(filed, "refund")


async def test_what_was_released_answers_no_claim_to_a_refund(stage: Stage):
    (dispute,) = [each for each in await stage.tell(missing_credit) if each["object"] == "dispute"]
    waiting = await stage.drive(dispute["id"])
    assert waiting.state == "waiting"
    assert not told(waiting, "refund")


async def test_an_earlier_payment_captured_in_part_is_undisputed_and_counts_as_captured(stage: Stage):
    (dispute,) = [each for each in await stage.tell(an_earlier_part) if each["object"] == "dispute"]
    waiting = await stage.drive(dispute["id"])
    assert waiting.case
    assert [render(fact) for fact in waiting.case.evidence.of("total_paid")] == ["94.00 USD"]
    assert told(waiting, "prior_payments")
    assert [fact.value for fact in waiting.case.evidence.of("prior_payments")] == [1]


@pytest.mark.parametrize("words", ["35.00 EUR", "38.00 USD"])
async def test_both_currencies_of_a_payment_are_named(stage: Stage, words: str):
    assert words in letter(await stage.play("presented_in_euros"))


async def test_a_refund_that_failed_is_announced_by_nobody(stage: Stage):
    waiting = await stage.play("refund_failed")
    assert waiting.state == "waiting"
    assert not told(waiting, "refund")
    assert waiting.case
    assert [fact.kind for fact in waiting.case.evidence.adverse] == ["refund_failed"]
