"""Proposed templates against a scripted endpoint: what passes both checks, what does not, and what a model sees."""

import json
from typing import Any

import pytest

from agents import proposals
from agents.llm import Prompt, connect
from agents.proposals import Proposer
from disputes.errors import BadStructure, GenerationFailed
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.proposals import Proposed, Subject
from disputes.policy.model_budget import Allowance, Meter
from tests.model_server import ModelServer, Reply, answers, fails, model_server, says
from tests.templates import AGAIN, ARRIVED

SUBJECT = Subject(reason="product_not_received", topic="delivery", product="physical")


def writes(*phrasings: str, name: str = "arrived", topic: str = "delivery") -> Reply:
    """Answer with phrasings of one template."""
    return answers({"templates": [{"topic": topic, "name": name, "phrasings": list(phrasings)}]})


def judges(said: str, why: str = "It says so.") -> Reply:
    """Answer yes or no for the statements in their order."""
    rows = [{"number": number, "follows": each == "yes", "why": why} for number, each in enumerate(said.split())]
    return answers({"judgements": rows})


async def proposed(*script: Reply, **allowed: Any) -> tuple[Proposed, ModelServer]:
    async with model_server(*script) as server:
        model = connect(name="small", api_key="k", base_url=server.url)
        asked = (Prompt.read("rebuttal", name=name) for name in ("proposal", "entailment"))
        meter = Meter(Allowance(**allowed))
        return await proposals.propose(SUBJECT, load_templates(), Proposer(model, *asked), meter=meter), server


def question(server: ModelServer, number: int) -> Any:
    return json.loads(server.asked[number]["messages"][1]["content"])


async def test_what_passes_both_checks_is_a_template_that_nobody_signed():
    found, server = await proposed(writes(ARRIVED, AGAIN), judges("yes yes"))
    assert found.refused == ()
    (template,) = found.templates
    assert (template.id, template.phrasings) == ("arrived@1", (ARRIVED, AGAIN))
    assert template.digest not in load_templates().signed
    assert len(server.asked) == 3, "each phrasing is a question of its own"


async def test_a_model_sees_no_case_and_then_the_words_with_their_backing_alone():
    _, server = await proposed(writes(ARRIVED), judges("yes yes"))
    assert set(question(server, 0)) == {"reason", "products", "kinds", "topics"}
    backing = [{"kind": "delivered_at", "what": "Delivered", "form": "time"}]
    assert question(server, 1) == {
        "statements": [
            {"number": 0, "words": "was delivered", "backing": backing},
            {"number": 1, "words": "The parcel was delivered on <delivered_at>.", "backing": backing},
        ]
    }
    systems = [body["messages"][0]["content"].partition("\n")[0] for body in server.asked]
    assert systems == ["# proposal, version 2026.12.1", "# entailment, version 2026.12.1"]


async def test_what_code_refuses_is_not_put_to_the_model():
    found, server = await proposed(writes("It [came](delivered_at) on 3 May."), judges("yes yes"))
    assert found.templates == ()
    (refused,) = found.refused
    assert (refused.name, refused.phrasing) == ("arrived", "It [came](delivered_at) on 3 May.")
    assert "it holds a figure" in refused.why
    assert len(server.asked) == 1


async def test_what_does_not_follow_is_refused_and_the_rest_is_kept():
    found, _ = await proposed(
        writes(ARRIVED, "The customer [carried the parcel](delivered_at)."),
        judges("yes yes"),
        judges("no yes", why="A delivery\nproves no carrying."),
    )
    assert [template.phrasings for template in found.templates] == [(ARRIVED,)]
    assert found.refused[0].why == (
        "'carried the parcel' does not follow from delivered_at, the model says: A delivery proves no carrying."
    )


@pytest.mark.parametrize(
    "judgement", [judges("yes"), judges(""), answers({"judgements": [{"number": 7, "follows": True, "why": ""}]})]
)
async def test_words_that_the_model_did_not_judge_are_refused(judgement: Reply):
    found, _ = await proposed(writes(ARRIVED), judgement)
    assert found.templates == ()
    assert "did not judge" in found.refused[0].why


async def test_of_two_judgements_of_one_statement_the_bad_one_counts():
    rows = [{"number": n, "follows": follows, "why": ""} for n in (0, 1) for follows in (True, False)]
    found, _ = await proposed(writes(ARRIVED), answers({"judgements": rows}))
    assert found.templates == ()


@pytest.mark.parametrize("broken", [fails(503), says("Certainly! They all follow.")], ids="503 prose".split())
async def test_a_phrasing_whose_judge_fails_is_refused(broken: Reply):
    found, _ = await proposed(writes(ARRIVED), broken)
    assert found.templates == ()
    assert found.refused[0].why.startswith("the model")


async def test_what_a_model_writes_is_cleaned():
    hidden = ARRIVED.replace("The parcel", "The\n par\u202ecel")
    found, _ = await proposed(writes(hidden), judges("yes yes"))
    assert found.templates[0].phrasings == (ARRIVED,)


async def test_a_model_that_writes_no_proposal_has_failed():
    with pytest.raises(BadStructure, match="far too many phrasings"):
        await proposed(writes(*[ARRIVED] * 31))
    with pytest.raises(GenerationFailed, match="endpoint failed"):
        await proposed(fails(401))


async def test_the_judging_stops_where_the_policys_budget_ends():
    dear = answers(
        {"templates": [{"topic": "delivery", "name": "arrived", "phrasings": [ARRIVED]}]}, tokens=(59_990, 9)
    )
    found, server = await proposed(dear, judges("yes yes"), tokens=60_000)
    assert found.templates == ()
    assert found.refused[0].why == "the 60000 tokens for a dispute are used up"
    assert len(server.asked) == 1
