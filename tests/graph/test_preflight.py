"""A packet over a limit never reaches Stripe, and one that Stripe finds too long is made shorter once."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from disputes.case import Sheet
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests.conftest import Stage


@dataclass
class Thick:
    """A printer whose exhibits have more pages than they show, from the given print on."""

    inner: Any
    pages_each: dict[str, int]
    spared: int = 0
    printed: int = 0
    fields: dict[bytes, str] = field(default_factory=dict)

    async def render(self, sheet: Sheet) -> Any:
        self.printed += 1
        data = await self.inner.render(sheet)
        self.fields[data] = sheet.field
        return data

    async def unreadable(self, sheet: Sheet) -> Any:
        return await self.inner.unreadable(sheet)

    def pages(self, data: bytes) -> Any:
        more = self.pages_each.get(self.fields[data]) if self.printed > self.spared else None
        return more or self.inner.pages(data)


@dataclass
class Spoiling:
    """A Stripe that shows something else than what it was given, once it has it."""

    inner: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def stage(self, dispute: Any, packet: Any, *, key: str) -> Any:
        held = await self.inner.stage(dispute, packet, key=key)
        return held.model_copy(update={"evidence": {**held.evidence, LETTER: "changed"}})


def thick(stage: Stage, *, spared: int = 0, **pages: int) -> Stage:
    return stage.under(renderer=Thick(stage.deps.renderer, pages, spared))


def fields(record: CaseRecord) -> set[str]:
    assert record.case
    assert record.case.packet
    return {file.field for file in record.case.packet.files}


def letter(record: CaseRecord) -> str:
    assert record.case
    assert record.case.packet
    return record.case.packet.fields[LETTER]


def reasons(record: CaseRecord) -> str:
    assert record.case
    assert record.case.route
    return " ".join(record.case.route.reasons)


async def test_a_packet_over_the_page_limit_loses_its_least_worthy_exhibit_and_is_filed(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    record = await thick(stage, receipt=60).drive(dispute_id)
    assert record.state == "filed"
    assert fields(record) == {"shipping_documentation"}
    assert ": Receipt" not in letter(record)
    assert "Left out to fit: Exhibit B, Receipt (60 pages" in reasons(record)
    held = await stage.deps.stripe.dispute(dispute_id)
    assert "receipt" not in held.evidence
    assert held.evidence[LETTER] == letter(record)


async def test_a_packet_too_big_with_what_is_required_alone_waits_for_a_person(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    record = await thick(stage, shipping_documentation=60).drive(dispute_id)
    assert record.state == "waiting"
    assert "The packet comes to 61 pages and may have 49." in reasons(record)
    refused = await thick(stage, shipping_documentation=60).decide(record, "approve")
    assert refused.state == "waiting"
    assert (await stage.counts(dispute_id)).get("stagings", 0) == 0


async def test_a_packet_that_grew_while_it_slept_is_not_staged(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    record = await thick(stage, spared=2, shipping_documentation=60).drive(dispute_id)
    assert record.state == "waiting"
    assert "The packet cannot be filed as it is: The packet comes to" in reasons(record)
    assert (await stage.counts(dispute_id)).get("stagings", 0) == 0


async def test_a_packet_stripe_finds_too_long_is_made_shorter_and_filed(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await stage.fault("POST", f"/v1/disputes/{dispute_id}", "page_limit")
    record = await stage.drive(dispute_id)
    assert record.state == "filed"
    assert fields(record) == {"shipping_documentation"}
    held = await stage.deps.stripe.dispute(dispute_id)
    assert "receipt" not in held.evidence
    assert held.evidence[LETTER] == letter(record)
    assert any("Left out to fit: Exhibit B, Receipt" in turn.note for turn in record.history if turn.step == "stage")
    assert (await stage.counts(dispute_id))["submissions"] == 1


async def test_an_exhibit_staged_earlier_goes_from_stripe_when_it_is_left_out_later(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    spoiled = stage.under(stripe=Spoiling(stage.deps.stripe))
    waiting = await spoiled.drive(dispute_id)
    assert "receipt" in (await stage.deps.stripe.dispute(dispute_id)).evidence
    await stage.fault("POST", f"/v1/disputes/{dispute_id}", "page_limit")
    filed = await stage.decide(waiting, "approve")
    assert (filed.state, fields(filed)) == ("filed", {"shipping_documentation"})
    assert "receipt" not in (await stage.deps.stripe.dispute(dispute_id)).evidence


async def test_a_packet_stripe_finds_too_long_twice_waits_for_a_person(stage: Stage):
    dispute_id, _ = await stage.happen("not_received_delivered")
    await stage.fault("POST", f"/v1/disputes/{dispute_id}", "page_limit", times=2)
    record = await stage.drive(dispute_id)
    assert record.state == "waiting"
    assert "dispute_evidence_page_limit_exceeded" in reasons(record)
    counts = await stage.counts(dispute_id)
    assert (counts.get("stagings", 0), counts.get("submissions", 0)) == (0, 0)
    again = await stage.decide(record, "approve")
    assert (again.state, fields(again)) == ("filed", {"shipping_documentation", "receipt"})


@pytest.mark.parametrize(("network", "state"), [("mastercard", "waiting"), ("visa", "filed")])
async def test_the_limit_is_the_networks(stage: Stage, network: str, state: str):
    dispute_id, _ = await stage.happen("not_received_delivered")
    card = {"type": "card", "card": {"brand": network, "network": network, "case_type": "chargeback"}}
    await stage.set(dispute_id, payment_method_details=card)
    record = await thick(stage, shipping_documentation=20).drive(dispute_id)
    assert record.state == state
