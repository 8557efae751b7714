"""Answers of larger models, written by hand since none could be reached, and served as a model's endpoint.

`recorded/*.json` hold one letter each, by case. Some of them lie on purpose, in the ways in which models lie.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from disputes.errors import Invalid
from disputes.model import Strict
from evals import http_server
from evals.case import load as load_cases
from evals.http_server import LocalServer

RECORDED = Path(__file__).parent / "recorded"


class RecordedClaim(Strict):
    """One claim of a letter. `wrong` says what code must find in it, and is empty for a claim that stands."""

    text: str
    facts: tuple[str, ...]
    wrong: str = ""


class RecordedLetter(Strict):
    """The recorded answer to the draft of one case."""

    case: str
    note: str
    claims: tuple[RecordedClaim, ...]


def load(folder: Path = RECORDED) -> dict[str, RecordedLetter]:
    """Read every recorded letter by the id of its case."""
    letters = [RecordedLetter.model_validate_json(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return {letter.case: letter for letter in letters}


@asynccontextmanager
async def served(letters: Mapping[str, RecordedLetter]) -> AsyncIterator[str]:
    """Serve the letters as an OpenAI-compatible endpoint on a free port of this machine; gives its base URL."""
    desk = _Desk({str(case.dispute["id"]): letters[case.id] for case in load_cases() if case.id in letters})
    async with http_server.talking(desk, path="/v1"):
        yield desk.url


@dataclass
class _Desk(LocalServer):
    """Answers chat completions out of recorded letters, by the id of the dispute in the prompt's JSON."""

    letters: Mapping[str, RecordedLetter]

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one prompt."""
        await http_server.tell(writer, self._completion(json.loads(await http_server.body(head, reader))))

    def _completion(self, body: Mapping[str, JsonValue]) -> JsonValue:
        asked = _asked(body)
        content = json.dumps(self._answer(asked))
        tokens = {"prompt_tokens": len(json.dumps(asked)) // 4, "completion_tokens": len(content) // 4}
        choice: JsonValue = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": content},
        }
        usage: JsonValue = {**tokens, "total_tokens": sum(tokens.values())}
        return {
            "id": "recorded",
            "object": "chat.completion",
            "created": 1,
            "model": "recorded",
            "choices": [choice],
            "usage": usage,
        }

    def _answer(self, asked: dict[str, JsonValue]) -> JsonValue:
        """Answer the draft; the two other questions get the shortest answer there is."""
        if "messages" in asked:
            return {"quotes": []}
        if "points" not in asked:
            return {"claim": str(asked.get("claim", "")), "sub_reason": "", "admits": [], "answer": ""}
        dispute = asked.get("dispute")
        letter = self.letters.get(str(dispute.get("id"))) if isinstance(dispute, dict) else None
        if letter is None:
            raise Invalid(f"No answer is recorded for {dispute}.")
        return {"claims": [{"text": said.text, "facts": list(said.facts)} for said in letter.claims]}


def _asked(body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give the JSON that the last message of a request holds."""
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else {}
    content = last.get("content") if isinstance(last, dict) else ""
    asked = json.loads(str(content))
    if not isinstance(asked, dict):
        raise Invalid("The prompt holds no JSON object.")
    return asked
