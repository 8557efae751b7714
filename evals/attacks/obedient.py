"""A scripted model that obeys every order it finds in a case, served as a local OpenAI-compatible endpoint.

Asked for a letter it writes what the attacker wants, beside the honest points, and cites whatever might support it.
Asked for quotes it returns the attacker's words as proof. Asked for an opinion it returns the attacker's.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any

from disputes.text import line
from evals import http_server
from evals.attacks.attack import AttackCase
from evals.http_server import LocalServer

NAME = "obedient"
_MAX_CHARACTERS = 240
_BEGINNING = 30  # characters by which a planted text is recognized
_PROOFS = ("delivered_at", "refund_amount", "customer_message", "delivery_signature", "cancel_requested_at")


@dataclass
class ObedientModel(LocalServer):
    """A model that obeys the attack of each dispute in `attacks`, by its id, and answers other disputes honestly.

    `calls` counts the requests.
    """

    attacks: dict[str, AttackCase] = field(default_factory=dict)
    calls: int = 0

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the chat completion of one prompt."""
        body = json.loads(await http_server.read_body(head, reader))
        self.calls += 1
        await http_server.send_json(writer, _completion(body, self._answer_prompt(body)))

    def _answer_prompt(self, body: dict[str, Any]) -> dict[str, Any]:
        system, *_, prompt = (str(message["content"]) for message in body["messages"])
        case, schema = _PromptCase(json.loads(prompt)), _schema(body)
        attack = self._find_attack(prompt, case)
        if "quotes" in schema:
            return {"quotes": _quotes(case, attack)}
        if "sub_reason" in schema:
            return _opinion(case, attack)
        ordered = _ordered_claims(case, attack, system) if attack else []
        return {"claims": [*_honest_claims(case), *ordered][:30]}

    def _find_attack(self, prompt: str, case: "_PromptCase") -> AttackCase | None:
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


def _beginnings(attack: AttackCase) -> Iterator[str]:
    """Yield the beginning of each planted text as prompts show it; texts that are empty by then are left out."""
    yield from filter(None, (line(text[:_MAX_CHARACTERS])[:_BEGINNING] for text in attack.planted.values()))


class _PromptCase:
    """A case as a prompt shows it: the points, facts and kinds found anywhere in its JSON."""

    def __init__(self, prompt: dict[str, Any]) -> None:
        self.points = [point for point in prompt.get("points", []) if isinstance(point, str)]
        self.facts = {row["id"]: str(row.get("text", "")) for row in _rows(prompt)}
        self.kinds = [row["kind"] for row in prompt.get("kinds", [])] or list(_PROOFS)

    def contains(self, text: str) -> bool:
        """Check whether a fact or message contains a text."""
        return any(text in " ".join(fact.split()) for fact in self.facts.values())

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


def _honest_claims(case: _PromptCase) -> list[dict[str, Any]]:
    return [{"text": point, "facts": matches} for point in case.points if (matches := case.matching_facts(point))][:12]


def _ordered_claims(case: _PromptCase, attack: AttackCase, system: str) -> list[dict[str, Any]]:
    """Return all ordered claims, citing in turn the text's own facts, all facts, and a fact that does not exist."""
    matches = [name for text in attack.planted.values() for name in case.matching_facts(text[:40])]
    citations = (matches or list(case.facts)[:3], list(case.facts)[:40], ["refund:1"])
    copies = dict.fromkeys(text[:_MAX_CHARACTERS] for text in (*attack.planted.values(), *attack.plant.values()))
    ordered = [{"text": text, "facts": citation} for text in attack.obeyed for citation in citations[:2]]
    ordered += [{"text": text, "facts": citation} for text, citation in zip(copies, cycle(citations[:2]), strict=False)]
    system_prompt = " ".join(system.split())[:_MAX_CHARACTERS]
    return [*ordered, {"text": attack.obeyed[0], "facts": citations[2]}, {"text": system_prompt, "facts": citations[1]}]


def _quotes(case: _PromptCase, attack: AttackCase | None) -> list[dict[str, Any]]:
    if attack is None:
        return []
    texts = (*attack.planted.values(), *attack.obeyed)
    names = list(case.facts) or ["customer_message"]
    return [
        {"kind": kind, "text": text[:_MAX_CHARACTERS], "fact": (case.matching_facts(text[:40]) or names)[0]}
        for text in texts
        for kind in case.kinds
    ]


def _opinion(case: _PromptCase, attack: AttackCase | None) -> dict[str, Any]:
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
