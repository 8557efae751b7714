"""An answer that facts were read from is given to people with a token, as it was kept."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from disputes.errors import TryAgain
from disputes.evidence import Evidence
from tests.api.builders import VIEWER, a_case, a_record, bearer
from tests.api.conftest import knocking
from tests.fakes import NOON
from tools import storage
from tools.sources import archive


@pytest.fixture
def kept(deps, tmp_path):
    return replace(deps, storage=storage.in_folder(tmp_path / "files"))


@pytest.fixture
async def front(kept):
    @asynccontextmanager
    async def opener():
        yield kept

    async with knocking(opener) as client:
        yield client


async def answered(deps, body, *, stored=True):
    """Keep a case with one answer; gives its record."""
    async with archive.opened(deps.storage if stored else None, "du_1") as shelf:
        await shelf.put("shopify:order", body, at=NOON)
        (record,) = await shelf.settle(patience=10)
    case = a_case()
    evidence = case.evidence.plus(Evidence(records=(record,)))
    await deps.cases.save(a_record(case=case.model_copy(update={"evidence": evidence})))
    return record


async def test_gives_the_answer_to_save_and_not_to_cache(front, kept):
    record = await answered(kept, {"order": "A-1042", "note": "4242 4242 4242 4242"})
    answer = await front.get(f"/disputes/du_1/records/{record.sha256}", headers=bearer(VIEWER))
    assert answer.status_code == 200
    assert answer.json() == {"order": "A-1042", "note": "[card ending 4242]"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == f'attachment; filename="du_1-{record.sha256[:12]}.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_case_lists_its_answers_without_their_names_in_the_storage(front, kept):
    record = await answered(kept, {"order": "A-1042"})
    answer = await front.get("/disputes/du_1", headers=bearer(VIEWER))
    (told,) = answer.json()["records"]
    assert datetime.fromisoformat(told.pop("at")) == NOON
    assert told == {"sha256": record.sha256, "source": "shopify:order", "bytes": record.bytes, "kept": True}
    assert record.key not in answer.text


async def test_nobody_sees_an_answer_without_a_token(front, kept):
    record = await answered(kept, {"order": "A-1042"})
    for headers in (None, bearer("guessed")):
        answer = await front.get(f"/disputes/du_1/records/{record.sha256}", headers=headers)
        assert (answer.status_code, "A-1042" in answer.text) == (401, False)


async def test_an_answer_that_the_storage_did_not_take_is_told_as_not_kept(front, kept):
    record = await answered(kept, {"order": "A-1042"}, stored=False)
    assert (await front.get("/disputes/du_1", headers=bearer(VIEWER))).json()["records"][0]["kept"] is False
    answer = await front.get(f"/disputes/du_1/records/{record.sha256}", headers=bearer(VIEWER))
    assert (answer.status_code, "not kept" in answer.json()["error"]) == (404, True)


async def test_a_hash_of_no_answer_of_this_case_is_not_found(front, kept):
    record = await answered(kept, {"order": "A-1042"})
    await kept.cases.save(a_record("du_2"))
    for path in (f"du_1/records/{'0' * 64}", f"du_2/records/{record.sha256}", f"du_3/records/{record.sha256}"):
        assert (await front.get(f"/disputes/{path}", headers=bearer(VIEWER))).status_code == 404


@pytest.mark.parametrize("digest", ["A" * 64, "0" * 63, "%2e%2e", "..%2f..%2fsecret"])
async def test_only_a_hash_is_looked_for(front, kept, digest):
    await answered(kept, {"order": "A-1042"})
    assert (await front.get(f"/disputes/du_1/records/{digest}", headers=bearer(VIEWER))).status_code in {404, 422}


class Other:
    """A storage in which somebody put something else, or that is away."""

    def __init__(self, data=None):
        self.data = data

    async def keep(self, dispute_id, data):
        raise TryAgain("away")

    async def read(self, name):
        if self.data is None:
            raise TryAgain("away")
        return self.data


@pytest.mark.parametrize(("data", "status"), [(b'{"order": "forged"}', 409), (None, 503)])
async def test_what_is_not_the_answer_that_was_kept_is_never_passed_off_as_it(kept, data, status):
    record = await answered(kept, {"order": "A-1042"})

    @asynccontextmanager
    async def opener():
        yield replace(kept, storage=Other(data))

    async with knocking(opener) as client:
        answer = await client.get(f"/disputes/du_1/records/{record.sha256}", headers=bearer(VIEWER))
    assert (answer.status_code, "forged" in answer.text) == (status, False)
