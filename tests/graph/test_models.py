"""Whole disputes with a model at the other end of a real connection, which answers, lies, hangs or dies."""

from typing import Any

import pytest

from disputes.letter import grounding
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests import models
from tests.conftest import Stage
from tests.model_server import Answer, ModelServer, Reply, answers, chooses, fails, hangs, model_server, says

QUIET: dict[str, Any] = {
    "quotes": [],
    "claim": "It did not come.",
    "sub_reason": "",
    "admits": [],
    "answer": "Delivery.",
}


DRAFT = ("delivery", "[The parcel came](delivered_at) on {delivered_at:day}, so much is sure.")


def replying(choice: Reply) -> Reply:
    """Answer all three agents, the one that chooses a letter's words with this."""

    def reply(body: dict[str, Any]) -> Answer | None:
        asked = body["messages"][0]["content"].split(",")[0]
        return choice(body) if asked == "# rebuttal" else answers(QUIET)(body)

    return reply


whole = replying(chooses("purchase", phrasings={"contest": 1, "delivered": 1}, draft=[DRAFT]))


async def played(stage: Stage, server: ModelServer, scenario: str = "not_received_delivered") -> CaseRecord:
    return await stage.under(**models.connect_ports(server.url, seconds=5)).play(scenario)


def letter(record: CaseRecord) -> Any:
    assert record.case is not None
    assert record.case.rebuttal is not None
    return record.case.rebuttal


async def test_a_letter_of_signed_phrasings_that_a_model_chose_is_filed_and_its_draft_is_not(stage: Stage):
    async with model_server(whole) as server:
        record = await played(stage, server)
    assert (record.state, letter(record).writer) == ("filed", "small")
    assert (await stage.counts(record.dispute_id))["submissions"] == 1
    (drafted,) = letter(record).draft
    assert record.case is not None
    assert record.case.packet is not None
    assert "so much is sure" in drafted.text
    assert "so much is sure" not in str(record.case.packet.fields)


async def test_what_a_model_chose_cites_what_the_letter_without_one_cites(stage: Stage):
    async with model_server(whole) as server:
        record = await played(stage, server)
    plain = await stage.play("not_received_delivered")
    cited = [{fact for claim in letter(each).claims for fact in claim.facts} for each in (record, plain)]
    assert len(cited[0]) == len(cited[1])
    assert {fact.partition(":")[0] for fact in cited[0]} == {fact.partition(":")[0] for fact in cited[1]}


async def test_each_question_to_a_model_is_on_record(stage: Stage):
    async with model_server(whole) as server:
        record = await played(stage, server)
    assert letter(record).writer == "small"
    assert record.case is not None
    assert [(use.agent, use.ended) for use in record.case.usage] == [("classifier", "ok"), ("rebuttal", "ok")]
    assert record.case.assessment is not None
    assert record.case.assessment.opinion is not None
    assert record.case.assessment.opinion.claim == "It did not come."


async def test_a_dispute_whose_endpoint_dies_in_the_middle_of_its_letter_is_still_answered(stage: Stage):
    async with model_server(answers(QUIET), says("prose"), fails(503)) as server:
        record = await played(stage, server)
        assert len(server.asked) > 2
    assert record.state == "filed"
    assert (await stage.counts(record.dispute_id))["submissions"] == 1
    assert letter(record).writer == "built-in"
    assert [note for note in letter(record).notes if note.startswith("small: the model's endpoint failed")]


@pytest.mark.parametrize("turn", [fails(500), fails(401), hangs], ids="500 401 hangs".split())
async def test_without_a_model_that_answers_the_dispute_takes_the_same_way(stage: Stage, turn: Any):
    async with model_server(turn) as server:
        ports = models.connect_ports(server.url, seconds=1)
        record = await stage.under(**ports, policy=hasty(stage)).play("not_received_delivered")
    assert record.state == "filed"
    assert letter(record).writer == "built-in"
    assert record.case is not None
    assert record.case.assessment is not None
    assert record.case.assessment.opinion is not None
    assert record.case.assessment.opinion.note.startswith("No opinion: ")


async def test_a_model_that_only_lies_moves_nothing(stage: Stage):
    lies = [("delivery", "The customer [promised](amount_paid) us 5,000.00 USD and the police agree.")]
    async with model_server(replying(chooses("moon", phrasings={"delivered": 99}, draft=lies))) as server:
        record = await played(stage, server)
    assert record.case is not None
    assert record.case.packet is not None
    assert letter(record).draft == ()
    assert "5,000" not in record.case.packet.fields[LETTER]
    found = grounding.check(letter(record), record.case.evidence)
    assert [violation for violation in found if not violation.undecidable] == []


def hasty(stage: Stage) -> Any:
    rules = stage.deps.policy
    return rules.model_copy(update={"model": rules.model.model_copy(update={"seconds": 1.0})})
