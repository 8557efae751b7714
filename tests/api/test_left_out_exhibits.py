"""A reviewer leaves exhibits out by the name Stripe has for each."""

import pytest

from disputes.case import PacketFile, Sheet
from tests.api.builders import a_case, a_record, if_match

APPROVE = {"decision": "approve", "note": "Looks right."}
SHEET = {"title": "Receipt", "mark": "Exhibit A", "rows": ()}


async def decide(client, case, body):
    return await client.post(f"{case}/verdict", json=body, headers=if_match(1))


async def with_exhibits(repositories):
    """Store a case with an exhibit its playbook requires and one it does not."""
    sheets = (
        Sheet(field="receipt", **SHEET),
        Sheet(field="uncategorized_file", required=True, **SHEET | {"mark": "B"}),
    )
    files = tuple(PacketFile(field=sheet.field, name="x.pdf", pages=1, bytes=9) for sheet in sheets)
    case = a_case()
    packet = case.packet.model_copy(update={"sheets": sheets, "files": files})
    await repositories.cases.save(a_record(case=case.model_copy(update={"packet": packet})))


async def test_exhibits_are_left_out_and_one_that_answers_the_claim_is_warned_of(client, repositories):
    await with_exhibits(repositories)
    body = APPROVE | {"without": ["receipt", "uncategorized_file"]}
    answer = await decide(client, "/disputes/du_1", body)
    assert answer.status_code == 202
    assert answer.json()["warnings"] == ["B, Receipt, answers this claim; it is filed without it."]
    assert (await repositories.verdicts.pending("du_1")).without == ("receipt", "uncategorized_file")


async def test_without_an_exhibit_left_out_there_is_nothing_to_warn_of(client, repositories):
    await with_exhibits(repositories)
    assert (await decide(client, "/disputes/du_1", APPROVE)).json()["warnings"] == []


@pytest.mark.parametrize("without", [["reciept"], ["customer_signature"]])
async def test_an_exhibit_that_is_not_there_is_not_left_out(client, repositories, without):
    await with_exhibits(repositories)
    answer = await decide(client, "/disputes/du_1", APPROVE | {"without": without})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        f"{without[0]}: the packet has no such exhibit; it has receipt, uncategorized_file."
    ]


@pytest.mark.parametrize("body", [{"decision": "reject", "without": ["receipt"]}, APPROVE | {"without": "receipt"}])
async def test_only_what_is_filed_leaves_something_out_and_by_a_list(client, repositories, body):
    await with_exhibits(repositories)
    assert (await decide(client, "/disputes/du_1", body)).status_code == 422
