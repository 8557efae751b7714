"""Calls of a chat model at any OpenAI-compatible endpoint, with structured answers. A model gets no tools of ours."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
PROMPTS = Path(__file__).parent / "prompts"
"""The folder of the shipped prompts."""

MAX_TRIES = 3
MAX_ANSWER_TOKENS = 8_000
_CHARACTERS_A_TOKEN = 3  # fewer than any common tokenizer has on average, so that an estimate is never too small

# An endpoint that lacks one way of structured output says so with one of these; only then is the next way tried.
_LACKS_METHOD = (BadRequestError, NotFoundError, UnprocessableEntityError)
_REFUSED = (OpenAIRefusalError, ContentFilterFinishReasonError)
# What langchain-openai raises for answers that are not what OpenAI's API promises, down to a page of HTML.
_MALFORMED = (LengthFinishReasonError, APIResponseValidationError, ValueError, TypeError, LookupError, AttributeError)
_TRACER = trace.get_tracer("rebut.agents")


@dataclass(frozen=True)
class Prompt:
    """An agent's system prompt, the same for every case; the first line of its file ends with the version."""

    agent: Agent
    version: str
    text: str

    @classmethod
    def read(cls, agent: Agent, folder: Path | None = None, *, name: str = "") -> Self:
        """Read `<agent>.md`, or `<name>.md`, of a merchant's folder, or the shipped one where the folder has none."""
        own = folder / f"{name or agent}.md" if folder else None
        file = own if own and own.exists() else PROMPTS / f"{name or agent}.md"
        text = file.read_text("utf-8")
        return cls(agent, text.partition("\n")[0].rpartition(" ")[2], text)


@dataclass
class _Call:
    """One call of a model: its messages, estimated tokens and meter."""

    prompt: Prompt
    messages: Sequence[BaseMessage]
    meter: Meter

    def __post_init__(self) -> None:
        self.tokens = sum(len(str(message.content)) for message in self.messages) // _CHARACTERS_A_TOKEN


class Model:
    """One chat model at one endpoint; learns from its answers which way of structured output it supports."""

    def __init__(self, chat: BaseChatModel, *, name: str) -> None:
        self.name = name
        self._chat = chat
        self._method: Method | None = None

    async def ask(
        self,
        prompt: Prompt,
        schema: type[Answer],
        data: JsonValue,
        *,
        meter: Meter,
        pseudonyms: Pseudonyms | None = None,
    ) -> Answer:
        """Return the model's answer as a `schema`, after at most three tries.

        `pseudonyms` replace personal data in the question and are resolved in the answer. The policy's time limit is
        for all tries together. Raises `GenerationFailed`, `BadStructure` or `OverBudget`.
        """
        question = json.dumps(_map_texts(data, pseudonyms.hide) if pseudonyms else data, ensure_ascii=False)
        call = _Call(prompt, [SystemMessage(prompt.text), HumanMessage(question)], meter)
        seconds = meter.allowance.seconds
        try:
            async with asyncio.timeout(seconds):
                answer = await self._try_methods(call, schema)
        except TimeoutError as error:
            raise GenerationFailed(f"the model did not answer in {seconds:g} s") from error
        if pseudonyms is None:
            return answer
        return schema.model_validate(_map_texts(answer.model_dump(mode="json"), pseudonyms.show))

    async def _try_methods(self, call: _Call, schema: type[Answer]) -> Answer:
        failure: WriterFailed = GenerationFailed("the model's endpoint gave no answer")
        for method in (self._method,) * MAX_TRIES if self._method else METHODS:
            try:
                answer = await self._call_once(call, schema, method)
            except BadStructure as error:
                failure = error
            except (OpenAIError, LangChainException, OpenAIRefusalError, *_MALFORMED) as error:
                failure = _convert_error(error)
                if not isinstance(failure, BadStructure) and not self._may_lack_method(error):
                    raise failure from error
            else:
                self._method = method
                return answer
        raise failure

    def _may_lack_method(self, error: Exception) -> bool:
        """Return whether another way may work: some endpoints, as llama.cpp's, answer 500 to one they lack."""
        if isinstance(error, _LACKS_METHOD):
            self._method = None
            return True
        return self._method is None and isinstance(error, InternalServerError) and error.status_code == 500  # noqa: PLR2004 - HTTP's own number

    async def _call_once(self, call: _Call, schema: type[Answer], method: Method) -> Answer:
        call.meter.check(call.tokens)
        usage = Usage(
            agent=call.prompt.agent, model=self.name, prompt=call.prompt.version, method=method, tokens_in=call.tokens
        )
        started, ended = perf_counter(), "TimeoutError"
        # An error message may quote a person, so only its class name is recorded.
        with _TRACER.start_as_current_span(f"chat {self.name}", record_exception=False) as span:
            try:
                result = await self._chat.with_structured_output(schema, method=method, include_raw=True).ainvoke(
                    list(call.messages)
                )
                usage = _count_tokens(usage, result)
                answer = _parse_answer(result, schema)
                ended = "ok"
            except LengthFinishReasonError as error:
                usage, ended = _count_cut_answer(usage, error), type(error).__name__
                raise
            except Exception as error:
                ended = type(error).__name__
                raise
            finally:
                finished = usage.model_copy(update={"ended": ended, "seconds": round(perf_counter() - started, 3)})
                span.set_attributes(_span_attributes(finished))
                call.meter.record(finished)
        return answer


