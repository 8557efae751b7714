"""Exhibits are served as the bank gets them, to people with a token."""

import hashlib
from contextlib import asynccontextmanager
from dataclasses import replace

import pypdf
import pytest

from disputes.case import Packet, PacketFile, Sheet
from disputes.errors import TryAgain
from graph import rendering
from tests.api.builders import REVIEWER, VIEWER, a_case, a_record, bearer
from tests.api.conftest import open_client
from tools import storage
from tools.pdf.renderer import PdfRenderer

SHEETS = (
    Sheet(field="receipt", title="Receipt", mark="Exhibit A", rows=(("Order number", "A-1042"),), layout="receipt"),
    Sheet(field="refund_policy", title="Refund “policy”", mark="Exhibit C", rows=(("Terms accepted", "yes"),)),
)


@pytest.fixture
def deps_with_storage(deps, tmp_path):
    return replace(deps, renderer=PdfRenderer(), storage=storage.in_folder(tmp_path / "files"))


@pytest.fixture
async def client(deps_with_storage):
    @asynccontextmanager
    async def opener():
        yield deps_with_storage

    async with open_client(opener) as client:
        yield client


async def filed(deps, *, stored=True):
    case = a_case()
    printed = await rendering.print_all(deps, Packet(sheets=SHEETS))
    if stored:
        printed = await rendering.keep(deps, case.dispute, printed)
    packet = rendering.measure(Packet(sheets=SHEETS), printed)
    await deps.cases.save(a_record(case=case.model_copy(update={"packet": packet})))
    return packet


async def test_lists_each_exhibit_with_its_letter_pages_bytes_and_hash(client, deps_with_storage):
    packet = await filed(deps_with_storage)
    answer = await client.get("/disputes/du_1/exhibits", headers=bearer(VIEWER))
    assert answer.status_code == 200
    assert answer.json()["exhibits"] == [
        {
            "mark": mark,
            "title": sheet.title,
            "field": file.field,
            "name": file.name,
            "pages": 1,
            "bytes": file.bytes,
            "sha256": file.sha256,
        }
        for mark, sheet, file in zip("AC", SHEETS, packet.files, strict=True)
    ]


@pytest.mark.parametrize("stored", [True, False])
async def test_gives_the_pdf_to_save_and_not_to_cache(client, deps_with_storage, stored):
    packet = await filed(deps_with_storage, stored=stored)
    answer = await client.get("/disputes/du_1/exhibits/C", headers=bearer(REVIEWER))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == packet.files[1].sha256
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="du_1-exhibit-c-refund-policy-.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_text_of_the_pdf_is_that_of_its_sheet(client, deps_with_storage, tmp_path):
    await filed(deps_with_storage)
    answer = await client.get("/disputes/du_1/exhibits/A", headers=bearer(VIEWER))
    (tmp_path / "a.pdf").write_bytes(answer.content)
    with pypdf.PdfReader(tmp_path / "a.pdf") as reader:
        assert "A-1042" in reader.pages[0].extract_text()


@pytest.mark.parametrize("path", ["", "/A"])
async def test_nobody_sees_an_exhibit_without_a_token(client, deps_with_storage, path):
    await filed(deps_with_storage)
    for headers in (None, bearer("guessed")):
        assert (await client.get(f"/disputes/du_1/exhibits{path}", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"), [("du_1/exhibits/B", 404), ("du_2/exhibits/A", 404), ("du_2/exhibits", 404)]
)
async def test_what_is_not_there_is_not_found(client, deps_with_storage, path, status):
    await filed(deps_with_storage)
    assert (await client.get(f"/disputes/{path}", headers=bearer(VIEWER))).status_code == status


@pytest.mark.parametrize("mark", ["a", "AB", "1", "%2e%2e", "A%2f.."])
async def test_a_mark_is_one_letter(client, deps_with_storage, mark):
    await filed(deps_with_storage)
    answer = await client.get(f"/disputes/du_1/exhibits/{mark}", headers=bearer(VIEWER))
    assert answer.status_code in {404, 422}


async def test_a_case_without_a_packet_has_no_exhibits(client, deps_with_storage):
    await deps_with_storage.cases.save(a_record(case=a_case().model_copy(update={"packet": None})))
    answer = await client.get("/disputes/du_1/exhibits", headers=bearer(VIEWER))
    assert answer.json() == {"exhibits": []}


async def test_another_rendering_than_the_bank_got_is_never_passed_off_as_it(client, deps_with_storage):
    packet = await filed(deps_with_storage, stored=False)
    older = packet.files[0].model_copy(update={"sha256": "0" * 64})
    case = a_case().model_copy(update={"packet": packet.model_copy(update={"files": (older,)})})
    await deps_with_storage.cases.save(a_record(case=case))
    answer = await client.get("/disputes/du_1/exhibits/A", headers=bearer(VIEWER))
    assert answer.status_code == 409
    assert "printed otherwise" in answer.json()["error"]


async def test_a_name_that_is_not_ours_reads_nothing(client, deps_with_storage, tmp_path):
    (tmp_path / "secret").write_text("secret")
    lying = PacketFile(field="receipt", name="r.pdf", key="../secret")
    case = a_case().model_copy(update={"packet": Packet(sheets=SHEETS, files=(lying,))})
    await deps_with_storage.cases.save(a_record(case=case))
    answer = await client.get("/disputes/du_1/exhibits/A", headers=bearer(VIEWER))
    assert answer.status_code == 409
    assert b"secret" not in answer.content


class AwayStorage:
    """A storage that does not answer."""

    async def keep(self, dispute_id, data):
        raise TryAgain("away")

    async def read(self, name):
        raise TryAgain("away")


async def test_a_storage_that_is_away_is_asked_again_later(deps_with_storage):
    await filed(deps_with_storage)

    @asynccontextmanager
    async def opener():
        yield replace(deps_with_storage, storage=AwayStorage())

    async with open_client(opener) as client:
        answer = await client.get("/disputes/du_1/exhibits/A", headers=bearer(VIEWER))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
