"""Hand-written answers in the manner of larger models, served as a model's endpoint.

They are written by hand because no larger model could be reached. Each file of `recorded/*.json` holds the letter of
one case. Some letters hold false claims on purpose, of the kinds that models make.
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
    """A claim of a recorded letter; `wrong` is what code must find in it, and is empty for a sound claim."""

    text: str
    facts: tuple[str, ...]
    wrong: str = ""


class RecordedLetter(Strict):
    """The recorded answer to the draft of one case."""

    case: str
    note: str
    claims: tuple[RecordedClaim, ...]


def load(folder: Path = RECORDED) -> dict[str, RecordedLetter]:
    """Read every recorded letter, by the id of its case."""
    letters = [RecordedLetter.model_validate_json(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return {letter.case: letter for letter in letters}


@asynccontextmanager
async def serve_letters(letters: Mapping[str, RecordedLetter]) -> AsyncIterator[str]:
    """Serve the letters as an OpenAI-compatible endpoint on a free local port, and yield its base URL."""
    model = _RecordedModel({str(case.dispute["id"]): letters[case.id] for case in load_cases() if case.id in letters})
    async with http_server.serving(model, path="/v1"):
        yield model.url


@dataclass
class _RecordedModel(LocalServer):
    """A model that answers chat completions from recorded letters, by the id of the dispute in the prompt's JSON."""

    letters: Mapping[str, RecordedLetter]

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the chat completion of one prompt."""
        await http_server.send_json(writer, self._completion(json.loads(await http_server.read_body(head, reader))))

    def _completion(self, body: Mapping[str, JsonValue]) -> JsonValue:
        prompt = _prompt_json(body)
        content = json.dumps(self._answer(prompt))
        tokens = {"prompt_tokens": len(json.dumps(prompt)) // 4, "completion_tokens": len(content) // 4}
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

    def _answer(self, prompt: dict[str, JsonValue]) -> JsonValue:
        """Return the letter for a draft; the two other questions get the shortest answer that is valid."""
        if "messages" in prompt:
            return {"quotes": []}
        if "points" not in prompt:
            return {"claim": str(prompt.get("claim", "")), "sub_reason": "", "admits": [], "answer": ""}
        dispute = prompt.get("dispute")
        letter = self.letters.get(str(dispute.get("id"))) if isinstance(dispute, dict) else None
        if letter is None:
            raise Invalid(f"No answer is recorded for {dispute}.")
        return {"claims": [{"text": claim.text, "facts": list(claim.facts)} for claim in letter.claims]}


def _prompt_json(body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the JSON object in the last message of a request. Raises `Invalid` when it is no object."""
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else {}
    content = last.get("content") if isinstance(last, dict) else ""
    prompt = json.loads(str(content))
    if not isinstance(prompt, dict):
        raise Invalid("The prompt holds no JSON object.")
    return prompt
