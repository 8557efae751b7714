"""A model as a writer, through any OpenAI-compatible endpoint. It has no tools: it reads JSON and returns claims."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import OpenAIError
from pydantic import BaseModel, Field, JsonValue, SecretStr, ValidationError

from disputes import money, text
from disputes.case import Case, Claim, Rebuttal
from disputes.errors import BadStructure, GenerationFailed
from disputes.evidence import render
from disputes.facts import label
from disputes.playbook import Playbooks

Method = Literal["json_schema", "function_calling", "json_mode"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_mode")


class DraftClaim(BaseModel):
    """One claim of the letter."""

    text: str = Field(description="One or two formal sentences.", max_length=2_000)
    facts: list[str] = Field(description="Ids of the facts this claim rests on.", min_length=1, max_length=20)


class Draft(BaseModel):
    """The letter."""

    claims: list[DraftClaim] = Field(min_length=1, max_length=30)


class ModelWriter:
    """Writes letters with a chat model; finds out once which way of structured output the endpoint offers."""

    def __init__(self, model: BaseChatModel, playbooks: Playbooks, *, name: str) -> None:
        self.name = name
        self._model = model
        self._playbooks = playbooks
        self._instructions = (Path(__file__).parent / "prompts" / "rebuttal.md").read_text("utf-8")
        self._methods = METHODS

    async def write(self, case: Case, *, objections: Sequence[str] = ()) -> Rebuttal:
        """Give the model's claims. Raises `GenerationFailed` or `BadStructure`."""
        messages = [SystemMessage(self._instructions), HumanMessage(json.dumps(self._quoted(case, objections)))]
        draft = await self._draft(messages)
        claims = (Claim(text=text.line(c.text, limit=2_000), facts=tuple(c.facts)) for c in draft.claims)
        return Rebuttal(claims=tuple(claims), writer=self.name)

    async def _draft(self, messages: list[BaseMessage]) -> Draft:
        failure: Exception = GenerationFailed("the model's endpoint gave no answer")
        for method in self._methods:
            try:
                draft = await self._model.with_structured_output(Draft, method=method).ainvoke(messages)
            except OpenAIError as failed:
                failure = GenerationFailed(f"the model's endpoint failed: {type(failed).__name__}")
                continue
            except (ValidationError, ValueError) as wrong:
                failure = BadStructure(f"the model's answer has the wrong form: {type(wrong).__name__}")
                continue
            if isinstance(draft, Draft):
                self._methods = (method,)
                return draft
            failure = BadStructure("the model answered without claims")
        raise failure

    def _quoted(self, case: Case, objections: Sequence[str]) -> dict[str, JsonValue]:
        playbook = self._playbooks.of(case.dispute.reason)
        helping = [fact for fact in case.evidence.facts if fact.bearing != "hurts"]
        proven = [point.say(proof) for point in playbook.points if (proof := point.proof(case.evidence))]
        return {
            "dispute": {
                "id": case.dispute.id,
                "reason": case.dispute.reason,
                "amount": money.write(case.dispute.money),
            },
            "claim": case.assessment.claim if case.assessment else playbook.claim,
            "answer": playbook.answer,
            "points": list(proven),
            "facts": [{"id": fact.id, "what": label(fact.kind), "text": render(fact)} for fact in helping],
            "objections": list(objections),
        }


def connect(*, name: str, api_key: str, base_url: str | None, seconds: float = 60.0) -> BaseChatModel:
    """Open a chat model at an OpenAI-compatible endpoint (OpenAI, Databricks serving endpoints, vLLM, Ollama)."""
    return ChatOpenAI(
        model=name, api_key=SecretStr(api_key), base_url=base_url, temperature=0, timeout=seconds, max_retries=1
    )
