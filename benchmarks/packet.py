"""How long it takes to lay out a packet of ten pages: exhibits with a PDF and photos of the merchant's.

Each packet is another dispute's, so that caches help no more than they would help a real case. The files were put
into the storage before, as they are when evidence is gathered.
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
from benchmarks.table import compare_to_bar, log_progress, median, percentile, show
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
from tools.sources.files.folder import FolderFiles
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
    """Return the evidence of one sale; each has its own order number and times."""
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
    messages = [_a_message(start, at) for at in range(14)]
    return Evidence(facts=(*texts, *times, paid, order, used, *messages))


def _a_message(start: datetime, at: int) -> Fact:
    kind = "customer_message" if at % 2 else "merchant_message"
    message = build_fact(kind, SENTENCE * 4, "benchmark", ref=str(at))
    return message.model_copy(update={"at": start + timedelta(hours=at)})


def fill(folder: Path) -> None:
    """Write a contract of two pages and two photos into the merchant's folder."""
    field = folder / "ch_1" / "service_documentation"
    field.mkdir(parents=True)
    source = '#set page(paper: "us-letter")\n= Terms of sale\n#lorem(400)\n#pagebreak()\n#lorem(300)'
    built = typst.compile(source.encode(), format="pdf", timestamp=0)
    if isinstance(built, bytes):
        (field / "1 contract.pdf").write_bytes(built)
    for number in range(2, 4):
        noise = Image.effect_noise((1_600, 1_200), 40).convert("RGB")
        noise.save(field / f"{number} photo.jpg", "JPEG", quality=60)


@dataclass(frozen=True)
class PacketTiming:
    """The time one packet took, elapsed and of the processor, in milliseconds, and the packet."""

    elapsed: float
    processor: float
    packet: Packet


async def measure(deps: Deps, attached: Evidence, rounds: int) -> list[PacketTiming]:
    """Lay out and check packets one after the other; raise `RuntimeError` when a check fails."""
    numbers, book, measured = count(1), load_playbooks().of("product_not_received"), []
    for _ in range(rounds):
        number = next(numbers)
        dispute, facts = _dispute(number), evidence(number).plus(attached)
        letter = Rebuttal(claims=(Claim(text=SENTENCE, facts=("delivered_at",)),))
        began, processor = time.perf_counter(), time.process_time()
        built = await rendering.lay_out(deps, dispute, packet.build(dispute, facts, letter, book))
        problems = preflight.check(built, dispute)
        elapsed, processor = time.perf_counter() - began, time.process_time() - processor
        measured.append(PacketTiming(elapsed * 1_000, processor * 1_000, built))
        if problems:
            raise RuntimeError(" ".join(problems))
    return measured


def _dispute(number: int) -> Dispute:
    plain = {"id": f"du_bench{number}", "status": "needs_response", "reason": "product_not_received"}
    times = {"created": DAY, "due_by": DAY + timedelta(days=9)}
    return Dispute.model_validate({**plain, **times, "amount": 18_700, "currency": "usd"})


def table(rounds: list[list[PacketTiming]]) -> Iterator[tuple[str, ...]]:
    """Yield the row: medians over the rounds."""
    built = rounds[0][0].packet
    pages, size = sum(file.pages for file in built.files), sum(file.bytes for file in built.files)
    p50, p95 = (
        median(percentile((timing.elapsed for timing in measured), part) for measured in rounds) for part in (0.5, 0.95)
    )
    processor = median(median(timing.processor for timing in measured) for measured in rounds)
    name = f"{pages} pages in {len(built.files)} exhibits"
    yield (
        name,
        f"{p50:.0f}",
        f"{p95:.0f} {compare_to_bar(p95, BAR, higher_is_better=False)}",
        f"{processor:.0f}",
        f"{size / 1_000_000:.1f}",
    )


async def _run(rounds: int, packets: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rebut-packet-") as home:
        attachments = storage.in_folder(Path(home, "kept"))
        await asyncio.to_thread(fill, Path(home, "mine"))
        deps = replace(saver_case.deps(), renderer=PdfRenderer(attachments), storage=attachments)
        charge_fact = Evidence(facts=(build_fact("charge_id", "ch_1", "benchmark"),))
        attached = await FilesSource(FolderFiles(Path(home, "mine")), attachments).gather(_dispute(0), charge_fact)
        await measure(deps, attached, 5)
        measured = []
        for number in range(rounds):
            measured.append(await measure(deps, attached, packets))
            p95 = percentile((timing.elapsed for timing in measured[-1]), 0.95)
            log_progress(f"round {number + 1} of {rounds}: p95 {p95:.0f} ms")
    pages = sum(file.pages for file in measured[0][0].packet.files)
    if pages != PAGES:
        raise RuntimeError(f"The packet has {pages} pages and should have {PAGES}.")
    note = f"One after the other, after 5 that are not counted; median of {rounds} rounds of {packets}."
    columns = ("packet", "p50 ms", "p95 ms", "of it processor, p50 ms", "MB")
    show("Laying out, keeping and checking a packet", columns, table(measured), note)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.packet", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packets", type=int, default=40, help="in each round")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    options = parser.parse_args()
    rounds, packets = (1, 3) if options.quick else (options.rounds, options.packets)
    asyncio.run(_run(rounds, packets))


if __name__ == "__main__":
    main()