def connect(
    *, name: str, api_key: str, base_url: str | None, seconds: float = 60.0, longest: int = MAX_ANSWER_TOKENS
) -> Model:
    """Return a chat model at an OpenAI-compatible endpoint (OpenAI, Databricks serving endpoints, vLLM, Ollama).

    An answer has at most `longest` tokens, and a reasoning model's reasoning counts. Raises `NotConfigured` without a
    model or key.
    """
    if not name.strip() or not api_key.strip():
        raise NotConfigured("no model, or no key for it, is configured")
    # Compatible endpoints offer chat completions; the newer responses API is OpenAI's alone.
    # OpenAI has renamed the limit, and compatible endpoints still know the older name only.
    legacy_limit = {"max_tokens": longest} if base_url else None
    chat = ChatOpenAI(
        model=name,
        api_key=SecretStr(api_key),
        base_url=base_url,
        temperature=0,
        timeout=seconds,
        max_retries=1,
        use_responses_api=False,
        max_tokens=None if legacy_limit else longest,
        extra_body=legacy_limit,
    )
    return Model(chat, name=name)


def _parse_answer(result: object, schema: type[Answer]) -> Answer:
    """Return the answer in LangChain's result, which holds the message, its parsed form and a parsing error."""
    fields = result if isinstance(result, dict) else {}
    error, parsed, raw = fields.get("parsing_error"), fields.get("parsed"), fields.get("raw")
    if isinstance(error, _REFUSED):
        raise error
    if isinstance(raw, AIMessage) and raw.additional_kwargs.get("refusal"):
        raise OpenAIRefusalError("it said so")
    if not isinstance(parsed, schema):
        raise BadStructure(f"the model's answer has the wrong form: {type(error or parsed).__name__}")
    return parsed


def _count_tokens(usage: Usage, result: object) -> Usage:
    raw = result.get("raw") if isinstance(result, dict) else None
    if not isinstance(raw, AIMessage):
        return usage
    if raw.usage_metadata:
        counted = raw.usage_metadata
        return usage.model_copy(update={"tokens_in": counted["input_tokens"], "tokens_out": counted["output_tokens"]})
    return usage.model_copy(update={"tokens_out": len(str(raw.content)) // _CHARACTERS_A_TOKEN})


def _count_cut_answer(usage: Usage, error: LengthFinishReasonError) -> Usage:
    """Return the usage of an answer that was too long, which is charged all the same."""
    counted = error.completion.usage
    if counted is None:
        return usage
    return usage.model_copy(update={"tokens_in": counted.prompt_tokens, "tokens_out": counted.completion_tokens})


def _span_attributes(usage: Usage) -> dict[str, str | int | float]:
    """Return the attributes of a span by OpenTelemetry's conventions for generative AI, without any content."""
    attributes: dict[str, str | int | float] = {
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
    return attributes if usage.ended == "ok" else {**attributes, "error.type": usage.ended}


def _map_texts(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    """Return a JSON document with every text changed."""
    if isinstance(value, dict):
        return {key: _map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _convert_error(error: Exception) -> WriterFailed:
    kind = type(error).__name__
    if isinstance(error, _REFUSED):
        return GenerationFailed(f"the model refused to write: {kind}")
    if isinstance(error, _MALFORMED):
        return BadStructure(f"the model's answer has the wrong form: {kind}")
    return GenerationFailed(f"the model's endpoint failed: {kind}")
