"""The merchant's own files in a bucket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from disputes.errors import Invalid
from disputes.evidence import Evidence, build_fact
from tests.builders import a_dispute
from tests.tools.attachments.merchant_files import a_pdf, a_picture
from tests.tools.bucket import Bucket
from tools import storage
from tools.attachments import file
from tools.sources.files import source as files
from tools.sources.files.source import FilesSource

ORDER = Evidence(facts=(build_fact("order_id", "A-1042", "test"), build_fact("charge_id", "ch_1", "test")))
SECRET = "a-secret-of-the-bucket"
KEYS = {"access_key_id": "id", "secret_access_key": SECRET, "region": "eu-west-1"}


@pytest.fixture
async def bucket() -> AsyncIterator[Bucket]:
    async with Bucket().serve() as running:
        yield running


@pytest.fixture
def source(bucket: Bucket, tmp_path: Path) -> FilesSource:
    options = files.OFFER.accept({"folder": "s3://papers/shop", "endpoint": bucket.url, **KEYS})
    assert options
    return files.open_source(options, storage=storage.in_folder(tmp_path))


def write(bucket: Bucket, path: str, data: bytes) -> None:
    bucket.objects[f"/papers/shop/{path}"] = data


@pytest.mark.parametrize("key", ["A-1042", "ch_1", "du_1"])
async def test_files_are_found_by_order_payment_or_dispute(bucket: Bucket, source: FilesSource, key: str) -> None:
    write(bucket, f"{key}/service_documentation/contract.pdf", a_pdf("one", "two"))
    evidence = await source.gather(a_dispute(), ORDER)
    (attachment,) = evidence.attachments
    assert (attachment.field, attachment.name, attachment.pages) == ("service_documentation", "contract.pdf", 2)
    assert attachment.source == f"files:{key}/service_documentation/contract.pdf"
    assert evidence.gaps == ()


@pytest.mark.parametrize("order", ["A 1042", "Ä-7", "#1042", "50%", "a+b"])
async def test_an_order_is_found_by_its_number_as_it_is(bucket: Bucket, source: FilesSource, order: str) -> None:
    write(bucket, f"{order}/receipt/my scan ü.png", a_picture())
    evidence = await source.gather(a_dispute(), Evidence(facts=(build_fact("order_id", order, "test"),)))
    assert [(attachment.field, attachment.name) for attachment in evidence.attachments] == [
        ("receipt", "my scan ü.png")
    ]


async def test_files_come_in_the_order_of_their_names_and_what_begins_alike_is_left_out(
    bucket: Bucket, source: FilesSource
) -> None:
    for name in ("2 second.txt", "1 first.txt", "10 last.txt"):
        write(bucket, f"A-1042/receipt/{name}", name.encode())
    for path in (
        "A-1042/receipt/.DS_Store",
        "A-10423/receipt/other.txt",
        "A-1042/loose.txt",
        "A-1042/receipt/in/x.txt",
    ):
        write(bucket, path, b"junk")
    evidence = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in evidence.attachments] == ["1 first.txt", "2 second.txt", "10 last.txt"]


@pytest.mark.parametrize("order", ["..", "../other", "/etc", ".", "a/b", ".git"])
async def test_an_order_number_never_leads_out_of_the_prefix(bucket: Bucket, source: FilesSource, order: str) -> None:
    bucket.objects["/papers/other/receipt/scan.png"] = a_picture()
    for path in ("a/b/receipt/scan.png", ".git/receipt/scan.png", "receipt/scan.png"):
        write(bucket, path, a_picture())
    evidence = await source.gather(a_dispute(), Evidence(facts=(build_fact("order_id", order, "test"),)))
    assert evidence == Evidence()


async def test_a_file_that_is_too_big_is_a_gap(bucket: Bucket, source: FilesSource) -> None:
    write(bucket, "A-1042/receipt/film.txt", b"x" * (file.MAX_BYTES + 10))
    write(bucket, "A-1042/receipt/good.png", a_picture())
    evidence = await source.gather(a_dispute(), ORDER)
    assert [attachment.name for attachment in evidence.attachments] == ["good.png"]
    assert len(evidence.gaps) == 1
    assert evidence.gaps[0].why.startswith("film.txt")


async def test_a_bucket_that_refuses_is_a_gap_without_its_secret(bucket: Bucket, source: FilesSource) -> None:
    bucket.status = 403
    evidence = await source.gather(a_dispute(), ORDER)
    assert [gap.why for gap in evidence.gaps] == ["Your files could not be listed."]
    assert SECRET not in evidence.model_dump_json()


async def test_a_file_deleted_during_the_gather_is_a_gap(bucket: Bucket, source: FilesSource) -> None:
    write(bucket, "A-1042/receipt/scan.png", a_picture())

    class Gone(dict[str, bytes]):
        def __contains__(self, key: object) -> bool:
            return False

    bucket.objects = Gone(bucket.objects)
    assert [gap.why for gap in (await source.gather(a_dispute(), ORDER)).gaps] == ["scan.png could not be read."]


@pytest.mark.parametrize("where", ["gs://papers", "s3:///shop", "https://papers.example"])
def test_another_kind_of_url_stops_the_start(where: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="SOURCES__FILES__FOLDER is wrong"):
        files.open_source({"folder": where}, storage=storage.in_folder(tmp_path))
