"""Each reason a merchant can answer, for each kind of product: the packet has all Stripe lists, and a reader opens it.

The reasons of bank debits have no packet: they are lost when they open, and no bank weighs evidence on them.
"""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import typst
from PIL import ImageChops

from disputes.case import Case, Packet
from disputes.dispute import Dispute
from disputes.packet import preflight
from disputes.playbook import PRODUCTS, Product
from disputes.playbook.loading import load_playbooks
from simulator.worlds import grid, oddities
from simulator.worlds.claims import DisputedClaim
from tests.conftest import Stage
from tests.disputes.playbook.network_codes import REASONS
from tests.graph import good_shop, pages
from tests.graph.good_shop import World
from tests.graph.required_fields import BANK_RAILS, REQUIRED, shown
from tests.tools.attachments.merchant_files import (
    a_pdf,
    a_picture,
    changed,
    with_file,
    with_form,
    with_launch,
    with_link,
    with_script,
)
from tools.attachments import file
from tools.pdf import document

OBJECTIVE = {"duplicate", "credit_not_processed", "product_not_received"}
FILED_ALONE = {*((reason, product) for reason in OBJECTIVE for product in PRODUCTS)} | {
    ("general", "physical"),
    ("product_unacceptable", "digital"),
}
"""What the default policy files without a person: objective proof, and neither fraud, a plan nor a fee."""

LOOKED_AT = {
    ("credit_not_processed", "digital"),
    ("duplicate", "physical"),
    ("fraudulent", "physical"),
    ("product_not_received", "service"),
    ("subscription_canceled", "digital"),
}
"""Between them, every layout of exhibit."""

A4_UPRIGHT = (595, 842, 0)
MARGIN = 20  # dots, of 39 that the margin is wide
INKED = 0.004, 0.2  # the share of a page that is dark: neither blank nor a blot
DARK = 128


def packet(case: Case) -> Packet:
    assert case.packet
    return case.packet


def test_the_grid_has_every_reason_there_is_but_those_of_bank_debits():
    assert set(grid.DISPUTES) | set(BANK_RAILS) == set(REASONS)
    assert not set(grid.DISPUTES) & set(BANK_RAILS)
    assert set(REQUIRED) == {(reason, product) for reason in grid.DISPUTES for product in PRODUCTS}
    assert set(grid.GOODS) == set(PRODUCTS)


@pytest.mark.parametrize(("reason", "product"), REQUIRED)
async def test_a_good_shop_files_all_that_stripe_lists(stage: Stage, tmp_path: Path, reason: str, product: Product):
    shop, record, world = await good_shop.play(stage, reason, product, folder=tmp_path)
    alone = (reason, product) in FILED_ALONE
    assert record.state == ("filed" if alone else "waiting"), record.case and record.case.route
    if not alone:
        record = await shop.decide(record, "approve", fee_acknowledged=reason == "noncompliant")
    assert (record.state, record.case is None) == ("filed", False)
    assert record.case
    assert _unproven(record.case) == []
    held = await shop.deps.stripe.dispute(record.dispute_id)
    assert {field for field in REQUIRED[reason, product] if not held.evidence.get(field)} == set()
    signed = [str(fact.value) for fact in record.case.evidence.of("delivery_signature")]
    assert (product != "service") or signed[0] in held.evidence["uncategorized_text"]
    assert preflight.check(packet(record.case), record.case.dispute) == ()
    files = await _at_stripe(stage.simulator, packet(record.case), held)
    for field, data in files.items():
        _opens(data, mark=_mark(packet(record.case), field))
        said = "".join(pages.read(data))
        wanted = [words for name in shown(field, reason, product) for words in world.says(name)]
        assert [words for words in wanted if pages.plain(words) not in said] == [], field
        if field == "customer_communication":
            _in_order(said, world)
    if (reason, product) in LOOKED_AT:
        for data in files.values():
            _looks_right(data)


@pytest.mark.parametrize("change", [with_link, with_script, with_file, with_form, with_launch])
def test_the_reader_finds_what_acts(change: Any):
    assert pages.acts(changed(a_pdf(), change))


def test_the_reader_sees_a_page_that_runs_over_its_margin_or_is_a_blot():
    blot = document.PdfDocument(title="Blot", attachments=[file.read("blot.png", a_picture(size=(2_000, 2_000)))])
    wide = typst.compile(b'#set page("a4", margin: 5mm)\nToo far left', format="pdf")
    for data in (document.draw(blot), wide):
        with pytest.raises(AssertionError):
            _looks_right(data)


@pytest.mark.parametrize(("reason", "code"), BANK_RAILS.items())
async def test_a_bank_debit_that_came_back_has_no_packet(stage: Stage, reason: str, code: str):
    claim = DisputedClaim(reason, code, status="lost")
    world = World(await stage.tell(partial(oddities.bank_return, claim=claim)))
    record = await stage.drive(world.dispute["id"])
    assert record.case
    assert (record.case.dispute.reason, record.state, record.case.packet) == (reason, "recorded", None)
    assert (await stage.counts(record.dispute_id)).get("stagings", 0) == 0


def _unproven(case: Case) -> list[str]:
    """Return what the playbook requires for this product and the evidence does not prove."""
    points = load_playbooks().of(case.dispute.reason).find_points(case.dispute, case.evidence)
    assert case.assessment
    return [point.name for point in points if point.required and point.name not in case.assessment.proven]


async def _at_stripe(simulator: httpx.AsyncClient, packet: Packet, held: Dispute) -> dict[str, bytes]:
    """Return what Stripe holds in each file field, once texts and files are those of the packet and no others."""
    filled = {field for field, value in held.evidence.items() if value}
    theirs = {"billing_address", "customer_email_address", "customer_name"}  # Stripe's own, from the payment
    assert filled - theirs == {*packet.fields, *(file.field for file in packet.files)}
    assert {field: held.evidence[field] for field in packet.fields} == packet.fields
    files = {}
    for packet_file in packet.files:
        answer = await simulator.get(f"/_sim/files/{held.evidence[packet_file.field]}")
        files[packet_file.field] = answer.raise_for_status().content
        assert hashlib.sha256(files[packet_file.field]).hexdigest() == packet_file.sha256
    return files


def _mark(packet: Packet, field: str) -> str:
    return next(sheet.mark for sheet in packet.sheets if sheet.field == field)


def _opens(data: bytes, *, mark: str) -> None:
    said = pages.read(data)
    assert said
    assert pages.sizes(data) == {A4_UPRIGHT}
    for number, page in enumerate(said, start=1):
        assert pages.plain(mark) in page
        assert f"{number}/{len(said)}" in page
    assert pages.acts(data) == set()


def _in_order(said: str, world: World) -> None:
    """The log tells messages by their times, whatever order the help desk gave them in."""
    places = [said.index(pages.plain(words)) for words in world.says("talk")]
    assert places == sorted(places)
    for at, words in zip(world.says("times"), world.says("talk"), strict=True):
        assert 0 < said.index(pages.plain(words)) - said.index(pages.plain(at)) < len(pages.plain(at)) + 20


def _looks_right(data: bytes) -> None:
    """Nothing runs off the page, and every page shows something and not too much of it."""
    for page in pages.pictures(data):
        ink = ImageChops.invert(page)
        box = ink.getbbox()
        assert box
        left, top, right, bottom = box
        assert min(left, top, page.width - right, page.height - bottom) >= MARGIN
        least, most = INKED
        assert least < sum(ink.histogram()[DARK:]) / (page.width * page.height) < most
