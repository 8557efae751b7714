"""Questions to a chat model at any OpenAI-compatible endpoint, answered as data. A model has no tools of ours."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Literal, Self, TypeVar

from langchain_core.exceptions import LangChainException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langchain_openai.chat_models.base import OpenAIRefusalError
from openai import (
    APIResponseValidationError,
    BadRequestError,
    ContentFilterFinishReasonError,
    InternalServerError,
    LengthFinishReasonError,
    NotFoundError,
    OpenAIError,
    UnprocessableEntityError,
)
from opentelemetry import trace
from pydantic import BaseModel, JsonValue, SecretStr

from disputes.errors import BadStructure, GenerationFailed, NotConfigured, WriterFailed
from disputes.policy.model_budget import Agent, Meter, Usage
from disputes.privacy.pseudonyms import Pseudonyms

Answer = TypeVar("Answer", bound=BaseModel)
Method = Literal["json_schema", "function_calling", "json_mode"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_mode")
TRIES = 3
LONGEST = 8_000
_LETTERS_A_TOKEN = 3  # fewer than any common tokenizer has on average, so that an estimate is never too small

# An endpoint that lacks one way of structured output says so with one of these; only then is the next way tried.
_LACKS_THIS_WAY = (BadRequestError, NotFoundError, UnprocessableEntityError)
_REFUSED = (OpenAIRefusalError, ContentFilterFinishReasonError)
# What langchain-openai raises for answers that are not what OpenAI's API promises, down to a page of HTML.
_MISSHAPEN = (LengthFinishReasonError, APIResponseValidationError, ValueError, TypeError, LookupError, AttributeError)
_TRACER = trace.get_tracer("rebut.agents")


@dataclass(frozen=True)
class Prompt:
    """What an agent tells a model, the same for every case; the first line of its file names the version."""

    agent: Agent
    version: str
    text: str

    @classmethod
    def read(cls, agent: Agent) -> Self:
        """Read `prompts/<agent>.md`."""
        text = (Path(__file__).parent / "prompts" / f"{agent}.md").read_text("utf-8")
        return cls(agent, text.partition("\n")[0].rpartition(" ")[2], text)


@dataclass
class _Call:
    """One question on its way, and what became of it."""

    prompt: Prompt
    messages: Sequence[BaseMessage]
    meter: Meter
    usage: Usage = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = sum(len(str(message.content)) for message in self.messages) // _LETTERS_A_TOKEN


class Model:
    """One chat model at one endpoint; finds out once which way of structured output it offers."""

    def __init__(self, chat: BaseChatModel, *, name: str) -> None:
        self.name = name
        self._chat = chat
        self._known: Method | None = None

    async def ask(
        self, prompt: Prompt, schema: type[Answer], data: JsonValue, *, meter: Meter, veil: Pseudonyms | None = None
    ) -> Answer:
        """Give the answer in the form of `schema`; three malformed ones are enough.

        What `veil` knows of people is hidden from the model and put back in its answer. The policy's time is for all
        tries together. Raises `GenerationFailed`, `BadStructure` or `OverBudget`.
        """
        told = json.dumps(_each(data, veil.hide) if veil else data, ensure_ascii=False)
        call = _Call(prompt, [SystemMessage(prompt.text), HumanMessage(told)], meter)
        seconds = meter.allowance.seconds
        try:
            async with asyncio.timeout(seconds):
                answer = await self._tried(call, schema)
        except TimeoutError as slow:
            raise GenerationFailed(f"the model did not answer in {seconds:g} s") from slow
        return schema.model_validate(_each(answer.model_dump(mode="json"), veil.show)) if veil else answer

    async def _tried(self, call: _Call, schema: type[Answer]) -> Answer:
        failure: WriterFailed = GenerationFailed("the model's endpoint gave no answer")
        for method in (self._known,) * TRIES if self._known else METHODS:
            try:
                answer = await self._once(call, schema, method)
            except BadStructure as wrong:
                failure = wrong
            except (OpenAIError, LangChainException, OpenAIRefusalError, *_MISSHAPEN) as failed:
                failure = _told(failed)
                if not isinstance(failure, BadStructure) and not self._may_lack(failed):
                    raise failure from failed
            else:
                self._known = method
                return answer
        raise failure

    def _may_lack(self, failed: Exception) -> bool:
        """Tell whether an endpoint may offer another way: some, as llama.cpp's, answer 500 to one they lack."""
        if isinstance(failed, _LACKS_THIS_WAY):
            self._known = None
            return True
        return self._known is None and isinstance(failed, InternalServerError) and failed.status_code == 500  # noqa: PLR2004 - HTTP's own number

    async def _once(self, call: _Call, schema: type[Answer], method: Method) -> Answer:
        call.meter.admit(call.tokens)
        usage = Usage(
            agent=call.prompt.agent, model=self.name, prompt=call.prompt.version, method=method, tokens_in=call.tokens
        )
        began, ended = perf_counter(), "TimeoutError"
        # What a failure says may quote a person, so none is recorded but by its name.
        with _TRACER.start_as_current_span(f"chat {self.name}", record_exception=False) as span:
            try:
                told = await self._chat.with_structured_output(schema, method=method, include_raw=True).ainvoke(
                    list(call.messages)
                )
                usage = _counted(usage, told)
                answer = _read(told, schema)
                ended = "ok"
            except LengthFinishReasonError as cut:
                usage, ended = _cut_short(usage, cut), type(cut).__name__
                raise
            except Exception as failed:
                ended = type(failed).__name__
                raise
            finally:
                done = usage.model_copy(update={"ended": ended, "seconds": round(perf_counter() - began, 3)})
                span.set_attributes(_described(done))
                call.meter.note(done)
        return answer


