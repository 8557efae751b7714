"""The merchant's own files in a folder."""

import pytest

from disputes.errors import Invalid
from disputes.evidence import Evidence, build_fact
from tests.builders import a_dispute
from tests.tools.attachments.merchant_files import a_pdf, a_picture, changed, with_script
from tools import storage
from tools.sources import catalog
from tools.sources.files import source as files

ORDER = Evidence(facts=(build_fact("order_id", "A-1042", "test"), build_fact("charge_id", "ch_1", "test")))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


@pytest.fixture
def stored(tmp_path):
    return storage.in_folder(tmp_path / "stored")


@pytest.fixture
def source(folder, stored):
    return files.open_source({"folder": str(folder)}, storage=stored)


def write(folder, path, data):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def reasons(evidence):
    return [gap.why for gap in evidence.gaps]


@pytest.mark.parametrize("key", ["A-1042", "ch_1", "du_1"])
async def test_files_are_found_by_order_payment_or_dispute(source, folder, stored, key):
    write(folder, f"{key}/service_documentation/contract.pdf", a_pdf("one", "two"))
    evidence = await source.gather(a_dispute(), ORDER)
    (attachment,) = evidence.attachments
    assert (attachment.field, attachment.name, attachment.pages) == ("service_documentation", "contract.pdf", 2)
    assert attachment.source == f"files:{key}/service_documentation/contract.pdf"
    assert await stored.read(attachment.key) == a_pdf("one", "two")
    assert evidence.gaps == ()


async def test_files_of_a_field_come_in_the_order_of_their_names(source, folder):
    for name in ("2 second.txt", "1 first.txt", "10 last.txt"):
        write(folder, f"A-1042/receipt/{name}", name.encode())
    write(folder, "A-1042/receipt/.DS_Store", b"junk")
    names = [attachment.name for attachment in (await source.gather(a_dispute(), ORDER)).attachments]
    assert names == ["1 first.txt", "2 second.txt", "10 last.txt"]


async def test_gathering_twice_stores_a_file_once(source, folder):
    write(folder, "A-1042/receipt/scan.png", a_picture())
    first, second = [await source.gather(a_dispute(), ORDER) for _ in range(2)]
    assert first == second


async def test_files_that_cannot_be_used_are_gaps_beside_the_others(source, folder):
    write(folder, "A-1042/receipt/good.png", a_picture())
    write(folder, "A-1042/receipt/evil.pdf", changed(a_pdf(), with_script))
    write(folder, "A-1042/receipt/film.mp4", bytes(range(256)) * 20)
    evidence = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in evidence.attachments] == ["good.png"]
    assert len(evidence.gaps) == 2
    assert reasons(evidence)[0].startswith("evil.pdf carries JavaScript")
    assert reasons(evidence)[1].startswith("film.mp4 is none of PDF")


async def test_a_folder_that_is_no_field_is_a_gap(source, folder):
    write(folder, "A-1042/reciept/scan.png", a_picture())
    (why,) = reasons(await source.gather(a_dispute(), ORDER))
    assert why.startswith("A-1042/reciept is named for no file field of Stripe's; cancellation_policy,")


async def test_no_folder_is_no_gap(source):
    assert await source.gather(a_dispute(), ORDER) == Evidence()


@pytest.mark.parametrize("order", ["..", "../secret", "/etc", ".", "a/b", ".git", "x\0y"])
async def test_an_order_number_never_leads_out_of_the_folder(source, folder, order):
    write(folder.parent, "secret/receipt/scan.png", a_picture())
    write(folder, ".git/receipt/scan.png", a_picture())
    write(folder, "a/b/receipt/scan.png", a_picture())
    write(folder, "receipt/scan.png", a_picture())
    evidence = await source.gather(a_dispute(), Evidence(facts=(build_fact("order_id", order, "test"),)))
    assert evidence.attachments == ()


async def test_a_link_never_leads_out_of_the_folder(source, folder):
    write(folder.parent, "secret/receipt/scan.png", a_picture())
    (folder / "A-1042").symlink_to(folder.parent / "secret")
    write(folder, "ch_1/receipt/good.png", a_picture())
    (folder / "ch_1/receipt/linked.png").symlink_to(folder.parent / "secret/receipt/scan.png")
    evidence = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in evidence.attachments] == ["good.png"]


async def test_more_files_than_the_limit_are_a_gap(source, folder):
    for number in range(files.MAX_FILES + 1):
        write(folder, f"A-1042/receipt/{number:02}.txt", f"page {number}".encode())
    evidence = await source.gather(a_dispute(), ORDER)
    assert len(evidence.attachments) == files.MAX_FILES
    assert reasons(evidence) == ["A-1042/receipt has 21 files, of which 20 are used."]


def test_a_folder_that_is_not_there_stops_the_start(stored):
    with pytest.raises(Invalid, match=r"SOURCES__FILES__FOLDER is wrong: there is no such folder"):
        files.open_source({"folder": "/nowhere/at/all"}, storage=stored)


def test_it_is_in_the_catalog():
    assert catalog.offers()["files"].setting("folder") == "SOURCES__FILES__FOLDER"
