"""Answers of larger models, written by hand since none could be reached, and served as a model's endpoint.

`recorded/*.json` hold one letter each, by case. Some of them lie on purpose, in the ways in which models lie.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pydantic import JsonValue

from disputes.errors import Invalid
from disputes.model import Strict
from evals.case import load as load_cases

RECORDED = Path(__file__).parent / "recorded"


class Said(Strict):
    """One claim of a letter. `wrong` says what code must find in it, and is empty for a claim that stands."""

    text: str
    facts: tuple[str, ...]
    wrong: str = ""


class Letter(Strict):
    """The recorded answer to the draft of one case."""

    case: str
    note: str
    claims: tuple[Said, ...]


def load(folder: Path = RECORDED) -> dict[str, Letter]:
    """Read every recorded letter by the id of its case."""
    letters = [Letter.model_validate_json(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return {letter.case: letter for letter in letters}


@asynccontextmanager
async def served(letters: Mapping[str, Letter]) -> AsyncIterator[str]:
    """Serve the letters as an OpenAI-compatible endpoint on a free port of this machine; gives its base URL."""
    talks: set[asyncio.StreamWriter] = set()
    desk = _Desk({str(case.dispute["id"]): letters[case.id] for case in load_cases() if case.id in letters})

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(writer)
        await desk.serve(reader, writer)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    finally:
        listening.close()
        for writer in talks:
            writer.close()
        await asyncio.gather(*(_gone(writer) for writer in talks))


async def _gone(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await writer.wait_closed()


class _Desk:
    """Answers chat completions out of recorded letters, by the id of the dispute in the prompt's JSON."""

    def __init__(self, letters: Mapping[str, Letter]) -> None:
        self._letters = letters

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().lower().splitlines()
                size = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
                body = json.loads(await reader.readexactly(size))
                writer.write(_http(self._completion(body)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

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
        letter = self._letters.get(str(dispute.get("id"))) if isinstance(dispute, dict) else None
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


def _http(answer: JsonValue) -> bytes:
    data = json.dumps(answer).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data
