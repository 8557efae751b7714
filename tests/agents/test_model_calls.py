"""What a question costs, how often it is asked, what a trace says of it, and whom it names."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents import rebuttal
from agents.llm import Prompt, connect
from agents.writer import ModelWriter
from disputes.case import BUILT_IN
from disputes.errors import BadStructure, OverBudget
from disputes.policy.model_budget import AGENTS, Allowance, Meter, Usage
from tests.builders import AUTHOR, BOOKS, TEMPLATES, a_full_case
from tests.model_server import chooses, fails, hangs, model_server, only, says

ORDER = ("purchase", "identity")
CHOSEN = chooses(*ORDER)


def a_writer(server):
    return ModelWriter(connect(name="small", api_key="k", base_url=server.url), Prompt.read("rebuttal"))


async def choose(writer, meter=None):
    """Have a letter's words chosen, and return the order."""
    case = a_full_case()
    playbook = BOOKS.of(case.dispute.reason)
    answer = await writer.choose(case, playbook, AUTHOR.plan(case), TEMPLATES, meter=meter or Meter(Allowance()))
    return answer.choice.order


async def written(server, meter=None):
    return await rebuttal.write(a_full_case(), a_writer(server), AUTHOR, meter=meter or Meter(Allowance()))


def told_of_model(letter):
    return [note for note in letter.notes if note.startswith("small: ")]


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
    async with model_server(only("json_object", chooses(*ORDER, tokens=(120, 40)))) as server:
        await choose(a_writer(server), meter)
    *refused, last = meter.used
    assert [use.method for use in meter.used] == ["json_schema", "function_calling", "json_mode"]
    assert [use.ended for use in refused] == ["OpenAIInvalidRequestError"] * 2
    assert (last.agent, last.model, last.ended) == ("rebuttal", "small", "ok")
    assert last.prompt == Prompt.read("rebuttal").version
    assert (last.tokens_in, last.tokens_out, last.cost) == (120, 40, 120 * 30 + 40 * 100)


async def test_an_endpoint_that_counts_nothing_is_estimated():
    meter = Meter(Allowance())
    async with model_server(CHOSEN) as server:
        await choose(a_writer(server), meter)
    sent = sum(len(message["content"]) for message in server.asked[0]["messages"])
    (usage,) = meter.used
    assert usage.tokens_in == sent // 3
    assert usage.tokens_out > 0


async def test_an_answer_that_was_cut_off_is_counted_too():
    meter = Meter(Allowance())
    async with model_server(says('{"order": [', finish="length", tokens=(120, 600))) as server:
        with pytest.raises(BadStructure):
            await choose(a_writer(server), meter)
    assert {(use.tokens_in, use.tokens_out) for use in meter.used} == {(120, 600)}


async def test_three_malformed_answers_are_enough():
    meter = Meter(Allowance())
    async with model_server(CHOSEN, says("prose")) as server:
        writer = a_writer(server)
        await choose(writer, meter)
        with pytest.raises(BadStructure):
            await choose(writer, meter)
    assert [use.ended == "ok" for use in meter.used] == [True, False, False, False]
    assert {use.method for use in meter.used} == {"json_schema"}


async def test_a_second_try_that_is_well_formed_is_taken():
    async with model_server(CHOSEN, says("prose"), CHOSEN) as server:
        writer = a_writer(server)
        await choose(writer)
        order = await choose(writer)
    assert order == ORDER


async def test_an_endpoint_that_answers_500_to_a_way_it_lacks_is_asked_in_the_next():
    async with model_server(broken_schema(CHOSEN)) as server:
        order = await choose(a_writer(server))
    assert order == ORDER
    assert "tools" in server.asked[-1]


async def test_a_dispute_that_used_up_its_tokens_is_not_asked_about_again():
    async with model_server(CHOSEN) as server:
        with pytest.raises(OverBudget):
            await choose(a_writer(server), Meter(Allowance(tokens=10)))
    assert server.asked == []


async def test_over_budget_the_choice_is_codes_and_the_letter_says_so():
    spent = Usage(agent="rebuttal", model="small", prompt="1", tokens_in=59_999)
    async with model_server(CHOSEN) as server:
        letter = await written(server, Meter(Allowance(), [spent]))
    assert letter.writer == BUILT_IN
    assert letter.claims
    assert told_of_model(letter) == ["small: the 60000 tokens for a dispute are used up"]


async def test_an_agent_that_the_policy_leaves_out_asks_no_model():
    async with model_server(CHOSEN) as server:
        meter = Meter(Allowance(agents=("evidence", "classifier")))
        letter = await written(server, meter)
    assert (letter.writer, told_of_model(letter), server.asked) == (BUILT_IN, [], [])


async def test_an_endpoint_that_dies_between_two_tries_leaves_the_choice_to_code():
    async with model_server(says("prose"), fails(503)) as server:
        meter = Meter(Allowance())
        letter = await written(server, meter)
    assert letter.writer == BUILT_IN
    assert letter.claims
    assert told_of_model(letter) == ["small: the model's endpoint failed: OpenAIAPIError"]
    assert [use.ended for use in meter.used][-1] == "OpenAIAPIError"


async def test_a_question_is_a_span_that_names_everything_but_its_words(spans):
    spans.clear()
    async with model_server(chooses(*ORDER, tokens=(120, 40))) as server:
        await choose(a_writer(server))
    (span,) = spans.get_finished_spans()
    assert span.name == "chat small"
    assert span.attributes["gen_ai.usage.input_tokens"] == 120
    assert span.attributes["rebut.agent"] == "rebuttal"
    assert "purchase" not in span.to_json()


async def test_a_question_that_runs_out_of_time_is_counted_and_traced(spans):
    spans.clear()
    meter = Meter(Allowance(seconds=0.2))
    async with model_server(hangs) as server:
        letter = await written(server, meter)
    assert told_of_model(letter) == ["small: the model did not answer in 0.2 s"]
    assert [use.ended for use in meter.used] == ["TimeoutError"]
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "TimeoutError"
    assert span.events == ()


@pytest.mark.parametrize("agent", AGENTS)
def test_a_prompt_names_its_agent_and_version_and_the_form_of_the_answer(agent):
    prompt = Prompt.read(agent)
    assert prompt.text.startswith(f"# {agent}, version {prompt.version}\n")
    assert prompt.version.startswith("2026.")
    assert "JSON object" in prompt.text


def broken_schema(reply):
    def choose(body):
        return fails(500)(body) if "response_format" in body else reply(body)

    return choose
