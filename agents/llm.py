"""A model as a writer, through any OpenAI-compatible endpoint. It has no tools: it reads JSON and returns claims."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from langchain_core.exceptions import LangChainException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langchain_openai.chat_models.base import OpenAIRefusalError
from openai import (
    APIResponseValidationError,
    BadRequestError,
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
    NotFoundError,
    OpenAIError,
    UnprocessableEntityError,
)
from pydantic import BaseModel, Field, JsonValue, SecretStr

from disputes import money, text
from disputes.case import Case, Claim, Rebuttal
from disputes.errors import BadStructure, GenerationFailed, NotConfigured, WriterFailed
from disputes.evidence import render
from disputes.facts import label
from disputes.playbook import Playbooks

Method = Literal["json_schema", "function_calling", "json_mode"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_mode")
MOST_CLAIMS = 30

# An endpoint that lacks one way of structured output says so with one of these; only then is the next way tried.
_LACKS_THIS_WAY = (BadRequestError, NotFoundError, UnprocessableEntityError)
_REFUSED = (OpenAIRefusalError, ContentFilterFinishReasonError)
# What langchain-openai raises for answers that are not what OpenAI's API promises, down to a page of HTML.
_MISSHAPEN = (LengthFinishReasonError, APIResponseValidationError, ValueError, TypeError, LookupError, AttributeError)


class DraftClaim(BaseModel):
    """One claim of the letter."""

    text: str = Field(description="One or two formal sentences.")
    facts: list[str] = Field(description="Ids of the facts this claim rests on.")


class Draft(BaseModel):
    """The letter. Its schema names no sizes, since strict endpoints refuse some of them; the writer checks."""

    claims: list[DraftClaim]


class ModelWriter:
    """Writes letters with a chat model; finds out once which way of structured output the endpoint offers.

    A draft takes `seconds` at most, retries and other ways included.
    """

    def __init__(self, model: BaseChatModel, playbooks: Playbooks, *, name: str, seconds: float = 60.0) -> None:
        self.name = name
        self._seconds = seconds
        self._model = model
        self._playbooks = playbooks
        self._instructions = (Path(__file__).parent / "prompts" / "rebuttal.md").read_text("utf-8")
        self._methods = METHODS

    async def write(self, case: Case, *, objections: Sequence[str] = ()) -> Rebuttal:
        """Give the model's claims. Raises `GenerationFailed` or `BadStructure`."""
        messages = [SystemMessage(self._instructions), HumanMessage(json.dumps(self._quoted(case, objections)))]
        try:
            async with asyncio.timeout(self._seconds):
                draft = await self._draft(messages)
        except TimeoutError as slow:
            raise GenerationFailed(f"the model did not answer in {self._seconds:g} s") from slow
        claims = (Claim(text=text.line(c.text, limit=2_000), facts=tuple(map(text.line, c.facts))) for c in draft)
        return Rebuttal(claims=tuple(claims), writer=self.name)

    async def _draft(self, messages: list[BaseMessage]) -> list[DraftClaim]:
        failure: WriterFailed = GenerationFailed("the model's endpoint gave no answer")
        for method in self._methods:
            try:
                draft = await self._model.with_structured_output(Draft, method=method).ainvoke(messages)
            except (*_LACKS_THIS_WAY, *_MISSHAPEN) as wrong:
                failure = _told(wrong)
                continue
            except (OpenAIError, LangChainException, OpenAIRefusalError) as failed:
                raise _told(failed) from failed
            if isinstance(draft, Draft) and 0 < len(draft.claims) <= MOST_CLAIMS:
                self._methods = (method,)
                return draft.claims
            failure = BadStructure("the model answered without claims, or with far too many")
        raise failure

    def _quoted(self, case: Case, objections: Sequence[str]) -> dict[str, JsonValue]:
        playbook = self._playbooks.of(case.dispute.reason)
        helping = [fact for fact in case.evidence.facts if fact.bearing != "hurts"]
        points = playbook.fitting(case.dispute, case.evidence)
        proven = [point.say(proof) for point in points if (proof := point.proof(case.evidence))]
        return {
            "dispute": {
                "id": case.dispute.id,
                "reason": case.dispute.reason,
                "amount": money.write(case.dispute.money),
            },
            "claim": case.assessment.claim if case.assessment else playbook.claim,
            "answer": playbook.answer,
            "points": [*proven],
            "facts": [{"id": fact.id, "what": label(fact.kind), "text": render(fact)} for fact in helping],
            "objections": list(objections),
        }


def _told(failed: Exception) -> WriterFailed:
    kind = type(failed).__name__
    if isinstance(failed, _REFUSED):
        return GenerationFailed(f"the model refused to write: {kind}")
    if isinstance(failed, _MISSHAPEN):
        return BadStructure(f"the model's answer has the wrong form: {kind}")
    return GenerationFailed(f"the model's endpoint failed: {kind}")


def connect(*, name: str, api_key: str, base_url: str | None, seconds: float = 60.0) -> BaseChatModel:
    """Open a chat model at an OpenAI-compatible endpoint (OpenAI, Databricks serving endpoints, vLLM, Ollama).

    Raises `NotConfigured` when no model or no key is named.
    """
    if not name.strip() or not api_key.strip():
        raise NotConfigured("no model, or no key for it, is configured")
    # Compatible endpoints offer chat completions; the newer responses API is OpenAI's alone.
    return ChatOpenAI(
        model=name,
        api_key=SecretStr(api_key),
        base_url=base_url,
        temperature=0,
        timeout=seconds,
        max_retries=1,
        use_responses_api=False,
    )
