"""Templates: anybody with a token reads them, an admin signs a merchant's own."""

from dataclasses import replace

import pytest

from disputes.letter.templates.loading import load_templates
from tests.api.builders import ADMIN, REVIEWER, VIEWER, bearer
from tests.templates import a_folder

ADA = bearer(ADMIN)
OWN = "/templates/arrived@1/signature"


@pytest.fixture
def deps(deps, tmp_path):
    """A merchant with a sound template and one with a problem."""
    a_folder(tmp_path / "own")
    a_folder(tmp_path / "own", name="boasts", phrasings=("It [was delivered](delivered_at) in 2026.",))
    return replace(deps, templates=load_templates(tmp_path / "own"))


async def listed(client, **query):
    answer = await client.get("/templates", params=query, headers=bearer(VIEWER))
    assert answer.status_code == 200, answer.text
    return {template["id"]: template for template in answer.json()["templates"]}


async def sign(client, template_id="arrived@1", token=ADMIN):
    digest = (await listed(client))[template_id]["digest"]
    return await client.post(f"/templates/{template_id}/signature", json={"digest": digest}, headers=bearer(token))


async def test_every_template_is_listed_with_who_signed_it(client):
    every = await listed(client)
    assert every["arrived@1"]["signed"] == "nobody"
    assert every["arrived@1"]["topic"] == "delivery"
    assert {template["signed"] for name, template in every.items() if name not in {"arrived@1", "boasts@1"}} == {
        "release"
    }


async def test_the_list_can_be_of_one_reason(client):
    listed_for = await listed(client, reason="duplicate")
    assert "says_twice@1" in listed_for
    assert "says_fraud@1" not in listed_for


async def test_an_admin_signs_what_was_shown_and_twice_is_once(client, deps):
    first, second = await sign(client), await sign(client)
    assert first.status_code == 200, first.text
    assert first.json() == second.json()
    assert (first.json()["template"], first.json()["by"]) == ("arrived@1", "Ada")
    template = (await listed(client))["arrived@1"]
    assert (template["signed"], template["by"], template["at"]) == ("admin", "Ada", "2026-11-21T12:00:00Z")
    assert await deps.template_signatures.digests() == {template["digest"]}


async def test_a_template_that_changed_since_is_a_conflict(client, deps):
    answer = await client.post(OWN, json={"digest": "0" * 64}, headers=ADA)
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("arrived@1 has changed since it was read")
    assert not await deps.template_signatures.digests()


@pytest.mark.parametrize(("token", "status"), [(VIEWER, 403), (REVIEWER, 403), ("nobody", 401)])
async def test_only_an_admin_signs(client, deps, token, status):
    assert (await sign(client, token=token)).status_code == status
    assert not await deps.template_signatures.digests()


async def test_a_template_with_a_problem_is_not_signed(client, deps):
    answer = await sign(client, "boasts@1")
    assert answer.status_code == 422
    assert answer.json()["problems"] == ["boasts@1, phrasing 1: it holds a figure; values stand in slots."]
    assert not await deps.template_signatures.digests()


async def test_there_is_nothing_to_sign_in_a_shipped_template(client, deps):
    (shipped, *_) = await listed(client)
    assert (await sign(client, shipped)).status_code in {400, 422}
    assert not await deps.template_signatures.digests()


async def test_a_template_that_is_not_there_is_not_found(client):
    answer = await client.post("/templates/nothing@9/signature", json={"digest": "0" * 64}, headers=ADA)
    assert (answer.status_code, answer.json()) == (404, {"error": "There is no such template."})


@pytest.mark.parametrize("body", [{}, {"digest": "A" * 64}, {"digest": "0" * 64, "by": "Eve"}, "sign"])
async def test_an_odd_body_is_refused(client, body):
    assert (await client.post(OWN, json=body, headers=ADA)).status_code == 422
