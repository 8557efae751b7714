"""What `rebut doctor` says of the sources of evidence."""

from pathlib import Path

import pytest

from graph.wiring import doctor
from graph.wiring.doctor import DoctorFinding
from graph.wiring.runtime import Runtime
from tests.tools.bucket import Bucket
from tools.sources import catalog

pytestmark = pytest.mark.process  # the doctor asks Redis and PostgreSQL for their versions

SHOP = {"SOURCES__SHOPIFY__SHOP": "acme-linen", "SOURCES__SHOPIFY__TOKEN": "hidden-token-1"}
SELECT = '[[select]]\nkind = "last_used_at"\nneeds = ["account_id"]\nsql = "{sql}"\n'
GOOD = "select now() where :account_id = 'nobody'"


async def examine(folder: Path, **given: str) -> dict[str, DoctorFinding]:
    found = await doctor.examine({"REBUT_HOME": str(folder / "home"), **given})
    return {finding.title: finding for finding in found}


def database(folder: Path, url: str, *, query: str = GOOD) -> dict[str, str]:
    (folder / "shop.toml").write_text(SELECT.format(sql=query))
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    return {"SOURCES__SQL__FILE": str(folder / "shop.toml"), "SOURCES__SQL__URL": plain}


async def test_a_source_that_is_on_is_named_with_what_it_adds_and_the_others_as_off(tmp_path: Path):
    found = await examine(tmp_path, **SHOP)
    told = found["Source Shopify"]
    assert told.fine
    assert told.text.startswith("on, with every setting it needs; not called by this check. It adds orders, ")
    off = found["Sources that are off"]
    assert off.fine
    assert off.text.endswith("; `rebut sources` names what each needs.")
    titles = {offer.title for offer in catalog.offers().values()}
    assert {title for title in titles if title in off.text} == titles - {"Shopify"}
    assert "hidden" not in str(found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SOURCES__SHOPIFY__TOKEN": "hidden-token-1"}, "SOURCES__SHOPIFY__SHOP is not set: Shopify needs it"),
        ({"SOURCES__SHOPIFI__TOKEN": "hidden-token-1"}, "SOURCES__SHOPIFI__TOKEN is unknown"),
    ],
)
async def test_a_source_that_is_set_wrong_is_named_and_the_rest_is_looked_at(
    tmp_path: Path, given: dict[str, str], said: str
):
    found = await examine(tmp_path, **given)
    assert not found["Sources"].fine
    assert found["Sources"].text.startswith(said)
    assert found["Policy"].fine
    assert "Stripe" in found
    assert "hidden" not in str(found)


async def test_another_wrong_setting_is_told_before_a_wrong_source(tmp_path: Path):
    found = await examine(tmp_path, SOURCES__SHOPIFI__TOKEN="x", REDIS_URL="localhost")
    assert "REDIS_URL is wrong" in found["Settings"].text


async def test_a_folder_that_is_there_can_be_read_and_one_that_is_not_is_a_problem(tmp_path: Path):
    there = await examine(tmp_path, SOURCES__FILES__FOLDER=str(tmp_path))
    assert there["Source Your files"].text.startswith("on, and its folder or bucket can be read.")
    gone = (await examine(tmp_path, SOURCES__FILES__FOLDER=str(tmp_path / "gone")))["Source Your files"]
    assert (gone.fine, "there is no such folder" in gone.text) == (False, True)


@pytest.mark.parametrize(("status", "fine"), [(200, True), (403, False)])
async def test_a_bucket_is_looked_into(tmp_path: Path, status: int, *, fine: bool):
    async with Bucket(status=status).serve() as bucket:
        keys = {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "hidden-word", "REGION": "eu-west-1"}
        given = {f"SOURCES__FILES__{name}": value for name, value in keys.items()}
        found = await examine(
            tmp_path, SOURCES__FILES__FOLDER="s3://papers/shop", SOURCES__FILES__ENDPOINT=bucket.url, **given
        )
    assert found["Source Your files"].fine is fine
    assert "hidden-word" not in str(found)


async def test_a_database_is_asked_every_select_for_nobody(tmp_path: Path, runtime: Runtime):
    url = runtime.servers.database_url
    good = (await examine(tmp_path, **database(tmp_path, url)))["Source Your database"]
    assert (good.fine, good.text.startswith("on, and the database can be read.")) == (True, True)
    lost = "select at from nowhere where who = :account_id"
    bad = (await examine(tmp_path, **database(tmp_path, url, query=lost)))["Source Your database"]
    assert not bad.fine
    assert "refused the query of last_used_at: " in bad.text


async def test_a_database_that_is_away_is_a_problem_without_its_password(tmp_path: Path):
    away = database(tmp_path, "postgresql://reader:hidden-word@127.0.0.1:1/shop")
    found = (await examine(tmp_path, **away))["Source Your database"]
    assert not found.fine
    assert "hidden-word" not in found.text
