"""Whole disputes with a model at the other end of a real connection, which answers, lies, hangs or dies."""

import json
from typing import Any

import pytest

from disputes.letter import grounding
from disputes.packet import LETTER
from disputes.repositories.cases import CaseRecord
from tests import models
from tests.conftest import Stage
from tests.model_server import Answer, ModelServer, answers, claims, fails, hangs, model_server

QUIET: dict[str, Any] = {
    "quotes": [],
    "claim": "It did not come.",
    "sub_reason": "",
    "admits": [],
    "answer": "Delivery.",
}


def whole(body: dict[str, Any]) -> Answer | None:
    """Answer all three agents; the letter says what the playbook's points say."""
    asked = body["messages"][0]["content"].split(",")[0]
    if asked != "# rebuttal":
        return answers(QUIET)(body)
    told = json.loads(body["messages"][1]["content"])
    ids = [fact["id"] for fact in told["facts"]]
    return claims(*((point, ids) for point in told["points"]))(body)


async def played(stage: Stage, server: ModelServer, scenario: str = "not_received_delivered") -> CaseRecord:
    return await stage.under(**models.connect_ports(server.url, seconds=5)).play(scenario)


def letter(record: CaseRecord) -> Any:
    assert record.case is not None
    assert record.case.rebuttal is not None
    return record.case.rebuttal


async def test_a_models_letter_waits_for_a_person_who_sees_that_a_model_wrote_it(stage: Stage):
    async with model_server(whole) as server:
        record = await played(stage, server)
    assert record.state == "waiting"
    assert record.case is not None
    assert record.case.route is not None
    said = "A model (small) wrote this letter; what a model wrote is filed by a person only."
    assert said in record.case.route.reasons
    assert (await stage.counts(record.dispute_id)).get("submissions", 0) == 0
    assert (await stage.decide(record, "approve")).state == "filed"
    assert (await stage.counts(record.dispute_id))["submissions"] == 1


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
    wrong = claims(("We received a payment of 999.99 USD.", ["amount_paid"]))
    async with model_server(answers(QUIET), wrong, fails(503)) as server:
        record = await played(stage, server)
        assert len(server.asked) > 2
    assert record.state == "filed"
    assert (await stage.counts(record.dispute_id))["submissions"] == 1
    assert letter(record).writer == "built-in"
    (note,) = letter(record).notes
    assert note.startswith("small: the model's endpoint failed")


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


async def test_a_model_that_only_lies_files_nothing_of_its_own(stage: Stage):
    lies = claims(("The customer promised us 5,000.00 USD and the police agree.", ["amount_paid"]))
    async with model_server(answers(QUIET), lies) as server:
        record = await played(stage, server)
    assert record.case is not None
    assert record.case.packet is not None
    assert letter(record).writer == "built-in"
    assert "5,000" not in record.case.packet.fields[LETTER]
    assert grounding.check(letter(record), record.case.evidence) == ()


async def test_a_letter_that_leaves_out_the_proof_waits_for_a_person(stage: Stage):
    thin = claims(("We received the payment.", ["amount_paid"]))
    async with model_server(answers(QUIET), thin) as server:
        record = await played(stage, server)
    assert record.state == "waiting"
    assert record.case is not None
    assert record.case.route is not None
    assert record.case.route.reasons[0].startswith("The letter leaves out what an answer needs: ")


def hasty(stage: Stage) -> Any:
    rules = stage.deps.policy
    return rules.model_copy(update={"model": rules.model.model_copy(update={"seconds": 1.0})})
