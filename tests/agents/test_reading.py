"""What a model reads in messages, and what it thinks is claimed: code keeps what stands there, and decides."""

import json

import pytest

from agents import analyst, classifier, reader
from agents.analyst import ModelAnalyst
from agents.llm import Prompt, connect
from agents.reader import ModelReader
from disputes.case import Opinion
from disputes.evidence import Evidence, build_fact
from disputes.policy.model_budget import Allowance, Meter
from tests.builders import BOOKS, a_case
from tests.model_server import answers, fails, model_server

SAID = "Hi, Zoe Quill here. I received the tent on Monday. One pole is broken."
TOLD = {"quotes": [{"kind": "admits_receipt", "text": "I received the tent on Monday", "fact": "customer_message"}]}
ADVICE = {
    "claim": "The customer says that a pole came broken.",
    "sub_reason": "",
    "admits": [{"text": "I received the tent on Monday", "fact": "customer_message"}],
    "answer": "The delivery record answers it.",
}


def a_case_with_message(message=SAID, **changes):
    people = (build_fact("customer_message", message, "test:m"), build_fact("customer_name", "Zoe Quill", "test:n"))
    case = a_case(**changes)
    return case.model_copy(update={"evidence": case.evidence.plus(Evidence(facts=people))})


async def read(*script, case=None, **allowed):
    meter = Meter(Allowance(**allowed))
    async with model_server(*script) as server:
        model = connect(name="small", api_key="k", base_url=server.url)
        a_reader = ModelReader(model, Prompt.read("evidence"))
        return await reader.read(case or a_case_with_message(), a_reader, meter=meter), server, meter


async def advised(*script, case=None, **allowed):
    case, meter = case or a_case_with_message(), Meter(Allowance(**allowed))
    assessed = classifier.assess(case.dispute, case.evidence, BOOKS.of(case.dispute.reason))
    async with model_server(*script) as server:
        model = connect(name="small", api_key="k", base_url=server.url)
        an_analyst = ModelAnalyst(model, BOOKS, Prompt.read("classifier"))
        return await analyst.advise(assessed, case, an_analyst, meter=meter), assessed, server


async def test_a_passage_a_model_points_at_becomes_a_fact():
    evidence, _, meter = await read(answers(TOLD))
    assert evidence.sole("admits_receipt").value == "I received the tent on Monday"
    assert [use.agent for use in meter.used] == ["evidence"]


async def test_a_passage_a_model_makes_up_is_dropped():
    lie = {"quotes": [{"kind": "admits_receipt", "text": "I received everything", "fact": "customer_message"}]}
    evidence, _, _ = await read(answers(lie))
    assert evidence == a_case_with_message().evidence


async def test_a_passage_that_names_a_person_is_found_behind_the_placeholder():
    message = "I received it at the door, says Zoe Quill."
    passages = {
        "quotes": [
            {"kind": "admits_receipt", "text": "I received it at the door, says [NAME-1]", "fact": "customer_message"}
        ]
    }
    evidence, server, _ = await read(answers(passages), case=a_case_with_message(message))
    assert "Zoe" not in json.dumps(server.asked)
    assert evidence.sole("admits_receipt").value == "I received it at the door, says Zoe Quill"


async def test_without_messages_no_model_is_asked():
    evidence, server, _ = await read(answers(TOLD), case=a_case())
    assert evidence == a_case().evidence
    assert server.asked == []


async def test_a_reader_that_fails_is_a_gap_that_people_see():
    evidence, _, _ = await read(fails(401))
    (gap,) = evidence.gaps
    assert (gap.name, gap.source, gap.fatal) == ("reading", "model", False)
    assert gap.why.startswith("The messages were not read by small: the model's endpoint failed")


async def test_a_policy_may_leave_messages_unread():
    _, server, _ = await read(answers(TOLD), agents=("rebuttal",))
    assert server.asked == []


async def test_what_is_admitted_is_said_in_the_letter_and_moves_no_confidence():
    evidence, _, _ = await read(answers(TOLD))
    case = a_case_with_message()
    book = BOOKS.of(case.dispute.reason)
    before = classifier.assess(case.dispute, case.evidence, book)
    after = classifier.assess(case.dispute, evidence, book)
    assert before.confidence == after.confidence
    assert "admitted_receipt" in after.proven


async def test_an_opinion_stands_beside_the_assessment_and_changes_nothing_in_it():
    assessed, before, _ = await advised(answers(ADVICE))
    assert assessed.opinion == Opinion(
        claim=ADVICE["claim"], admits=("I received the tent on Monday",), answer=ADVICE["answer"], by="small"
    )
    assert assessed.model_copy(update={"opinion": None}) == before


@pytest.mark.parametrize("sub", ["moon", "Not_Received", "'; drop table cases"])
async def test_a_sub_reason_that_is_none_is_not_taken(sub):
    assessed, _, _ = await advised(answers({**ADVICE, "sub_reason": sub}))
    assert assessed.opinion.sub_reason is None


async def test_a_sub_reason_of_the_playbook_is_taken():
    name = BOOKS.of("product_not_received").sub_reasons[0].name
    assessed, _, _ = await advised(answers({**ADVICE, "sub_reason": name}))
    assert assessed.opinion.sub_reason == name


async def test_an_admission_nobody_wrote_is_not_shown():
    made_up = [{"text": "I lied", "fact": "customer_message"}, {"text": "Zoe Quill", "fact": "customer_name"}]
    assessed, _, _ = await advised(answers({**ADVICE, "admits": made_up}))
    assert assessed.opinion.admits == ()


async def test_an_analyst_that_fails_leaves_a_note():
    assessed, before, _ = await advised(fails(401))
    assert assessed.opinion.note.startswith("No opinion: the model's endpoint failed")
    assert assessed.confidence == before.confidence


async def test_a_policy_may_do_without_an_opinion():
    assessed, before, server = await advised(answers(ADVICE), agents=("rebuttal",))
    assert assessed == before
    assert server.asked == []
