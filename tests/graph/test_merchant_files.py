"""Files that a merchant lays beside an order reach the bank in the exhibit of their field, and nothing else does."""

import hashlib
from pathlib import Path

import httpx
import pytest

from api.app import create
from disputes.packet.preflight import MAX_BYTES
from disputes.repositories.cases import CaseRecord
from tests.conftest import TOKEN, Stage
from tests.tools.attachments.merchant_files import a_pdf, a_photo, changed, texts, with_launch
from tools import storage
from tools.pdf.renderer import PdfRenderer
from tools.sources.files.folder import FolderFiles
from tools.sources.files.source import FilesSource


def beside(stage: Stage, folder: Path) -> Stage:
    """The stage with a folder of the merchant's."""
    kept = storage.in_folder(folder / "kept")
    more = (*stage.deps.sources, FilesSource(FolderFiles(folder / "mine"), kept))
    return stage.under(storage=kept, renderer=PdfRenderer(kept), sources=more)


def put(folder: Path, path: str, data: bytes) -> None:
    (folder / "mine" / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / "mine" / path).write_bytes(data)


async def filed(stage: Stage, record: CaseRecord, field: str) -> bytes:
    """What Stripe holds for a field."""
    held = await stage.deps.stripe.dispute(record.dispute_id)
    return (await stage.simulator.get(f"/_sim/files/{held.evidence[field]}")).raise_for_status().content


async def test_a_contract_is_filed_behind_the_facts_of_its_field(stage: Stage, tmp_path: Path):
    dispute_id, _ = await stage.happen("not_received_delivered")
    put(tmp_path, f"{dispute_id}/shipping_documentation/handover.pdf", a_pdf("Signed at the door"))
    put(tmp_path, f"{dispute_id}/customer_signature/scan.jpg", a_photo())
    ours = beside(stage, tmp_path)
    record = await ours.drive(dispute_id)
    assert record.state == "filed"
    facts, paper = texts(await filed(stage, record, "shipping_documentation"))
    assert "Timeline" in facts
    assert "Signed at the door" in paper
    assert record.case
    assert record.case.packet
    assert "Customer signature" in record.case.packet.fields["uncategorized_text"]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app := create(NotImplemented, now=stage.deps.now))
    ) as web:
        app.state.deps = ours.deps
        for file, sheet in zip(record.case.packet.files, record.case.packet.sheets, strict=True):
            url = f"http://rebut/disputes/{dispute_id}/exhibits/{sheet.mark[-1]}"
            shown = await web.get(url, headers={"Authorization": f"Bearer {TOKEN}-viewer"})
            assert shown.content == await filed(stage, record, file.field)


async def test_photos_lose_quality_until_the_packet_fits(stage: Stage, tmp_path: Path):
    dispute_id, _ = await stage.happen("not_received_delivered")
    photos = [a_photo((2_000, 1_500)) for _ in range(4)]
    assert sum(map(len, photos)) > MAX_BYTES
    for number, photo in enumerate(photos):
        put(tmp_path, f"{dispute_id}/shipping_documentation/{number}.jpg", photo)
    record = await beside(stage, tmp_path).drive(dispute_id)
    assert record.state == "filed"
    assert record.case
    assert record.case.packet
    assert sum(file.bytes for file in record.case.packet.files) <= MAX_BYTES
    assert {sheet.compression for sheet in record.case.packet.sheets if sheet.attachments} <= {1, 2, 3}
    assert not record.case.packet.left_out
    data = await filed(stage, record, "shipping_documentation")
    assert len(texts(data)) == 5
    assert hashlib.sha256(data).hexdigest() in {file.sha256 for file in record.case.packet.files}


@pytest.mark.parametrize("name", ["run.pdf", "film.mp4"])
async def test_a_file_that_cannot_be_used_is_told_and_the_rest_is_filed(stage: Stage, tmp_path: Path, name: str):
    dispute_id, _ = await stage.happen("not_received_delivered")
    data = changed(a_pdf(), with_launch) if name == "run.pdf" else bytes(range(256)) * 40
    put(tmp_path, f"{dispute_id}/shipping_documentation/{name}", data)
    record = await beside(stage, tmp_path).drive(dispute_id)
    assert record.state == "filed"
    assert record.case
    assert record.case.evidence.attachments == ()
    assert any(gap.why.startswith(name) for gap in record.case.evidence.gaps)
    assert len(texts(await filed(stage, record, "shipping_documentation"))) == 1
