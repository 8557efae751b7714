"""A source answer that facts were read from is given to people with a token, as it was kept."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from disputes.errors import TryAgain
from disputes.evidence import Evidence
from tests.api.builders import VIEWER, a_case, a_record, bearer
from tests.api.conftest import open_client
from tests.fakes import NOON
from tools import storage
from tools.sources import archive


@pytest.fixture
def deps_with_storage(deps, tmp_path):
    return replace(deps, storage=storage.in_folder(tmp_path / "files"))


@pytest.fixture
async def client(deps_with_storage):
    @asynccontextmanager
    async def opener():
        yield deps_with_storage

    async with open_client(opener) as client:
        yield client


async def answered(deps, body, *, stored=True):
    """Store a case with one source answer and return that answer."""
    async with archive.open_archive(deps.storage if stored else None, "du_1") as archived:
        await archived.put("shopify:order", body, at=NOON)
        (answer,) = await archived.finish(seconds=10)
    case = a_case()
    evidence = case.evidence.plus(Evidence(source_answers=(answer,)))
    await deps.cases.save(a_record(case=case.model_copy(update={"evidence": evidence})))
    return answer


async def test_gives_the_answer_to_save_and_not_to_cache(client, deps_with_storage):
    answer = await answered(deps_with_storage, {"order": "A-1042", "note": "4242 4242 4242 4242"})
    response = await client.get(f"/disputes/du_1/records/{answer.sha256}", headers=bearer(VIEWER))
    assert response.status_code == 200
    assert response.json() == {"order": "A-1042", "note": "[card ending 4242]"}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"] == f'attachment; filename="du_1-{answer.sha256[:12]}.json"'
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_case_lists_its_answers_without_their_names_in_the_storage(client, deps_with_storage):
    answer = await answered(deps_with_storage, {"order": "A-1042"})
    response = await client.get("/disputes/du_1", headers=bearer(VIEWER))
    (view,) = response.json()["records"]
    assert datetime.fromisoformat(view.pop("at")) == NOON
    assert view == {"sha256": answer.sha256, "source": "shopify:order", "bytes": answer.bytes, "kept": True}
    assert answer.key not in response.text


async def test_nobody_sees_an_answer_without_a_token(client, deps_with_storage):
    answer = await answered(deps_with_storage, {"order": "A-1042"})
    for headers in (None, bearer("guessed")):
        response = await client.get(f"/disputes/du_1/records/{answer.sha256}", headers=headers)
        assert (response.status_code, "A-1042" in response.text) == (401, False)


async def test_an_answer_that_the_storage_did_not_take_is_reported_as_not_kept(client, deps_with_storage):
    answer = await answered(deps_with_storage, {"order": "A-1042"}, stored=False)
    assert (await client.get("/disputes/du_1", headers=bearer(VIEWER))).json()["records"][0]["kept"] is False
    response = await client.get(f"/disputes/du_1/records/{answer.sha256}", headers=bearer(VIEWER))
    assert (response.status_code, "not kept" in response.json()["error"]) == (404, True)


async def test_a_hash_of_no_answer_of_this_case_is_not_found(client, deps_with_storage):
    answer = await answered(deps_with_storage, {"order": "A-1042"})
    await deps_with_storage.cases.save(a_record("du_2"))
    for path in (f"du_1/records/{'0' * 64}", f"du_2/records/{answer.sha256}", f"du_3/records/{answer.sha256}"):
        assert (await client.get(f"/disputes/{path}", headers=bearer(VIEWER))).status_code == 404


@pytest.mark.parametrize("digest", ["A" * 64, "0" * 63, "%2e%2e", "..%2f..%2fsecret"])
async def test_only_a_hash_is_looked_for(client, deps_with_storage, digest):
    await answered(deps_with_storage, {"order": "A-1042"})
    assert (await client.get(f"/disputes/du_1/records/{digest}", headers=bearer(VIEWER))).status_code in {404, 422}


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
async def test_what_is_not_the_answer_that_was_kept_is_never_passed_off_as_it(deps_with_storage, data, status):
    answer = await answered(deps_with_storage, {"order": "A-1042"})

    @asynccontextmanager
    async def opener():
        yield replace(deps_with_storage, storage=Other(data))

    async with open_client(opener) as client:
        response = await client.get(f"/disputes/du_1/records/{answer.sha256}", headers=bearer(VIEWER))
    assert (response.status_code, "forged" in response.text) == (status, False)