def connect(*, name: str, api_key: str, base_url: str | None, seconds: float = 60.0, longest: int = LONGEST) -> Model:
    """Open a chat model at an OpenAI-compatible endpoint (OpenAI, Databricks serving endpoints, vLLM, Ollama).

    An answer has `longest` tokens at most, of which a model that reasons takes a part. Raises `NotConfigured` when no
    model or no key is named.
    """
    if not name.strip() or not api_key.strip():
        raise NotConfigured("no model, or no key for it, is configured")
    # Compatible endpoints offer chat completions; the newer responses API is OpenAI's alone.
    # OpenAI has renamed the limit, and what is compatible with it still knows the older name.
    older = {"max_tokens": longest} if base_url else None
    chat = ChatOpenAI(
        model=name,
        api_key=SecretStr(api_key),
        base_url=base_url,
        temperature=0,
        timeout=seconds,
        max_retries=1,
        use_responses_api=False,
        max_tokens=None if older else longest,
        extra_body=older,
    )
    return Model(chat, name=name)


def _read(told: object, schema: type[Answer]) -> Answer:
    """Take the answer out of what langchain gives: the message, what was parsed of it, and why not."""
    held = told if isinstance(told, dict) else {}
    wrong, parsed, raw = held.get("parsing_error"), held.get("parsed"), held.get("raw")
    if isinstance(wrong, _REFUSED):
        raise wrong
    if isinstance(raw, AIMessage) and raw.additional_kwargs.get("refusal"):
        raise OpenAIRefusalError("it said so")
    if not isinstance(parsed, schema):
        raise BadStructure(f"the model's answer has the wrong form: {type(wrong or parsed).__name__}")
    return parsed


def _counted(usage: Usage, told: object) -> Usage:
    raw = told.get("raw") if isinstance(told, dict) else None
    if not isinstance(raw, AIMessage):
        return usage
    if raw.usage_metadata:
        counted = raw.usage_metadata
        return usage.model_copy(update={"tokens_in": counted["input_tokens"], "tokens_out": counted["output_tokens"]})
    return usage.model_copy(update={"tokens_out": len(str(raw.content)) // _LETTERS_A_TOKEN})


def _cut_short(usage: Usage, cut: LengthFinishReasonError) -> Usage:
    """Count an answer that was too long: it is paid for all the same."""
    counted = cut.completion.usage
    if counted is None:
        return usage
    return usage.model_copy(update={"tokens_in": counted.prompt_tokens, "tokens_out": counted.completion_tokens})


def _described(usage: Usage) -> dict[str, str | int | float]:
    """Name a question as OpenTelemetry's conventions for generative AI do, without a word of its content."""
    named: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": usage.model,
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": usage.tokens_in,
        "gen_ai.usage.output_tokens": usage.tokens_out,
        "rebut.agent": usage.agent,
        "rebut.prompt": usage.prompt,
        "rebut.method": usage.method,
    }
    return named if usage.ended == "ok" else {**named, "error.type": usage.ended}


def _each(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    """Change every text in a document."""
    if isinstance(value, dict):
        return {key: _each(held, change) for key, held in value.items()}
    if isinstance(value, list):
        return [_each(held, change) for held in value]
    return change(value) if isinstance(value, str) else value


def _told(failed: Exception) -> WriterFailed:
    kind = type(failed).__name__
    if isinstance(failed, _REFUSED):
        return GenerationFailed(f"the model refused to write: {kind}")
    if isinstance(failed, _MISSHAPEN):
        return BadStructure(f"the model's answer has the wrong form: {kind}")
    return GenerationFailed(f"the model's endpoint failed: {kind}")
