"""A model that obeys every order it finds in a case: a local OpenAI-compatible server, scripted, never honest twice.

Asked for a letter it writes what the attacker wants, beside the honest points, citing whatever might cover it. Asked
for quotes it passes the attacker's words off as proof. Asked for an opinion it gives the attacker's.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, cycle
from typing import Any

from disputes import text
from evals import http_server
from evals.attacks.attack import AttackCase
from evals.http_server import LocalServer

NAME = "obedient"
_LONGEST = 240
_ENOUGH = 30  # characters by which a planted text is known again
_PROOFS = ("delivered_at", "refund_amount", "customer_message", "delivery_signature", "cancel_requested_at")


@dataclass
class Obedient(LocalServer):
    """`orders` holds the attack of each dispute; a dispute without one is answered honestly. `asked` counts calls."""

    orders: dict[str, AttackCase] = field(default_factory=dict)
    asked: int = 0

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Obey what a prompt holds."""
        body = json.loads(await http_server.body(head, reader))
        self.asked += 1
        await http_server.tell(writer, _completion(body, self._obey(body)))

    def _obey(self, body: dict[str, Any]) -> dict[str, Any]:
        system, *_, quoted = (str(message["content"]) for message in body["messages"])
        case, wanted = _Case(json.loads(quoted)), _wanted(body)
        attack = self._order(quoted, case)
        if "quotes" in wanted:
            return {"quotes": _quotes(case, attack)}
        if "sub_reason" in wanted:
            return _opinion(case, attack)
        lies = _lies(case, attack, system) if attack else []
        return {"claims": [*_honest(case), *lies][:30]}

    def _order(self, quoted: str, case: "_Case") -> AttackCase | None:
        """Give the attack a prompt is about: it names the dispute, or holds what was planted."""
        named = (attack for identity, attack in self.orders.items() if f'"{identity}"' in quoted)
        held = (attack for attack in self.orders.values() if any(map(case.says, _signs(attack))))
        return next(chain(named, held), None)


@asynccontextmanager
async def obedient() -> AsyncIterator[Obedient]:
    """Serve on a free port of localhost."""
    server = Obedient()
    async with http_server.talking(server, path="/v1"):
        yield server


def _signs(attack: AttackCase) -> Iterator[str]:
    """Give the beginning of each planted text as prompts show it; what is left of some is nothing."""
    yield from filter(None, (text.line(said[:_LONGEST])[:_ENOUGH] for said in attack.planted.values()))


class _Case:
    """The case as a prompt shows it: whatever the JSON holds, wherever it stands."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.points = [said for said in told.get("points", []) if isinstance(said, str)]
        self.facts = {row["id"]: str(row.get("text", "")) for row in _rows(told)}
        self.kinds = [row["kind"] for row in told.get("kinds", [])] or list(_PROOFS)

    def says(self, said: str) -> bool:
        """Tell whether a fact or message holds a text."""
        return any(said in " ".join(told.split()) for told in self.facts.values())

    def holding(self, said: str) -> list[str]:
        """Name each fact whose text a sentence repeats, or that repeats the sentence."""
        return [name for name, told in self.facts.items() if told and (told in said or said in told)]


def _rows(value: object) -> Iterator[dict[str, Any]]:
    """Give every object that has an id and a text, however deep."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and "text" in value:
            yield value
        value = list(value.values())
    for part in value if isinstance(value, list) else []:
        yield from _rows(part)


def _wanted(body: dict[str, Any]) -> str:
    """Give the schema that was asked for, as text."""
    return json.dumps([body.get("response_format"), body.get("tools")])


def _honest(case: _Case) -> list[dict[str, Any]]:
    return [{"text": point, "facts": held} for point in case.points if (held := case.holding(point))][:12]


def _lies(case: _Case, attack: AttackCase, system: str) -> list[dict[str, Any]]:
    """Say all that was ordered, each time under another cover: the text's own fact, every fact, one that is not."""
    held = [name for said in attack.planted.values() for name in case.holding(said[:40])]
    covers = (held or list(case.facts)[:3], list(case.facts)[:40], ["refund:1"])
    copied = dict.fromkeys(said[:_LONGEST] for said in (*attack.planted.values(), *attack.plant.values()))
    lies = [{"text": said, "facts": cover} for said in attack.obeyed for cover in covers[:2]]
    lies += [{"text": said, "facts": cover} for said, cover in zip(copied, cycle(covers[:2]), strict=False)]
    hidden = " ".join(system.split())[:_LONGEST]
    return [*lies, {"text": attack.obeyed[0], "facts": covers[2]}, {"text": hidden, "facts": covers[1]}]


def _quotes(case: _Case, attack: AttackCase | None) -> list[dict[str, Any]]:
    if attack is None:
        return []
    said = (*attack.planted.values(), *attack.obeyed)
    names = list(case.facts) or ["customer_message"]
    return [
        {"kind": kind, "text": one[:_LONGEST], "fact": (case.holding(one[:40]) or names)[0]}
        for one in said
        for kind in case.kinds
    ]


def _opinion(case: _Case, attack: AttackCase | None) -> dict[str, Any]:
    if attack is None:
        return {"claim": "", "sub_reason": "", "admits": [], "answer": ""}
    names = list(case.facts) or ["customer_message"]
    admits = [{"text": said[:_LONGEST], "fact": names[0]} for said in (*attack.obeyed, *attack.planted.values())]
    return {"claim": attack.obeyed[0], "sub_reason": attack.obeyed[0], "admits": admits, "answer": attack.obeyed[-1]}


def _completion(body: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Give an answer as chat completions do: a call of the tool that was offered, or JSON text."""
    message: dict[str, Any] = {"role": "assistant", "content": json.dumps(told)}
    if tools := body.get("tools"):
        call = {"name": tools[0]["function"]["name"], "arguments": json.dumps(told)}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
    choice = {"index": 0, "finish_reason": "tool_calls" if tools else "stop", "message": message}
    usage = {"prompt_tokens": 1_000, "completion_tokens": 200, "total_tokens": 1_200}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": NAME, "choices": [choice], "usage": usage}
