"""How long a packet of ten pages takes to be laid out: five exhibits with a PDF and photos of the merchant's.

Each packet is another dispute's, so that nothing is found in a cache that a real case would not find there. The files
were taken into the storage before, as they are when evidence is gathered.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import typst
from PIL import Image

from benchmarks.saver import case as saver_case
from benchmarks.table import middle, say, share, show, verdict
from disputes import packet
from disputes.case import Claim, Packet, Rebuttal
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, build_fact
from disputes.money import Money
from disputes.packet import preflight
from disputes.playbook.loading import load_playbooks
from graph import rendering
from graph.wiring.deps import Deps
from tools import storage
from tools.pdf.renderer import PdfRenderer
from tools.sources.files.folder import Folder
from tools.sources.files.source import FilesSource

BAR = 150.0  # milliseconds
PAGES = 10
DAY = datetime(2026, 3, 14, 9, 12, tzinfo=UTC)
SENTENCE = "The parcel was handed over at the door of the address that was given with the order. "
TEXTS = {
    "charge_id": "ch_3PqRs7TabcdefghijklmnopQ",
    "product_description": "Trekking tent for two, with footprint and repair kit",
    "line_items": "1 x Trekking tent, two persons (149.00 USD); 2 x Trail mug, enamel (19.00 USD)",
    "customer_name": "Zoe Angstrom",
    "customer_email": "zoe@example.com",
    "billing_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "shipping_name": "Zoe Angstrom",
    "shipping_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "card": "Visa ending 4242",
    "carrier": "UPS",
    "tracking_number": "1Z999AA10123456784",
    "product_type": "physical",
}


def evidence(number: int) -> Evidence:
    """Give what is on record of one sale; each has an order number and times of its own."""
    start = DAY + timedelta(minutes=number)
    texts = [build_fact(kind, value, "benchmark") for kind, value in TEXTS.items()]
    times = [
        build_fact(kind, start + timedelta(days=days), "benchmark")
        for days, kind in enumerate(("paid_at", "shipped_at", "delivered_at", "last_used_at"))
    ]
    paid = build_fact("amount_paid", Money(amount=18_700, currency="usd"), "benchmark")
    order, used = (
        build_fact("order_id", f"A-{number}", "benchmark"),
        build_fact("used_after_charge", value=True, source="b"),
    )
    said = [_said(start, at) for at in range(14)]
    return Evidence(facts=(*texts, *times, paid, order, used, *said))


def _said(start: datetime, at: int) -> Fact:
    kind = "customer_message" if at % 2 else "merchant_message"
    told = build_fact(kind, SENTENCE * 4, "benchmark", ref=str(at))
    return told.model_copy(update={"at": start + timedelta(hours=at)})


def fill(folder: Path) -> None:
    """Put a contract of two pages and two photos where the merchant would."""
    field = folder / "ch_1" / "service_documentation"
    field.mkdir(parents=True)
    source = '#set page(paper: "us-letter")\n= Terms of sale\n#lorem(400)\n#pagebreak()\n#lorem(300)'
    made = typst.compile(source.encode(), format="pdf", timestamp=0)
    if isinstance(made, bytes):
        (field / "1 contract.pdf").write_bytes(made)
    for number in range(2, 4):
        noise = Image.effect_noise((1_600, 1_200), 40).convert("RGB")
        noise.save(field / f"{number} photo.jpg", "JPEG", quality=60)


@dataclass(frozen=True)
class Measured:
    """What one packet took, in milliseconds, and the packet."""

    passed: float
    worked: float
    packet: Packet


async def measure(deps: Deps, found: Evidence, rounds: int) -> list[Measured]:
    """Lay out packets one after the other."""
    numbers, book, taken = count(1), load_playbooks().of("product_not_received"), []
    for _ in range(rounds):
        number = next(numbers)
        dispute, facts = _dispute(number), evidence(number).plus(found)
        letter = Rebuttal(claims=(Claim(text=SENTENCE, facts=("delivered_at",)),))
        began, worked = time.perf_counter(), time.process_time()
        made = await rendering.lay_out(deps, dispute, packet.build(dispute, facts, letter, book))
        problems = preflight.check(made, dispute)
        passed, worked = time.perf_counter() - began, time.process_time() - worked
        taken.append(Measured(passed * 1_000, worked * 1_000, made))
        if problems:
            raise RuntimeError(" ".join(problems))
    return taken


def _dispute(number: int) -> Dispute:
    plain = {"id": f"du_bench{number}", "status": "needs_response", "reason": "product_not_received"}
    times = {"created": DAY, "due_by": DAY + timedelta(days=9)}
    return Dispute.model_validate({**plain, **times, "amount": 18_700, "currency": "usd"})


def table(rounds: list[list[Measured]]) -> Iterator[tuple[str, ...]]:
    """Give the row: medians over the rounds of what was seen in each."""
    made = rounds[0][0].packet
    pages, size = sum(file.pages for file in made.files), sum(file.bytes for file in made.files)
    p50, p95 = (middle(share((one.passed for one in taken), part) for taken in rounds) for part in (0.5, 0.95))
    worked = middle(middle(one.worked for one in taken) for taken in rounds)
    what = f"{pages} pages in {len(made.files)} exhibits"
    yield what, f"{p50:.0f}", f"{p95:.0f} {verdict(p95, BAR, over=False)}", f"{worked:.0f}", f"{size / 1_000_000:.1f}"


async def _run(rounds: int, packets: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rebut-packet-") as home:
        kept = storage.in_folder(Path(home, "kept"))
        await asyncio.to_thread(fill, Path(home, "mine"))
        deps = replace(saver_case.deps(), renderer=PdfRenderer(kept), storage=kept)
        known = Evidence(facts=(build_fact("charge_id", "ch_1", "benchmark"),))
        found = await FilesSource(Folder(Path(home, "mine")), kept).gather(_dispute(0), known)
        await measure(deps, found, 5)
        taken = []
        for number in range(rounds):
            taken.append(await measure(deps, found, packets))
            say(f"round {number + 1} of {rounds}: p95 {share((one.passed for one in taken[-1]), 0.95):.0f} ms")
    pages = sum(file.pages for file in taken[0][0].packet.files)
    if pages != PAGES:
        raise RuntimeError(f"The packet has {pages} pages and should have {PAGES}.")
    note = f"One after the other, after 5 that are not counted; median of {rounds} rounds of {packets}."
    columns = ("packet", "p50 ms", "p95 ms", "of it processor, p50 ms", "MB")
    show("Laying out, keeping and checking a packet", columns, table(taken), note)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.packet", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packets", type=int, default=40, help="in each round")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    asked = parser.parse_args()
    rounds, packets = (1, 3) if asked.quick else (asked.rounds, asked.packets)
    asyncio.run(_run(rounds, packets))


if __name__ == "__main__":
    main()
