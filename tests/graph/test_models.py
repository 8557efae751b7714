"""Whole disputes with a model at the other end of a real connection, which answers, lies, hangs or dies."""

import json
from typing import Any

import pytest

from disputes import grounding
from disputes.docket import Entry
from disputes.packet import LETTER
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


async def played(stage: Stage, server: ModelServer, scenario: str = "not_received_delivered") -> Entry:
    return await stage.under(**models.at(server.url, seconds=5)).play(scenario)


def letter(entry: Entry) -> Any:
    assert entry.case is not None
    assert entry.case.rebuttal is not None
    return entry.case.rebuttal


async def test_a_models_letter_is_filed_and_each_question_is_on_record(stage: Stage):
    async with model_server(whole) as server:
        entry = await played(stage, server)
    assert entry.state == "filed"
    assert letter(entry).writer == "small"
    assert entry.case is not None
    assert [(use.agent, use.ended) for use in entry.case.usage] == [("classifier", "ok"), ("rebuttal", "ok")]
    assert entry.case.assessment is not None
    assert entry.case.assessment.opinion is not None
    assert entry.case.assessment.opinion.claim == "It did not come."


async def test_a_dispute_whose_endpoint_dies_in_the_middle_of_its_letter_is_still_answered(stage: Stage):
    wrong = claims(("We received a payment of 999.99 USD.", ["amount_paid"]))
    async with model_server(answers(QUIET), wrong, fails(503)) as server:
        entry = await played(stage, server)
        assert len(server.asked) > 2
    assert entry.state == "filed"
    assert (await stage.counts(entry.dispute_id))["submissions"] == 1
    assert letter(entry).writer == "built-in"
    (note,) = letter(entry).notes
    assert note.startswith("small: the model's endpoint failed")


@pytest.mark.parametrize("turn", [fails(500), fails(401), hangs], ids="500 401 hangs".split())
async def test_without_a_model_that_answers_the_dispute_takes_the_same_way(stage: Stage, turn: Any):
    async with model_server(turn) as server:
        ports = models.at(server.url, seconds=1)
        entry = await stage.under(**ports, policy=hasty(stage)).play("not_received_delivered")
    assert entry.state == "filed"
    assert letter(entry).writer == "built-in"
    assert entry.case is not None
    assert entry.case.assessment is not None
    assert entry.case.assessment.opinion is not None
    assert entry.case.assessment.opinion.note.startswith("No opinion: ")


async def test_a_model_that_only_lies_files_nothing_of_its_own(stage: Stage):
    lies = claims(("The customer promised us 5,000.00 USD and the police agree.", ["amount_paid"]))
    async with model_server(answers(QUIET), lies) as server:
        entry = await played(stage, server)
    assert entry.case is not None
    assert entry.case.packet is not None
    assert letter(entry).writer == "built-in"
    assert "5,000" not in entry.case.packet.fields[LETTER]
    assert grounding.check(letter(entry), entry.case.evidence) == ()


async def test_a_letter_that_leaves_out_the_proof_waits_for_a_person(stage: Stage):
    thin = claims(("We received the payment.", ["amount_paid"]))
    async with model_server(answers(QUIET), thin) as server:
        entry = await played(stage, server)
    assert entry.state == "waiting"
    assert entry.case is not None
    assert entry.case.route is not None
    assert entry.case.route.reasons[0].startswith("The letter leaves out what an answer needs: ")


def hasty(stage: Stage) -> Any:
    rules = stage.deps.policy
    return rules.model_copy(update={"model": rules.model.model_copy(update={"seconds": 1.0})})
