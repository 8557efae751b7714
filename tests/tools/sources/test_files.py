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
def kept(tmp_path):
    return storage.in_folder(tmp_path / "kept")


@pytest.fixture
def source(folder, kept):
    return files.opened({"folder": str(folder)}, storage=kept)


def put(folder, path, data):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def whys(found):
    return [gap.why for gap in found.gaps]


@pytest.mark.parametrize("key", ["A-1042", "ch_1", "du_1"])
async def test_files_are_found_by_order_payment_or_dispute(source, folder, kept, key):
    put(folder, f"{key}/service_documentation/contract.pdf", a_pdf("one", "two"))
    found = await source.gather(a_dispute(), ORDER)
    (attachment,) = found.attachments
    assert (attachment.field, attachment.name, attachment.pages) == ("service_documentation", "contract.pdf", 2)
    assert attachment.source == f"files:{key}/service_documentation/contract.pdf"
    assert await kept.read(attachment.key) == a_pdf("one", "two")
    assert found.gaps == ()


async def test_files_of_a_field_come_in_the_order_of_their_names(source, folder):
    for name in ("2 second.txt", "1 first.txt", "10 last.txt"):
        put(folder, f"A-1042/receipt/{name}", name.encode())
    put(folder, "A-1042/receipt/.DS_Store", b"junk")
    names = [attachment.name for attachment in (await source.gather(a_dispute(), ORDER)).attachments]
    assert names == ["1 first.txt", "2 second.txt", "10 last.txt"]


async def test_asking_twice_keeps_a_file_once(source, folder):
    put(folder, "A-1042/receipt/scan.png", a_picture())
    first, second = [await source.gather(a_dispute(), ORDER) for _ in range(2)]
    assert first == second


async def test_what_cannot_be_used_is_a_gap_beside_what_can(source, folder):
    put(folder, "A-1042/receipt/good.png", a_picture())
    put(folder, "A-1042/receipt/evil.pdf", changed(a_pdf(), with_script))
    put(folder, "A-1042/receipt/film.mp4", bytes(range(256)) * 20)
    found = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in found.attachments] == ["good.png"]
    assert len(found.gaps) == 2
    assert whys(found)[0].startswith("evil.pdf carries JavaScript")
    assert whys(found)[1].startswith("film.mp4 is none of PDF")


async def test_a_folder_that_is_no_field_is_told(source, folder):
    put(folder, "A-1042/reciept/scan.png", a_picture())
    (why,) = whys(await source.gather(a_dispute(), ORDER))
    assert why.startswith("A-1042/reciept is named for no file field of Stripe's; cancellation_policy,")


async def test_no_folder_is_no_gap(source):
    assert await source.gather(a_dispute(), ORDER) == Evidence()


@pytest.mark.parametrize("order", ["..", "../secret", "/etc", ".", "a/b", ".git", "x\0y"])
async def test_an_order_number_never_leads_out_of_the_folder(source, folder, order):
    put(folder.parent, "secret/receipt/scan.png", a_picture())
    put(folder, ".git/receipt/scan.png", a_picture())
    put(folder, "a/b/receipt/scan.png", a_picture())
    put(folder, "receipt/scan.png", a_picture())
    found = await source.gather(a_dispute(), Evidence(facts=(build_fact("order_id", order, "test"),)))
    assert found.attachments == ()


async def test_a_link_never_leads_out_of_the_folder(source, folder):
    put(folder.parent, "secret/receipt/scan.png", a_picture())
    (folder / "A-1042").symlink_to(folder.parent / "secret")
    put(folder, "ch_1/receipt/good.png", a_picture())
    (folder / "ch_1/receipt/linked.png").symlink_to(folder.parent / "secret/receipt/scan.png")
    found = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in found.attachments] == ["good.png"]


async def test_more_files_than_an_exhibit_takes_are_told(source, folder):
    for number in range(files.MOST + 1):
        put(folder, f"A-1042/receipt/{number:02}.txt", f"page {number}".encode())
    found = await source.gather(a_dispute(), ORDER)
    assert len(found.attachments) == files.MOST
    assert whys(found) == ["A-1042/receipt has 21 files, of which 20 are used."]


def test_a_folder_that_is_not_there_stops_the_start(kept):
    with pytest.raises(Invalid, match=r"SOURCES__FILES__FOLDER is wrong: there is no such folder"):
        files.opened({"folder": "/nowhere/at/all"}, storage=kept)


def test_it_is_offered_beside_the_others():
    assert catalog.offers()["files"].setting("folder") == "SOURCES__FILES__FOLDER"
