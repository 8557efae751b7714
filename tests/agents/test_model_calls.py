"""What a question costs, how often it is asked, what a trace says of it, and whom it names."""

import json

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents import rebuttal
from agents.llm import Prompt, connect
from agents.rebuttal import BuiltInWriter
from agents.writer import ModelWriter
from disputes.errors import BadStructure, OverBudget
from disputes.evidence import Evidence, build_fact
from disputes.policy.model_budget import AGENTS, Allowance, Meter, Usage
from tests.builders import BOOKS, a_case, a_claim
from tests.model_server import claims, fails, hangs, model_server, only, says

PAID = ("We received a payment of 1,234.56 USD.", ["amount_paid"])


def a_writer(server):
    return ModelWriter(connect(name="small", api_key="k", base_url=server.url), BOOKS)


@pytest.fixture(scope="module")
def spans():
    """All spans of this process; OpenTelemetry takes one provider for its whole life."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


async def test_every_question_is_counted_with_model_prompt_and_way():
    meter = Meter(Allowance(price_in=30, price_out=100))
    async with model_server(only("json_object", claims(PAID, tokens=(120, 40)))) as server:
        await a_writer(server).write(a_case(), meter=meter)
    *refused, last = meter.used
    assert [use.method for use in meter.used] == ["json_schema", "function_calling", "json_mode"]
    assert [use.ended for use in refused] == ["OpenAIInvalidRequestError"] * 2
    assert (last.agent, last.model, last.ended) == ("rebuttal", "small", "ok")
    assert last.prompt == Prompt.read("rebuttal").version
    assert (last.tokens_in, last.tokens_out, last.cost) == (120, 40, 120 * 30 + 40 * 100)


async def test_an_endpoint_that_counts_nothing_is_estimated():
    meter = Meter(Allowance())
    async with model_server(claims(PAID)) as server:
        await a_writer(server).write(a_case(), meter=meter)
    sent = sum(len(message["content"]) for message in server.asked[0]["messages"])
    (usage,) = meter.used
    assert usage.tokens_in == sent // 3
    assert usage.tokens_out > 0


async def test_an_answer_that_was_cut_off_is_counted_too():
    meter = Meter(Allowance())
    async with model_server(says('{"claims": [', finish="length", tokens=(120, 600))) as server:
        with pytest.raises(BadStructure):
            await a_writer(server).write(a_case(), meter=meter)
    assert {(use.tokens_in, use.tokens_out) for use in meter.used} == {(120, 600)}


async def test_three_malformed_answers_are_enough():
    meter = Meter(Allowance())
    async with model_server(claims(PAID), says("prose")) as server:
        writer = a_writer(server)
        await writer.write(a_case(), meter=meter)
        with pytest.raises(BadStructure):
            await writer.write(a_case(), meter=meter)
    assert [use.ended == "ok" for use in meter.used] == [True, False, False, False]
    assert {use.method for use in meter.used} == {"json_schema"}


async def test_a_second_try_that_is_well_formed_is_taken():
    async with model_server(claims(PAID), says("prose"), claims(PAID)) as server:
        writer = a_writer(server)
        await writer.write(a_case(), meter=Meter(Allowance()))
        letter = await writer.write(a_case(), meter=Meter(Allowance()))
    assert letter.claims == (a_claim(),)


async def test_an_endpoint_that_answers_500_to_a_way_it_lacks_is_asked_in_the_next():
    async with model_server(broken_schema(claims(PAID))) as server:
        letter = await a_writer(server).write(a_case(), meter=Meter(Allowance()))
    assert letter.claims == (a_claim(),)
    assert "tools" in server.asked[-1]


async def test_a_dispute_that_used_up_its_tokens_is_not_asked_about_again():
    async with model_server(claims(PAID)) as server:
        with pytest.raises(OverBudget):
            await a_writer(server).write(a_case(), meter=Meter(Allowance(tokens=10)))
    assert server.asked == []


async def test_over_budget_the_built_in_writer_takes_over_and_the_letter_says_so():
    spent = Usage(agent="rebuttal", model="small", prompt="1", tokens_in=59_999)
    async with model_server(claims(PAID)) as server:
        letter = await rebuttal.write(
            a_case(), a_writer(server), BuiltInWriter(BOOKS), meter=Meter(Allowance(), [spent])
        )
    assert letter.writer == "built-in"
    assert letter.notes == ("small: the 60000 tokens for a dispute are used up",)


async def test_an_agent_that_the_policy_leaves_out_asks_no_model():
    async with model_server(claims(PAID)) as server:
        meter = Meter(Allowance(agents=("evidence", "classifier")))
        letter = await rebuttal.write(a_case(), a_writer(server), BuiltInWriter(BOOKS), meter=meter)
    assert (letter.writer, letter.notes, server.asked) == ("built-in", (), [])


async def test_an_endpoint_that_dies_between_two_drafts_leaves_the_built_in_letter():
    ungrounded = claims(("We received a payment of 1,234.57 USD.", ["amount_paid"]))
    async with model_server(ungrounded, fails(503)) as server:
        meter = Meter(Allowance())
        letter = await rebuttal.write(a_case(), a_writer(server), BuiltInWriter(BOOKS), meter=meter)
    assert letter.writer == "built-in"
    assert letter.claims
    assert letter.notes == ("small: the model's endpoint failed: OpenAIAPIError",)
    assert [use.ended for use in meter.used] == ["ok", "OpenAIAPIError"]


async def test_a_question_is_a_span_that_names_everything_but_its_words(spans):
    spans.clear()
    async with model_server(claims(PAID, tokens=(120, 40))) as server:
        await a_writer(server).write(a_case(), meter=Meter(Allowance()))
    (span,) = spans.get_finished_spans()
    assert span.name == "chat small"
    assert span.attributes["gen_ai.usage.input_tokens"] == 120
    assert span.attributes["rebut.agent"] == "rebuttal"
    assert "1,234.56" not in span.to_json()


async def test_a_question_that_runs_out_of_time_is_counted_and_traced(spans):
    spans.clear()
    meter = Meter(Allowance(seconds=0.2))
    async with model_server(hangs) as server:
        letter = await rebuttal.write(a_case(), a_writer(server), BuiltInWriter(BOOKS), meter=meter)
    assert letter.notes == ("small: the model did not answer in 0.2 s",)
    assert [use.ended for use in meter.used] == ["TimeoutError"]
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "TimeoutError"
    assert span.events == ()


async def test_people_are_placeholders_to_the_model_and_people_again_in_the_letter():
    people = (
        build_fact("customer_name", "Zoe Quill", "test"),
        build_fact("customer_email", "zoe@quill.example", "test"),
    )
    case = a_case().model_copy(update={"evidence": a_case().evidence.plus(Evidence(facts=people))})
    async with model_server(named) as server:
        letter = await a_writer(server).write(case, meter=Meter(Allowance()))
    asked = json.dumps(server.asked)
    assert "Zoe" not in asked
    assert "quill.example" not in asked
    assert letter.claims[0].text == "The purchase was made by Zoe Quill."


async def test_where_the_policy_allows_it_people_are_named_to_the_model():
    person = build_fact("customer_name", "Zoe Quill", "test")
    case = a_case().model_copy(update={"evidence": a_case().evidence.plus(Evidence(facts=(person,)))})
    async with model_server(claims(PAID)) as server:
        await a_writer(server).write(case, meter=Meter(Allowance(personal=True)))
    assert "Zoe Quill" in json.dumps(server.asked)


@pytest.mark.parametrize("agent", AGENTS)
def test_a_prompt_names_its_agent_and_version_and_the_form_of_the_answer(agent):
    prompt = Prompt.read(agent)
    assert prompt.text.startswith(f"# {agent}, version {prompt.version}\n")
    assert prompt.version.startswith("2026.")
    assert "JSON object" in prompt.text


def named(body):
    question = json.loads(body["messages"][1]["content"])
    name = next(fact["text"] for fact in question["facts"] if fact["id"] == "customer_name")
    return claims((f"The purchase was made by {name}.", ["customer_name"]))(body)


def broken_schema(reply):
    def choose(body):
        return fails(500)(body) if "response_format" in body else reply(body)

    return choose
