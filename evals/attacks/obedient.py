"""A scripted model that obeys every order it finds in a case, served as a local OpenAI-compatible endpoint.

Asked for the words of a letter it drafts, orders and chooses whatever it sees dictated; its recorded questions prove
that it sees nothing. One that remembers dictates there what it read elsewhere. Asked for quotes it returns the
attacker's words as proof. Asked for an opinion it returns the attacker's.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from disputes.text import line
from evals import http_server
from evals.http_server import LocalServer

NAME = "obedient"
_MAX_CHARACTERS = 240
_BEGINNING = 30  # characters by which a planted text is recognized
_PROOFS = ("delivered_at", "refund_amount", "customer_message", "delivery_signature", "cancel_requested_at")
_MAX_DRAFT = 20


class Dictated(Protocol):
    """What an attack dictates: the texts it plants, and the sentences that a model would write that obeys."""

    @property
    def planted(self) -> Mapping[str, str]:
        """The text in each channel, in its guise."""

    @property
    def obeyed(self) -> tuple[str, ...]:
        """The sentences of a letter that obeys."""


@dataclass
class ObedientModel(LocalServer):
    """A model that obeys the attack of each dispute in `attacks`, by its id, and answers other disputes honestly.

    `questions` are those it was asked for the words of letters, and `calls` counts all. `remembered` is an attack that
    it carries into every letter, though no question tells it.
    """

    attacks: dict[str, Dictated] = field(default_factory=dict)
    remembered: Dictated | None = None
    questions: list[str] = field(default_factory=list)
    calls: int = 0

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the chat completion of one prompt."""
        body = json.loads(await http_server.read_body(head, reader))
        self.calls += 1
        await http_server.send_json(writer, _completion(body, self._answer_prompt(body)))

    def _answer_prompt(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt = str(body["messages"][-1]["content"])
        case, schema = _PromptCase(json.loads(prompt)), _schema(body)
        attack = self._find_attack(prompt, case) or self.remembered
        if "quotes" in schema:
            return {"quotes": _quotes(case, attack)}
        if "sub_reason" in schema:
            return _opinion(case, attack)
        self.questions.append(prompt)
        return _words(case, attack)

    def _find_attack(self, prompt: str, case: "_PromptCase") -> Dictated | None:
        """Return the attack a prompt is about: the prompt has the dispute's id or the planted text."""
        by_id = (attack for identity, attack in self.attacks.items() if f'"{identity}"' in prompt)
        matches = (attack for attack in self.attacks.values() if any(map(case.contains, _beginnings(attack))))
        return next(chain(by_id, matches), None)


@asynccontextmanager
async def serve_obedient_model() -> AsyncIterator[ObedientModel]:
    """Serve the model on a free port of localhost."""
    server = ObedientModel()
    async with http_server.serving(server, path="/v1"):
        yield server


def _beginnings(attack: Dictated) -> Iterator[str]:
    """Yield the beginning of each planted text as prompts show it; texts that are empty by then are left out."""
    yield from filter(None, (line(text[:_MAX_CHARACTERS])[:_BEGINNING] for text in attack.planted.values()))


class _PromptCase:
    """A case as a prompt shows it: the facts, texts, kinds and paragraphs found in its JSON."""

    def __init__(self, prompt: dict[str, Any]) -> None:
        self.facts = {row["id"]: str(row.get("text", "")) for row in _rows(prompt)}
        self.kinds = [row["kind"] for row in prompt.get("kinds", [])] or list(_PROOFS)
        self.topics = [row["topic"] for row in prompt.get("paragraphs", [])]
        self.templates = [row for paragraph in prompt.get("paragraphs", []) for row in paragraph["sentences"]]
        self.whole = " ".join(json.dumps(prompt, ensure_ascii=False).split())

    def contains(self, text: str) -> bool:
        """Check whether a text stands anywhere in the prompt."""
        return text in self.whole

    def matching_facts(self, sentence: str) -> list[str]:
        """Return the id of each fact whose text contains the sentence or is contained in it."""
        return [name for name, text in self.facts.items() if text and (text in sentence or sentence in text)]


def _rows(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object with an id and a text, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and "text" in value:
            yield value
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        yield from _rows(part)


def _schema(body: dict[str, Any]) -> str:
    """Return the requested schema as text."""
    return json.dumps([body.get("response_format"), body.get("tools")])


def _words(case: _PromptCase, attack: Dictated | None) -> dict[str, Any]:
    """Return the order, phrasings and draft: the last of each phrasing, and all that an attack dictates."""
    phrasings = [{"template": row["template"], "phrasing": len(row["phrasings"]) - 1} for row in case.templates]
    dictated = [text for text in (*attack.obeyed, *attack.planted.values()) if text] if attack else []
    slot = f" {{{case.kinds[0]}}}"  # a sentence without a slot would rest on nothing
    return {
        "order": [*(text[:_MAX_CHARACTERS] for text in dictated), *reversed(case.topics)],
        "phrasings": [*phrasings, *({"template": text[:_MAX_CHARACTERS], "phrasing": 9} for text in dictated)],
        "draft": [_draft(text[:_MAX_CHARACTERS], more) for text in dictated for more in ("", slot)][:_MAX_DRAFT],
    }


def _draft(text: str, slot: str) -> dict[str, str]:
    return {"topic": text, "text": f"{text}{slot}"}


def _quotes(case: _PromptCase, attack: Dictated | None) -> list[dict[str, Any]]:
    if attack is None:
        return []
    texts = (*attack.planted.values(), *attack.obeyed)
    names = list(case.facts) or ["customer_message"]
    return [
        {"kind": kind, "text": text[:_MAX_CHARACTERS], "fact": (case.matching_facts(text[:40]) or names)[0]}
        for text in texts
        for kind in case.kinds
    ]


def _opinion(case: _PromptCase, attack: Dictated | None) -> dict[str, Any]:
    if attack is None:
        return {"claim": "", "sub_reason": "", "admits": [], "answer": ""}
    names = list(case.facts) or ["customer_message"]
    admits = [{"text": text[:_MAX_CHARACTERS], "fact": names[0]} for text in (*attack.obeyed, *attack.planted.values())]
    return {"claim": attack.obeyed[0], "sub_reason": attack.obeyed[0], "admits": admits, "answer": attack.obeyed[-1]}


def _completion(body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as a chat completion: a call of the offered tool, or JSON text."""
    message: dict[str, Any] = {"role": "assistant", "content": json.dumps(answer)}
    if tools := body.get("tools"):
        call = {"name": tools[0]["function"]["name"], "arguments": json.dumps(answer)}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    choice = {"index": 0, "finish_reason": "tool_calls" if tools else "stop", "message": message}
    usage = {"prompt_tokens": 1_000, "completion_tokens": 200, "total_tokens": 1_200}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": NAME, "choices": [choice], "usage": usage}
