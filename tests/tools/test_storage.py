"""The storage in a folder and in a bucket."""

import asyncio
import re
import stat
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from disputes.errors import Invalid, TryAgain
from tests.tools.bucket import Bucket
from tools import storage

KEYS = {"access_key_id": "id", "secret_access_key": "secret", "region": "eu-west-1"}


@asynccontextmanager
async def a_bucket(**changes):
    async with Bucket().serve() as bucket:
        yield bucket, storage.in_bucket("s3://evidence/rebut", {"endpoint": bucket.url, **KEYS, **changes})


@asynccontextmanager
async def a_folder(folder):
    yield None, storage.in_folder(folder / "files")


@pytest.fixture(params=["folder", "bucket"])
async def files(request, tmp_path):
    async with a_folder(tmp_path) if request.param == "folder" else a_bucket() as (_, opened):
        yield opened


async def test_bytes_come_back_as_they_were(files):
    for data in (b"", b"%PDF-1.7 one", bytes(range(256)) * 2_000):
        assert await files.read(await files.keep("du_1", data)) == data


async def test_names_cannot_be_guessed_from_the_dispute_or_the_content(files):
    one, other = await files.keep("du_1", b"same"), await files.keep("du_2", b"same")
    assert one.startswith("du_1/")
    assert other.startswith("du_2/")
    assert one.split("-", 1)[1] != other.split("-", 1)[1]
    assert len(one.split("-", 1)[1]) == 32


async def test_the_same_bytes_of_one_dispute_are_stored_once(files):
    names = [await files.keep("du_1", b"exhibit") for _ in range(3)]
    assert len(set(names)) == 1
    assert await files.keep("du_1", b"another") != names[0]


async def test_one_disputes_files_are_not_those_of_a_dispute_whose_id_begins_alike(files):
    await files.keep("du_12", b"x")
    assert (await files.keep("du_1", b"x")).startswith("du_1/")


async def test_deleting_a_dispute_deletes_all_its_files_and_no_others(files):
    gone = [await files.keep("du_1", data) for data in (b"one", b"two")]
    other = await files.keep("du_12", b"one")
    for _ in range(2):
        await files.forget("du_1")
    for name in gone:
        with pytest.raises(Invalid, match="no longer in the storage"):
            await files.read(name)
    assert await files.read(other) == b"one"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "du_1/../du_2/x", "du_1/x", "", "du_1/" + "0" * 32 + "-"])
async def test_other_names_than_its_own_are_not_read(files, name):
    with pytest.raises(Invalid, match="not the name"):
        await files.read(name)


async def test_the_error_of_a_missing_file_hides_its_name(files):
    name = f"du_1/{'0' * 32}-{'A' * 32}"
    with pytest.raises(Invalid, match=r"^A file of du_1 is no longer in the storage\.$"):
        await files.read(name)


async def test_the_folder_is_closed_to_others(tmp_path: Path):
    storage.in_folder(tmp_path / "home" / "files")
    assert stat.S_IMODE((tmp_path / "home" / "files").stat().st_mode) == 0o700


def test_a_folder_that_is_a_file_is_named(tmp_path: Path):
    (tmp_path / "files").write_text("x")
    with pytest.raises(Invalid, match="cannot be used"):
        storage.in_folder(tmp_path / "files")


@pytest.mark.parametrize("url", ["gs://bucket", "s3:///prefix", "bucket", "https://bucket.example"])
def test_another_kind_of_storage_is_refused(url):
    with pytest.raises(Invalid, match=r"REBUT_STORAGE is wrong"):
        storage.in_bucket(url, {})


async def test_the_bucket_gets_the_prefix_and_a_signature_and_never_the_secret():
    async with a_bucket() as (bucket, files):
        name = await files.keep("du_1", b"exhibit")
    assert set(bucket.objects) == {f"/evidence/rebut/{name}"}
    assert all("Credential=id/" in line and "AWS4-HMAC-SHA256" in line for line in bucket.signatures)
    assert not any(re.search(r"\bsecret\b", line) for line in bucket.signatures)


@pytest.mark.parametrize("status", [403, 500])
async def test_a_bucket_that_refuses_is_tried_again_later(status):
    async with a_bucket() as (bucket, files):
        name = await files.keep("du_1", b"exhibit")
        bucket.status = status
        with pytest.raises(TryAgain):
            await files.keep("du_1", b"other")
        with pytest.raises(TryAgain):
            await files.read(name)
        with pytest.raises(TryAgain):
            await files.forget("du_1")


async def test_a_bucket_that_is_away_is_tried_again_later():
    async with a_bucket() as (_, files):
        pass
    with pytest.raises(TryAgain):
        await asyncio.wait_for(files.keep("du_1", b"exhibit"), 30)
